//! Signals that would end the process while temporary files lie about or some of several files are replaced. They wait
//! until that is over, and then do what they would have done at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use super::system;

/// Whether a signal takes effect at once.
static AT_ONCE: AtomicBool = AtomicBool::new(true);
/// The signal that came last while none took effect, or 0.
static ARRIVED: AtomicUsize = AtomicUsize::new(0);

/// Signals wait while this lives. Dropped, it lets them through: one that came ends the process there, in the way in
/// which it would have before, so that whoever waits for the process sees which it was. There is one at a time.
pub(crate) struct Hold(());

impl Hold {
    /// Begins to hold signals back.
    ///
    /// # Errors
    /// The system lets no handler be installed.
    pub(crate) fn begin() -> io::Result<Self> {
        static INSTALLED: AtomicBool = AtomicBool::new(false);
        if !INSTALLED.swap(true, SeqCst) {
            system::install(&AT_ONCE, &ARRIVED)?;
        }
        AT_ONCE.store(false, SeqCst);
        Ok(Self(()))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        AT_ONCE.store(true, SeqCst);
        if let signal @ 1.. = ARRIVED.load(SeqCst) {
            system::end(signal);
        }
    }
}

/// Whether a signal waits to end the process.
pub(crate) fn arrived() -> bool {
    ARRIVED.load(SeqCst) != 0
}

/// The error of whoever gives up because a signal waits.
///
/// # Errors
/// A signal waits.
pub(crate) fn check() -> io::Result<()> {
    if arrived() { Err(io::Error::other("a signal ended the run")) } else { Ok(()) }
}
