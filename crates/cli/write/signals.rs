//! Signals that would end the process while temporary files lie about or some of several files are replaced. They wait
//! until that is over, and then do what they would have done at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use signal_hook::consts::{
    SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
};
use signal_hook::flag::{register, register_conditional_default, register_usize};
use signal_hook::low_level::emulate_default_handler;

/// What ends a process that does not ask for it, and can be put off.
const ENDING: [i32; 10] =
    [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU];

/// Whether a signal takes effect at once.
static AT_ONCE: AtomicBool = AtomicBool::new(true);
/// The signal that came last while none took effect, or 0.
static ARRIVED: AtomicUsize = AtomicUsize::new(0);
/// `SIGXFSZ` tells what the write that it came with tells as well, as `EFBIG`.
static FILE_TOO_LARGE: AtomicBool = AtomicBool::new(false);

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
            install()?;
        }
        AT_ONCE.store(false, SeqCst);
        Ok(Self(()))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        AT_ONCE.store(true, SeqCst);
        if let signal @ 1.. = ARRIVED.load(SeqCst) {
            // All signals of the list have a default, so this does not return.
            let _ = emulate_default_handler(signal as i32);
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

/// Installs the handlers. A signal that came when one is half installed would be lost, so they are blocked meanwhile.
fn install() -> io::Result<()> {
    let blocked: SigSet = ENDING.iter().filter_map(|signal| Signal::try_from(*signal).ok()).collect();
    let before = blocked.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let installed = install_blocked();
    before.thread_set_mask()?;
    installed
}

fn install_blocked() -> io::Result<()> {
    let ignored = ignored();
    let heeded = |signal: i32| ignored & (1 << (signal - 1)) == 0;
    for signal in ENDING.into_iter().filter(|signal| heeded(*signal)) {
        // Handlers run in this order: what takes effect at once is not kept.
        register_conditional_default(signal, &AT_ONCE)?;
        register_usize(signal, &ARRIVED, signal as usize)?;
    }
    register(SIGXFSZ, &FILE_TOO_LARGE)?;
    Ok(())
}

/// The signals that the process was started to ignore, as `nohup` and shells with background jobs do: bit 0 is signal 1.
/// Where the system does not tell, there are none.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
