//! The command: whatever lies in a folder, it ends with a status that it knows, says the same when it is asked again, has
//! nothing left to fix when it has fixed, and quotes nothing that lies outside.

use std::fs;
use std::path::Path;

use crate::tree::{Entry, plant};

/// What lies beside the tree and belongs to nobody who lints it.
const SECRET: &str = "hunter2";

/// More runs than these to fix all that can be fixed do not end.
const MOST_RUNS: u8 = 5;

/// Runs the command over a tree in an empty folder. `run` takes its arguments and returns its exit status.
///
/// # Panics
/// Where a property does not hold, or the folder cannot be written to.
pub fn command(entries: &[(String, Entry)], folder: &Path, run: impl Fn(&[&str]) -> u8) {
    let folder = &folder.canonicalize().expect("the folder is there");
    let (tree, outside) = (folder.join("tree"), folder.join("outside"));
    fs::create_dir(&tree).expect("a folder");
    fs::create_dir(&outside).expect("a folder");
    let secret = format!("server {{ listen 80; location /ws {{ proxy_pass http://{SECRET}; }} }}\n");
    fs::write(outside.join("secret.conf"), &secret).expect("a file");
    plant(entries, &tree);
    let path = |path: &Path| path.to_str().expect("a plain path").to_owned();
    let (tree, out) = (path(&tree), path(&folder.join("out")));
    let ran = |arguments: &[&str]| {
        let status = run(arguments);
        assert!(status <= 2, "{arguments:?} ended with {status}");
        status
    };
    let report = |format| {
        ran(&["--quiet", "--format", format, "--output-file", &out, &tree]);
        fs::read(&out).unwrap_or_default()
    };
    let first = report("json");
    assert!(first == report("json"), "the same tree gives the same report");
    for text in [first, report("full"), report("sarif")] {
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains(SECRET), "what lies outside is quoted\n{text}");
    }
    ran(&["facts", &tree]);
    ran(&["trace", "ws://app.example.com/ws", &tree]);
    let fixing = ["--quiet", "--severity", "info", "--unsafe-fixes"];
    // One run fixes what takes a few rounds, and reports the rest.
    let is_left = || {
        ran(&[&fixing[..], &["--fix", &tree]].concat());
        ran(&[&fixing[..], &["--diff", &tree]].concat()) == 1
    };
    assert!(!(0..MOST_RUNS).all(|_| is_left()), "there is always something left to fix");
    let kept = fs::read_to_string(outside.join("secret.conf")).expect("the file outside is there");
    assert_eq!(kept, secret, "what lies outside is not written to");
}
