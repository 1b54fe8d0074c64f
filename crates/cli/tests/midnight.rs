//! The incident: what the command says about it is a reviewed snapshot.

use std::path::Path;

use assert_cmd::Command;

const FIXTURE: &str = "fixtures/projects/midnight";

#[test]
fn the_whole_story_is_told() {
    insta::assert_snapshot!(story());
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is printed.
fn story() -> String {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    let output = command.current_dir(root()).arg(FIXTURE).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    std::str::from_utf8(&output.stdout).expect("the output is UTF-8").trim_end().to_owned()
}
