//! A proxy's process, which never outlives the run: it is stopped at the run's end, killed with its whole process
//! group when the run panics, and gets a signal from the kernel when the lab's own process dies.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::guard::Guard;

/// How long a proxy may take to end after SIGTERM, before it is killed; a quarter of it before SIGTERM.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most that is kept of what a process writes.
const MOST_OUTPUT: usize = 1024 * 1024;

/// A running process with what it has written so far.
pub(crate) struct Process {
    child: Child,
    group: Pid,
    output: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
    /// Whether the whole group is known to be gone, after which its number may be another's.
    gone: bool,
    guard: Option<Arc<Guard>>,
}

impl Process {
    /// Starts `program` in a process group of its own, in `folder`. If it has children of its own (`forks`), it
    /// must end them itself when the lab dies.
    pub(crate) fn start(
        program: &Path,
        arguments: &[OsString],
        folder: &Path,
        forks: bool,
        environment: &[(Vec<u8>, Vec<u8>)],
        guard: Option<&Arc<Guard>>,
    ) -> io::Result<Self> {
        let mut command = match parent_death_signal() {
            _ if guard.is_some() => {
                guard.map_or_else(|| Command::new(program), |guard| Command::from(guard.starting(program)))
            }
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                // SIGKILL wherever it will do: nginx without a master misses a SIGTERM that comes while it starts.
                command.args(["--pdeathsig", if forks { "TERM" } else { "KILL" }, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let mut child = command
            .args(arguments)
            .current_dir(folder)
            .envs(environment.iter().map(|(name, value)| (OsStr::from_bytes(name), OsStr::from_bytes(value))))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = child
            .id()
            .and_then(|id| Pid::from_raw(id as i32))
            .ok_or_else(|| io::Error::other("the process has no id"))?;
        if let Some(guard) = guard {
            guard.runs(group);
        }
        let output = Arc::default();
        let mut readers = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            readers.push(tokio::spawn(collect(stdout, Arc::clone(&output))));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.push(tokio::spawn(collect(stderr, Arc::clone(&output))));
        }
        Ok(Self { child, group, output, readers, gone: false, guard: guard.cloned() })
    }

    /// Waits until the process has ended by itself.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.drain().await;
        Ok(status)
    }

    /// Sends a signal to the process, not to its group.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill_process(self.group, signal)?)
    }

    /// Ends the process, first with the signal `farewell`, and returns all that it wrote.
    pub(crate) async fn stop(mut self, farewell: Signal) -> String {
        for (signal, patience) in [(farewell, PATIENCE / 4), (Signal::TERM, PATIENCE)] {
            // Each step may find the process gone already, which is its purpose.
            let _ = self.signal(signal);
            if tokio::time::timeout(patience, self.child.wait()).await.is_ok() {
                break;
            }
        }
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait().await;
        self.gone = true;
        self.drain().await;
        self.output()
    }

    /// What the process has written so far.
    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&lock(&self.output)).into_owned()
    }

    async fn drain(&mut self) {
        for reader in self.readers.drain(..) {
            // A reader ends with the pipe; it cannot fail.
            let _ = reader.await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.gone {
            // The process may have ended by itself, and then there is nothing to kill.
            let _ = kill_process_group(self.group, Signal::KILL);
        }
        if let Some(guard) = &self.guard {
            guard.is_gone(self.group);
        }
    }
}

async fn collect(mut pipe: impl AsyncRead + Unpin, output: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = pipe.read(&mut buffer).await {
        let mut output = lock(&output);
        if output.len() < MOST_OUTPUT {
            output.extend_from_slice(&buffer[..length]);
        }
    }
}

fn lock(output: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    output.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// util-linux's `setpriv`, which asks the kernel for a signal at the parent's death without any unsafe code here.
/// Where it is missing (other systems than Linux), the other two protections remain.
fn parent_death_signal() -> Option<&'static Path> {
    static SETPRIV: OnceLock<Option<std::path::PathBuf>> = OnceLock::new();
    SETPRIV
        .get_or_init(|| {
            let folders = env::var_os("PATH").unwrap_or_default();
            let found = env::split_paths(&folders)
                .map(|folder| folder.join("setpriv"))
                .find(|path| path.is_file())?;
            let works = std::process::Command::new(&found)
                .args(["--pdeathsig", "KILL", "--", "true"])
                .output()
                .is_ok_and(|output| output.status.success());
            works.then_some(found)
        })
        .as_deref()
}
