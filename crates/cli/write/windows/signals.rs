//! Ctrl-C, Ctrl-Break and the end of the console or the session, which end a process of Windows.

use std::io;
use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// The exit status of a process that they end (`STATUS_CONTROL_C_EXIT`).
const ENDED: i32 = 0xc000_013a_u32.cast_signed();

/// Installs the handler: what comes takes effect while `at_once` holds, and else is kept in `arrived`.
pub(in crate::write) fn install(
    at_once: &'static AtomicBool,
    arrived: &'static AtomicUsize,
) -> io::Result<()> {
    let handler = || {
        arrived.store(1, SeqCst);
        if at_once.load(SeqCst) {
            exit(ENDED);
        }
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)
}

/// Ends the process as it would have been.
pub(in crate::write) fn end(_arrived: usize) {
    exit(ENDED);
}
