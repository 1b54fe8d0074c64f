//! The signals of Unix that end a process.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use signal_hook::consts::{
    SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
};
use signal_hook::flag::{register, register_conditional_default, register_usize};
use signal_hook::low_level::emulate_default_handler;

/// What ends a process that does not ask for it, and can be put off.
const ENDING: [i32; 10] =
    [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU];

/// `SIGXFSZ` tells what the write that it came with tells as well, as `EFBIG`.
static FILE_TOO_LARGE: AtomicBool = AtomicBool::new(false);

/// Installs the handlers: a signal takes effect while `at_once` holds, and else its number is kept in `arrived`. One that
/// came when a handler is half installed would be lost, so they are blocked meanwhile.
pub(in crate::write) fn install(
    at_once: &'static AtomicBool,
    arrived: &'static AtomicUsize,
) -> io::Result<()> {
    let blocked: SigSet = ENDING.iter().filter_map(|signal| Signal::try_from(*signal).ok()).collect();
    let before = blocked.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let installed = install_blocked(at_once, arrived);
    before.thread_set_mask()?;
    installed
}

fn install_blocked(at_once: &'static AtomicBool, arrived: &'static AtomicUsize) -> io::Result<()> {
    let ignored = ignored();
    let heeded = |signal: i32| ignored & (1 << (signal - 1)) == 0;
    for signal in ENDING.into_iter().filter(|signal| heeded(*signal)) {
        // Handlers run in this order: what takes effect at once is not kept.
        register_conditional_default(signal, at_once)?;
        register_usize(signal, arrived, signal as usize)?;
    }
    register(SIGXFSZ, &FILE_TOO_LARGE)?;
    Ok(())
}

/// Ends the process as the signal would have.
pub(in crate::write) fn end(signal: usize) {
    // All signals of the list have a default, so this does not return.
    let _ = emulate_default_handler(signal as i32);
}

/// The signals that the process was started to ignore, as `nohup` and shells with background jobs do: bit 0 is signal 1.
/// Where the system does not tell, there are none.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
