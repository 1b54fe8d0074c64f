//! What writes, and what is right about a run of it that was interrupted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use super::strace::{Call, Fault, inject, record};
use crate::support::{LOST, Ran, SMALL, Scratch};

/// The files below a folder, by their paths.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The errors that a call is made to fail with: those that real disks, quotas, limits and network folders give.
const ERRORS: [(&str, &str); 7] = [
    ("openat", "EIO EINTR EACCES EROFS ENOSPC EDQUOT EMFILE"),
    ("write", "EIO EINTR ENOSPC EDQUOT EFBIG"),
    ("fsync", "EIO EINTR ENOSPC EDQUOT EINVAL"),
    ("renameat", "EIO EINTR EACCES EPERM EROFS ENOSPC EDQUOT"),
    ("renameat2", "EIO EINTR EACCES EPERM EROFS ENOSPC EINVAL ENOSYS"),
    ("fchmod", "EIO EINTR EPERM"),
    ("listxattr", "EIO EINTR EOPNOTSUPP"),
];
/// Those of all other calls.
const OTHERS: &str = "EIO EINTR";
/// The signals that end a run: by the terminal, by `kill` and service managers, by a connection that is lost.
const SIGNALS: [(&str, i32); 3] = [("INT", 2), ("TERM", 15), ("HUP", 1)];

/// Something that writes.
pub(super) struct Writer {
    pub(super) args: &'static [&'static str],
    /// What is there before.
    pub(super) start: fn() -> Scratch,
    /// What is said when it is done; nothing is said of a report.
    pub(super) said: &'static str,
    /// What the first call that is interrupted has in its line of the record. Before it nothing is written.
    first: &'static str,
}

pub(super) const FIX: Writer = Writer {
    args: &["--fix", "--unsafe-fixes", "."],
    start: midnight,
    said: "Fixed 4 findings in 3 files.\n",
    first: "/haproxy\", O_RDONLY|O_CLOEXEC)",
};
pub(super) const REPORT: Writer = Writer {
    args: &["--format", "json", "--output-file", "out.json", "."],
    start: one_file,
    said: "",
    first: "/proc/self/status",
};
pub(super) const BASELINE: Writer = Writer {
    args: &["--write-baseline", "--baseline", "out.json", "."],
    start: one_file,
    said: "Wrote 2 findings to out.json.\n",
    first: "/proc/self/status",
};
pub(super) const INIT: Writer =
    Writer { args: &["init", "."], start: one_file, said: "Wrote wslint.yaml.", first: "/proc/self/status" };

pub(super) const ADD_IGNORE: Writer = Writer {
    args: &["--add-ignore=the clients reconnect", "."],
    start: midnight,
    said: "Wrote comments that accept",
    first: FIX.first,
};

/// The incident of the README.
pub(super) fn midnight() -> Scratch {
    let scratch = Scratch::new(&[]);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/midnight"), &scratch, Path::new(""));
    scratch
}

fn copy(from: &Path, scratch: &Scratch, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let (path, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        match path.is_dir() {
            true => copy(&path, scratch, &to),
            false => scratch.write(to, &fs::read(path).expect("readable")),
        }
    }
}

fn one_file() -> Scratch {
    Scratch::new(&[("nginx.conf", LOST), ("out.json", "{\"version\":1,\"findings\":[]}\n")])
}

impl Writer {
    /// Interrupts it at every call, in all the ways that `ways` gives for one.
    pub(super) fn interrupt(&self, ways: impl Fn(&Call) -> Vec<String>) {
        let scratch = (self.start)();
        let old = scratch.files();
        let (ran, calls) = record(
            &scratch,
            self.args,
            |line| line.contains(self.first),
            |line| line.contains("/.wslint-") || line.contains("write(2, "),
        );
        let new = scratch.files();
        assert!(ran.stderr.starts_with(self.said) && old != new && calls.len() > 20, "{ran:?} {calls:?}");
        let faults = calls
            .iter()
            .flat_map(|call| ways(call).into_iter().map(|what| Fault { call: call.clone(), what }));
        let faults = Mutex::new(faults.collect::<Vec<_>>());
        let wrong = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
                scope.spawn(|| {
                    loop {
                        let Some(fault) = faults.lock().expect("no panic").pop() else { break };
                        let scratch = (self.start)();
                        let ran = inject(&scratch, &[&fault.to_string()], self.args);
                        if let Err(words) = self.judge(&fault, &ran, &scratch.files(), &old, &new) {
                            wrong.lock().expect("no panic").push(format!("{fault}: {words}: {}", ran.stderr));
                        }
                    }
                });
            }
        });
        let wrong = wrong.into_inner().expect("no panic");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// What is wrong with a run: what it left on disk, how it ended, and what it said.
    fn judge(&self, fault: &Fault, ran: &Ran, files: &Files, old: &Files, new: &Files) -> Result<(), String> {
        let done = match files {
            files if files == old => false,
            files if files == new => true,
            _ => return Err(format!("neither old nor new: {:?}", files.keys().collect::<Vec<_>>())),
        };
        // Of a report nothing is said. What is done may be left unsaid if the message cannot be written, or if a signal
        // ends the run before.
        let unsaid = done && (fault.call.name == "write" || ran.signal.is_some() && ran.stderr.is_empty());
        let mute = self.said.is_empty() || unsaid;
        if !mute && ran.stderr.starts_with(self.said) != done {
            return Err("what is said is not what is on disk".to_owned());
        }
        let signal = SIGNALS.iter().find(|(name, _)| fault.what == format!("signal={name}"));
        let ended = match (signal, ran.signal, ran.status) {
            (Some((_, wanted)), Some(signal), _) => signal == *wanted,
            (None, None, Some(0 | 1)) => done,
            (None, None, Some(2)) => !done && ran.stderr.starts_with("error: "),
            _ => false,
        };
        if ended { Ok(()) } else { Err("the end is not what is on disk".to_owned()) }
    }
}

/// The errors that a call is made to fail with, in strace's words.
pub(super) fn errors(call: &Call) -> Vec<String> {
    let own = ERRORS.iter().find(|(name, _)| *name == call.name).map_or(OTHERS, |(_, errors)| *errors);
    own.split(' ').map(|error| format!("error={error}")).collect()
}

/// The signals that come at a call, in strace's words.
pub(super) fn signals(_: &Call) -> Vec<String> {
    SIGNALS.iter().map(|(name, _)| format!("signal={name}")).collect()
}

/// The files of the incident when all that can be fixed is.
pub(super) fn fixed() -> Files {
    let scratch = midnight();
    scratch.bounded(SMALL, FIX.args).expect(1);
    scratch.files()
}

/// Whether it is one of the files that nothing may leave behind.
pub(super) fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".wslint-"))
}
