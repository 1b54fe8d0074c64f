//! The commands that run proxies, against the real ones.

#![allow(
    clippy::disallowed_methods,
    reason = "tests make the files that they are about, and start the command"
)]

mod agrees;
mod ends;
mod inside;
mod seeded;
mod shown;
#[path = "../support.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod support;

use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;

/// The fixtures.
fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// What `wslint prove --format json` says of a tree, with further arguments.
fn proof(tree: &Path, arguments: &[&str]) -> Value {
    let scratch = support::Scratch::new(&[]);
    let mut command = scratch.wslint(&["prove", "--quiet", "--format", "json"]);
    let output = command.args(arguments).arg(tree).output().expect("the command runs");
    let text = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}\n{text}", tree.display()))
}

/// How many commands of one test run at the same time. They mostly wait.
const AT_ONCE: usize = 10;

/// Does the same with each of them, several at a time.
fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let done = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|first| {
                let work = &work;
                let own = all.iter().enumerate().skip(first).step_by(AT_ONCE);
                scope.spawn(move || own.map(|(at, one)| (at, work(one))).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no worker panics")).collect::<Vec<_>>()
    });
    let mut done = done;
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
