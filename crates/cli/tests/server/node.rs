//! The protocol layer of vscode-languageclient, in Node: a session for each feature, whose record is a snapshot.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A repository that holds the files of fixtures/projects/midnight.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    let midnight = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/midnight");
    copy(&midnight, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            fs::create_dir(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}

/// The record of a session of `node/sessions.mjs`.
fn record(feature: &str) -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = top.join("target/editors/node");
    assert!(
        modules.join("node_modules").is_dir(),
        "scripts/install-editors installs the protocol's packages"
    );
    let folder = repository();
    let output = Command::new("timeout")
        .args(["100", "node"])
        .arg(top.join("crates/cli/tests/server/node/sessions.mjs"))
        .arg(&modules)
        .arg(assert_cmd::cargo::cargo_bin("wslint"))
        .arg(folder.path().canonicalize().expect("a folder"))
        .arg(feature)
        .output()
        .unwrap_or_else(|error| panic!("node: {error}; scripts/install-editors installs it"));
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{feature}: {}\n{told}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

macro_rules! sessions {
    ($($feature:ident),* $(,)?) => {$(
        #[test]
        fn $feature() {
            insta::assert_snapshot!(record(stringify!($feature)));
        }
    )*};
}

sessions!(
    initialize, push, pull, actions, hover, definition, references, symbols, search, hints, commands,
    completion, cancel
);
