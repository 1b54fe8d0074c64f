//! Faults and signals at chosen system calls of the command, by strace, which `scripts/install-proxies` installs.

use std::collections::HashMap;
use std::fmt;
use std::fs;

use crate::support::{Budget, Ran, Scratch};

/// strace runs beside the command within the same budget.
const BUDGET: Budget = Budget { memory_mib: 512, cpu_seconds: 20 };

/// One system call of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// Its name.
    pub(super) name: String,
    /// The how manieth of its name it is, from 1 on.
    pub(super) number: usize,
}

/// What happens at a system call, in strace's words: `error=EIO`, `signal=TERM`.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) call: Call,
    pub(super) what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:when={}", self.call.name, self.what, self.call.number)
    }
}

/// Runs the command, and records its system calls from the first one that `begins` to the last one that `ends`.
pub(super) fn record(
    scratch: &Scratch,
    args: &[&str],
    begins: impl Fn(&str) -> bool,
    ends: impl Fn(&str) -> bool,
) -> (Ran, Vec<Call>) {
    let aside = Scratch::new(&[]);
    let file = aside.path().join("calls");
    let file_name = file.to_str().expect("a plain path");
    let ran = scratch.bounded_behind(BUDGET, &["strace", "-f", "-qq", "-s", "200", "-o", file_name], args);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{error}: is strace there? scripts/install-proxies installs it: {ran:?}")
    });
    let mut numbers = HashMap::new();
    let mut calls = Vec::new();
    // How many of the calls, from the one that begins, there are at the last one that ends.
    let mut kept = 0;
    for line in text.lines() {
        let Some((name, _)) = line.split_once(' ').and_then(|(_, call)| call.trim_start().split_once('('))
        else {
            continue;
        };
        let number = numbers.entry(name.to_owned()).and_modify(|number| *number += 1).or_insert(1);
        if !calls.is_empty() || begins(line) {
            calls.push(Call { name: name.to_owned(), number: *number });
        }
        if ends(line) {
            kept = calls.len();
        }
    }
    calls.truncate(kept);
    (ran, calls)
}

/// Runs the command with faults, each given in strace's words. All of them come to pass.
pub(super) fn inject(scratch: &Scratch, faults: &[&str], args: &[&str]) -> Ran {
    inject_behind(scratch, &[], faults, args)
}

/// The same with words before strace, which are a program that runs it.
pub(super) fn inject_behind(scratch: &Scratch, words: &[&str], faults: &[&str], args: &[&str]) -> Ran {
    let aside = Scratch::new(&[]);
    let file = aside.path().join("calls");
    let mut before = words.to_vec();
    before.extend(["strace", "-f", "-o", file.to_str().expect("a plain path")]);
    // Faster, as only the calls in question stop the command; but strace 6.1 loses the signals then.
    if !faults.iter().any(|fault| fault.contains("signal=")) {
        before.push("--seccomp-bpf");
    }
    let names: Vec<&str> = faults.iter().filter_map(|fault| fault.split(':').next()).collect();
    let traced = format!("trace={}", names.join(","));
    let options: Vec<String> = faults.iter().map(|fault| format!("inject={fault}")).collect();
    before.extend(["-e", &traced]);
    before.extend(options.iter().flat_map(|option| ["-e", option]));
    let ran = scratch.bounded_behind(BUDGET, &before, args);
    let text = fs::read_to_string(&file).expect("strace has run");
    let marks = ["(INJECTED)", "(DELAYED)", "--- SIG", "+++ killed by SIGKILL"];
    let came = text.lines().filter(|line| marks.iter().any(|mark| line.contains(mark))).count();
    assert!(came >= faults.len(), "{faults:?} did not come to pass: {ran:?}\n{text}");
    ran
}
