//! Whatever writes is interrupted at every system call, by every error and signal: no temporary file stays, of several
//! files all are replaced or none, and what is said is what is on disk.

use std::path::Path;
use std::process::Stdio;
use std::thread;

use super::strace::{inject, inject_behind};
use super::writer::{
    ADD_IGNORE, BASELINE, FIX, Files, INIT, REPORT, errors, fixed, is_temporary, midnight, signals,
};
use crate::support::{Ran, SMALL};

#[test]
fn fix_survives_every_error() {
    FIX.interrupt(errors);
}

#[test]
fn fix_survives_every_signal() {
    FIX.interrupt(signals);
}

/// They write by what `--fix` writes by: one of the faults at each call, in turn.
#[test]
fn all_other_writers_survive_an_error_or_a_signal_at_every_call() {
    for writer in [REPORT, BASELINE, INIT, ADD_IGNORE] {
        writer.interrupt(|call| {
            let faults = [errors(call), signals(call)].concat();
            vec![faults[call.number % faults.len()].clone()]
        });
    }
}

/// How a run with several faults ends: on disk, and in words.
struct End {
    status: Option<i32>,
    signal: Option<i32>,
    /// The files that are fixed.
    fixed: &'static [&'static str],
    /// How many temporary files stay.
    temporary: usize,
    words: &'static [&'static str],
}

const ALL: &[&str] = &["haproxy/haproxy.cfg", "nginx/conf.d/chat.conf", "nginx/conf.d/upstreams.conf"];
const NONE: End =
    End { status: Some(2), signal: None, fixed: &[], temporary: 0, words: &["no file was changed"] };
const DONE: End = End {
    status: Some(1),
    signal: None,
    fixed: ALL,
    temporary: 0,
    words: &["Fixed 4 findings in 3 files.\n"],
};

#[test]
fn faults_that_come_together_are_told_as_they_are() {
    let cases: &[(&[&str], End)] = &[
        // A file that was replaced is put back by another call if the first one fails.
        (&["renameat:error=EIO:when=2+"], NONE),
        (&["renameat:error=EIO:when=3+"], NONE),
        // No call puts it back.
        (
            &["renameat:error=EIO:when=3+", "rename:error=EACCES"],
            End {
                fixed: &ALL[..2],
                words: &[
                    "error: nginx/conf.d/upstreams.conf: not fixed: Input/output error\n",
                    "these files hold the new text all the same",
                    "haproxy/haproxy.cfg (Permission denied), nginx/conf.d/chat.conf (Permission denied);",
                    "no other file was changed",
                ],
                ..NONE
            },
        ),
        (&["fsync:error=EIO:when=7+"], NONE),
        (&["unlink:error=EIO"], DONE),
        (&["unlink:error=EROFS", "fchmod:error=EPERM:when=4"], NONE),
        (
            &["unlink:error=EIO", "unlinkat:error=EROFS"],
            End {
                temporary: 3,
                words: &["is left behind: it cannot be removed: Read-only", "Fixed 4"],
                ..DONE
            },
        ),
        (&["fsync:error=EIO:signal=TERM:when=3"], End { status: None, signal: Some(15), ..NONE }),
        (
            &["renameat:signal=TERM:when=1", "unlink:signal=INT:when=2"],
            End { status: None, signal: Some(2), ..DONE },
        ),
        (
            &["renameat:signal=HUP:when=2", "fsync:error=EIO:when=8"],
            End { status: None, signal: Some(1), ..NONE },
        ),
        // These end a process too.
        (&["fsync:signal=QUIT:when=6"], End { status: None, signal: Some(3), ..NONE }),
        (&["renameat:signal=USR1:when=3"], End { status: None, signal: Some(10), ..DONE }),
        (&["write:signal=ALRM:when=3"], End { status: None, signal: Some(14), ..NONE }),
        // File systems that know no locks and nothing to write for a folder.
        (&["flock:error=ENOLCK"], DONE),
        (&["fsync:error=EINVAL:when=7+"], DONE),
    ];
    let (old, new) = (midnight().files(), fixed());
    for (faults, end) in cases {
        let scratch = midnight();
        let ran = inject(&scratch, faults, FIX.args);
        let (temporary, files): (Files, Files) =
            scratch.files().into_iter().partition(|(path, _)| is_temporary(path));
        assert_eq!((ran.status, ran.signal), (end.status, end.signal), "{faults:?} {ran:?}");
        assert_eq!(temporary.len(), end.temporary, "{faults:?} {ran:?}");
        for (path, bytes) in files {
            let wanted = if end.fixed.iter().any(|name| path == Path::new(name)) { &new } else { &old };
            assert!(bytes == wanted[&path], "{faults:?} {}: {ran:?}", path.display());
        }
        for words in end.words {
            assert!(ran.stderr.contains(words), "{faults:?} {words}: {ran:?}");
        }
    }
}

#[test]
fn a_killed_fix_leaves_files_that_are_old_or_new_and_is_made_again() {
    let (old, new) = (midnight().files(), fixed());
    for (call, numbers) in [("write", 1..=6), ("fsync", 1..=8), ("renameat", 1..=3), ("unlink", 1..=3)] {
        for number in numbers {
            let scratch = midnight();
            let fault = format!("{call}:signal=KILL:when={number}");
            let ran = inject(&scratch, &[&fault], FIX.args);
            assert_eq!(ran.signal, Some(9), "{fault} {ran:?}");
            let killed = scratch.files();
            for (path, bytes) in killed.iter().filter(|(path, _)| !is_temporary(path)) {
                assert!([&old[path], &new[path]].contains(&bytes), "{fault} {}", path.display());
            }
            // What is left behind is no configuration, and in nobody's way.
            scratch.bounded(SMALL, FIX.args).expect(1);
            let mut files = scratch.files();
            files.retain(|path, _| !is_temporary(path));
            assert!(files == new, "{fault}");
        }
    }
}

#[test]
fn a_signal_that_the_run_was_started_to_ignore_stays_ignored() {
    let new = fixed();
    for (name, fault) in [
        ("HUP", "renameat:signal=HUP:delay_exit=1:when=2"),
        ("INT", "fsync:signal=INT:delay_exit=1:when=3"),
        ("TERM", "fchmod:signal=TERM:delay_exit=1:when=2"),
        ("QUIT", "unlink:signal=QUIT:delay_exit=1:when=1"),
    ] {
        let scratch = midnight();
        let ignore = format!("trap '' {name}; exec \"$@\"");
        let ran = inject_behind(&scratch, &["sh", "-c", &ignore, "sh"], &[fault], FIX.args);
        assert!(ran.status == Some(1) && scratch.files() == new, "{name} {ran:?}");
    }
}

#[test]
fn files_are_fixed_for_readers_that_are_gone() {
    let new = fixed();
    for (out, err) in [(true, false), (false, true), (true, true)] {
        let scratch = midnight();
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let gone = |gone| match gone {
            true => Stdio::from(writer.try_clone().expect("a pipe")),
            false => Stdio::null(),
        };
        let mut command = scratch.limited(SMALL, &[], FIX.args);
        command.stdout(gone(out)).stderr(gone(err));
        let status = command.status().expect("the command runs");
        assert!(status.code().is_some() && scratch.files() == new, "{status}");
    }
}

#[test]
fn several_runs_at_once_fix_what_one_fixes() {
    let new = fixed();
    let scratch = midnight();
    let runs: Vec<Ran> = thread::scope(|scope| {
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(|| scratch.bounded(SMALL, FIX.args))).collect();
        runs.into_iter().map(|run| run.join().expect("no panic")).collect()
    });
    assert!(scratch.files() == new, "{runs:?}");
    assert!(runs.iter().filter(|ran| ran.stderr == FIX.said).count() == 1, "{runs:?}");
    for ran in runs {
        let late = ran.status == Some(2) && ran.stderr.contains("it changed while it was linted; run wslint");
        assert!(late || ran.status == Some(1), "{ran:?}");
    }
}
