//! A cluster whose configurations stand in manifests, a compose file, cloud-init and a script: what the command says about
//! it is a reviewed snapshot.

use std::path::Path;

use assert_cmd::Command;

const FIXTURE: &str = "fixtures/projects/cluster";

/// What is printed, and what is said of the job.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = command.current_dir(root).args(args).arg(FIXTURE).output().expect("the command runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_whole_story_is_told() {
    let (status, out, _) = run(&[]);
    assert_eq!(status, Some(1));
    insta::assert_snapshot!(out.trim_end());
}

#[test]
fn each_configuration_is_listed_with_where_it_will_lie() {
    let (_, _, err) = run(&["--verbose"]);
    insta::assert_snapshot!(err);
}

#[test]
fn the_fixes_are_those_of_the_files_that_people_have() {
    let (_, out, _) = run(&["--diff"]);
    insta::assert_snapshot!(out);
}
