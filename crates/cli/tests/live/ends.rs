//! Nothing is left behind, however the command ends.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::fixtures;

/// The commands of running processes that name a folder.
fn naming(folder: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let commands = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let texts = commands.map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "));
    texts.filter(|text| text.contains(folder)).collect()
}

/// Whether that comes about which should.
fn comes_about(is: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !is() {
        if start.elapsed() > Duration::from_secs(20) {
            return false;
        }
        sleep(Duration::from_millis(5));
    }
    true
}

#[test]
fn nothing_is_left_of_a_run_that_is_killed() {
    for signal in [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let folder = TempDir::new().expect("a folder");
        let name = folder.path().to_str().expect("UTF-8").to_owned();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("wslint"))
            .arg("prove")
            .arg(fixtures("real/chat-default-timeout"))
            .env("TMPDIR", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        assert!(comes_about(|| !naming(&name).is_empty()), "{signal}: no proxy runs");
        kill(Pid::from_raw(child.id() as i32), signal).expect("it can be signalled");
        child.wait().expect("it ends");
        let is_empty = || fs::read_dir(folder.path()).expect("the folder").next().is_none();
        assert!(comes_about(|| naming(&name).is_empty()), "{signal}: {:?}", naming(&name));
        assert!(comes_about(is_empty), "{signal}: a folder is left");
    }
}

#[test]
fn nothing_is_left_of_a_run_that_ends_by_itself() {
    let folder = TempDir::new().expect("a folder");
    let output = Command::new(assert_cmd::cargo::cargo_bin("wslint"))
        .arg("prove")
        .arg(fixtures("real/chat-default-timeout"))
        .env("TMPDIR", folder.path())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(naming(folder.path().to_str().expect("UTF-8")), Vec::<String>::new());
    assert!(fs::read_dir(folder.path()).expect("the folder").next().is_none(), "a folder is left");
}
