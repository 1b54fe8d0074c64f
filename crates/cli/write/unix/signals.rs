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
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for signal in ending(&status) {
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

/// The signals that end a process of this status. It does not end at those that it ignores, as `nohup` and shells with
/// background jobs make it do, nor at those that it has handlers for: whoever runs the command within another program may
/// have some. Where the system does not tell, there are none of either.
fn ending(status: &str) -> impl Iterator<Item = i32> {
    let mask = |name: &str| {
        let mask = status.lines().find_map(|line| line.strip_prefix(name));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    };
    // Bit 0 is signal 1.
    let heeded = mask("SigIgn:") | mask("SigCgt:");
    ENDING.into_iter().filter(move |signal| heeded & (1 << (signal - 1)) == 0)
}

#[cfg(test)]
mod tests {
    use super::{ENDING, SIGALRM, SIGHUP, ending};

    #[test]
    fn signals_that_are_ignored_or_handled_end_nothing() {
        assert_eq!(ending("").collect::<Vec<_>>(), ENDING);
        let status = "Name:\twslint\nSigIgn:\t0000000000000001\nSigCgt:\t0000000000002000\n";
        let rest: Vec<i32> = ending(status).collect();
        let wanted = ENDING.into_iter().filter(|signal| ![SIGHUP, SIGALRM].contains(signal));
        assert_eq!(rest, wanted.collect::<Vec<_>>());
    }
}
