//! A process beside that of the lab, which clears away what is left if that one is killed: it makes the folder of all runs,
//! hears which processes are started, and ends when its standard input does, which the kernel sees to whatever happens.
//!
//! The same program starts each proxy: it asks the kernel for a signal at its parent's death and becomes the proxy, so that
//! no moment is left in which the parent's death goes unnoticed.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;
use std::{fs, thread};

use rustix::process::{Pid, Signal, getppid, kill_process_group};
use tempfile::TempDir;

/// The word before the program that is to be started.
const START: &str = "start";

/// The guard as the lab's own process sees it. Dropping it lets the guard do its work and waits until it is done.
pub(crate) struct Guard {
    command: Vec<OsString>,
    child: Child,
    told: Mutex<Option<ChildStdin>>,
    folder: PathBuf,
}

impl Guard {
    /// Starts `program` with `arguments`, which calls [`run`].
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A Ctrl-C at the terminal is for the lab's own process, and the guard notices its end.
            .process_group(0)
            .spawn()?;
        let told = child.stdin.take();
        let mut folder = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut folder)?;
        }
        let folder = PathBuf::from(folder.trim_end_matches('\n'));
        let command = [program.as_os_str().to_owned()].into_iter();
        let command = command.chain(arguments.iter().map(OsString::from)).collect();
        let guard = Self { command, child, told: Mutex::new(told), folder };
        match guard.folder.is_dir() {
            true => Ok(guard),
            false => Err(io::Error::other("it made no folder")),
        }
    }

    /// The folder that the guard takes away.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The command before the arguments of a program that ends with this process.
    pub(crate) fn starting(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg(START).arg(std::process::id().to_string()).arg(program);
        command
    }

    /// Tells that a group of processes runs.
    pub(crate) fn runs(&self, group: Pid) {
        self.tell('+', group);
    }

    /// Tells that a group of processes is gone, so that its number may be another's.
    pub(crate) fn is_gone(&self, group: Pid) {
        self.tell('-', group);
    }

    fn tell(&self, sign: char, group: Pid) {
        let mut told = self.told.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(told) = told.as_mut() {
            // A guard that was killed cannot be told; the kernel's signal at the parent's death remains.
            let _ = writeln!(told, "{sign}{}", group.as_raw_nonzero());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.told.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take());
        // It may have been killed, and then there is nothing to wait for.
        let _ = self.child.wait();
    }
}

/// What the guard's process does with the arguments that follow its own: without any it guards; otherwise it becomes the
/// program that they name. Returns the exit status.
pub fn run(arguments: &[OsString]) -> u8 {
    let done = match arguments {
        [] => guard(),
        [start, parent, program, rest @ ..] if start == START => become_program(parent, program, rest),
        _ => Err(io::Error::other("unknown arguments")),
    };
    if done.is_ok() { 0 } else { 2 }
}

fn guard() -> io::Result<()> {
    let folder = tempfile::Builder::new().prefix("wslint-prove-").tempdir()?;
    let mut stdout = io::stdout();
    stdout.write_all(folder.path().as_os_str().as_encoded_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()?;
    let mut groups = HashSet::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let group = |number: &str| number.parse().ok().and_then(Pid::from_raw);
        if let Some(group) = line.strip_prefix('+').and_then(group) {
            groups.insert(group);
        } else if let Some(group) = line.strip_prefix('-').and_then(group) {
            groups.remove(&group);
        }
    }
    for group in groups {
        // It may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
    take_away(folder)
}

/// Takes a folder away. What was killed may write into it for a moment, so that it is tried again.
fn take_away(folder: TempDir) -> io::Result<()> {
    const TRIES: u32 = 100;
    let path = folder.keep();
    for _ in 1..TRIES {
        match fs::remove_dir_all(&path) {
            Err(_) if path.is_dir() => thread::sleep(Duration::from_millis(20)),
            _ => return Ok(()),
        }
    }
    fs::remove_dir_all(&path)
}

fn become_program(parent: &OsStr, program: &OsStr, arguments: &[OsString]) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "freebsd"))]
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // If it died before, no signal comes.
    let alive =
        getppid().is_some_and(|now| parent.to_str() == Some(now.as_raw_nonzero().to_string().as_str()));
    match alive {
        true => Err(Command::new(program).args(arguments).exec()),
        false => Err(io::Error::other("the parent is gone")),
    }
}
