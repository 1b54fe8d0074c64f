//! What one run costs.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use super::shape::Shape;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Instructions, which no other work on the machine changes; valgrind counts them.
    Instructions,
    /// Microseconds of the processor, the least of several runs: quick, and rough where other work is done beside it.
    Microseconds,
}

/// How often a program runs whose time is taken.
const RUNS: usize = 3;

impl Unit {
    /// What wslint takes for a shape of this size.
    ///
    /// # Errors
    /// valgrind is not there, or the run cannot do its work.
    pub(crate) fn of(self, shape: &Shape, size: usize) -> Result<u64, Box<dyn Error>> {
        match self {
            Self::Instructions => instructions(shape, size),
            Self::Microseconds => {
                let runs: Result<Vec<u64>, _> = (0..RUNS).map(|_| microseconds(shape, size)).collect();
                Ok(runs?.into_iter().min().unwrap_or_default())
            }
        }
    }
}

fn instructions(shape: &Shape, size: usize) -> Result<u64, Box<dyn Error>> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_wslint")]);
    let said = run(command, shape, size)?;
    let counted = said.lines().find_map(|line| line.split_once("Collected : "));
    Ok(counted.ok_or("valgrind counts nothing")?.1.trim().parse()?)
}

fn microseconds(shape: &Shape, size: usize) -> Result<u64, Box<dyn Error>> {
    let spent = || -> Result<i64, Box<dyn Error>> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let micros = |time: TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
        Ok(micros(usage.user_time()) + micros(usage.system_time()))
    };
    let before = spent()?;
    run(Command::new(env!("CARGO_BIN_EXE_wslint")), shape, size)?;
    Ok(u64::try_from(spent()? - before)?)
}

/// Runs a program on a shape in a folder of its own, and gives what it says on standard error.
fn run(mut command: Command, shape: &Shape, size: usize) -> Result<String, Box<dyn Error>> {
    let scratch = tempfile::tempdir()?;
    for (name, text) in (shape.make)(size) {
        fs::write(scratch.path().join(name), text)?;
    }
    command.args(shape.args).current_dir(scratch.path()).stdout(Stdio::null());
    let ran =
        command.output().map_err(|error| format!("{:?} does not start: {error}", command.get_program()))?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    // With 1 it has found something; with 2 and no reason a trace cannot tell.
    match ran.status.code() {
        Some(0 | 1) => Ok(said),
        Some(2) if ran.stderr.is_empty() => Ok(said),
        _ => Err(format!("{} of {size} fails:\n{said}", shape.name).into()),
    }
}
