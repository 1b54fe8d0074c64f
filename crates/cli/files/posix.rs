//! The errors of ways that may not be gone, by the numbers of POSIX: Unix and WASI have the same.

use std::io;

use rustix::io::Errno;

/// The error of a way through more links than the system follows.
pub(super) fn endless() -> io::Error {
    Errno::LOOP.into()
}

/// Whether it is that error.
pub(super) fn is_endless(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::LOOP.raw_os_error())
}

/// The error of a way that may not be gone.
pub(super) fn refused() -> io::Error {
    Errno::ACCESS.into()
}
