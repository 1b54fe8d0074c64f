//! The tables of `data/` against the proxies: what a proxy says that it knows, and where it takes it, is what the lines
//! say for its version.

mod haproxy;
mod nginx;

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// What a command writes, standard output and error alike.
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("the proxy runs");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// What is wrong with any of the cases, which are tried on all processors; `check` gets a folder of its own.
fn wrong<C: Sync>(cases: &[C], check: impl Fn(&C, &Path) -> Vec<String> + Sync) -> Vec<String> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (check, share) = (&check, cases.len().div_ceil(workers).max(1));
    thread::scope(|scope| {
        let run = |part: &'_ [C]| {
            let scratch = tempfile::tempdir().expect("a scratch folder");
            part.iter().flat_map(|case| check(case, scratch.path())).collect::<Vec<String>>()
        };
        let running: Vec<_> = cases.chunks(share).map(|part| scope.spawn(move || run(part))).collect();
        running.into_iter().flat_map(|part| part.join().expect("the check ends")).collect()
    })
}
