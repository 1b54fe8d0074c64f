//! What a program costs. It runs below a process of its own, since the system tells the peak memory of the largest child
//! only.

use std::error::Error;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// The first argument of this program where it shall run another one once and print what that costs.
pub(crate) const ONCE: &str = "once";

/// What a run costs.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// CPU seconds, of user and system together.
    pub(crate) seconds: f64,
    /// The peak of the memory in use.
    pub(crate) megabytes: f64,
}

/// The medians of several runs of a command; none where it does not start or does not succeed.
pub(crate) fn median(runs: usize, command: &Command) -> Option<Cost> {
    let costs: Option<Vec<Cost>> = (0..runs).map(|_| below(command)).collect();
    let costs = costs?;
    let middle = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some(Cost { seconds: middle(|cost| cost.seconds)?, megabytes: middle(|cost| cost.megabytes)? })
}

/// Runs a command below a new process of this program.
fn below(command: &Command) -> Option<Cost> {
    let mut once = Command::new(std::env::current_exe().ok()?);
    once.arg(ONCE).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        once.current_dir(folder);
    }
    let output = once.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (seconds, megabytes) = text.trim().split_once(' ')?;
    Some(Cost { seconds: seconds.parse().ok()?, megabytes: megabytes.parse().ok()? })
}

/// Runs a program once and prints what it costs. A trace ends with 1 where the handshake fails: only 2 is a failure.
///
/// # Errors
/// The program does not start, or fails.
pub(crate) fn once(program: &[&str]) -> Result<(), Box<dyn Error>> {
    let (name, args) = program.split_first().ok_or("no program is named")?;
    let status = Command::new(name).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.code().is_none_or(|code| code > 1) {
        return Err(format!("{name} fails").into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    // The system counts it in units of 1,024 bytes.
    let megabytes = usage.max_rss() as f64 / 1024.0;
    println!("{} {megabytes}", seconds(usage.user_time()) + seconds(usage.system_time()));
    Ok(())
}
