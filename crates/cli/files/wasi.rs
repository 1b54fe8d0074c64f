//! Files as WASI has them: those of Unix without devices, sockets and FIFOs. A page in the browser has the tree in memory
//! behind these calls.

use std::ffi::OsString;
use std::fs::{File, ReadDir};
use std::io;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, Stat, fstat, lstat, openat, stat};
use rustix::io::Errno;

use super::error::ReadError;
pub(super) use super::posix::{endless, is_endless, refused};
use super::status::{Identity, Kind, Status};

/// What lies at `path`, which may be a link.
pub(super) fn status_at(path: &Path) -> io::Result<Status> {
    Ok(status(&lstat(path)?))
}

/// What `path` leads to.
pub(super) fn status_through(path: &Path) -> io::Result<Status> {
    Ok(status(&stat(path)?))
}

/// What was opened.
pub(super) fn status_of(file: &File) -> io::Result<Status> {
    Ok(status(&fstat(file)?))
}

fn status(status: &Stat) -> Status {
    Status {
        identity: Identity::new(status.st_dev, status.st_ino),
        kind: match FileType::from_raw_mode(status.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Special("special file"),
        },
        length: status.st_size.cast_unsigned(),
        names: status.st_nlink,
    }
}

/// Opens the file at `real` for reading. `O_NOFOLLOW` refuses a link.
pub(super) fn open_file(real: &Path) -> Result<File, ReadError> {
    match openat(CWD, real, OFlags::RDONLY | OFlags::NOFOLLOW, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        Err(Errno::LOOP) => Err(ReadError::Changed),
        Err(error) => Err(io::Error::from(error).into()),
    }
}

/// Opens the folder at `real`: which one it is, and what lies in it.
#[expect(clippy::disallowed_methods, reason = "the one place that lists folders")]
pub(super) fn open_folder(real: &Path) -> Result<(Identity, Entries), ReadError> {
    let status = status_at(real)?;
    match status.kind {
        Kind::Folder => Ok((status.identity, Entries(real.read_dir()?))),
        Kind::Link => Err(ReadError::Changed),
        _ => Err(io::Error::from(io::ErrorKind::NotADirectory).into()),
    }
}

/// What lies in an open folder.
pub(super) struct Entries(ReadDir);

impl Iterator for Entries {
    type Item = io::Result<(OsString, Kind)>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.next()?;
        Some(entry.and_then(|entry| Ok((entry.file_name(), status_at(&entry.path())?.kind))))
    }
}
