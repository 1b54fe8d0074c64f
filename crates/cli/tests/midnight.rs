//! The incident: what the command says about it is a reviewed snapshot, and the README opens with the same words.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const FIXTURE: &str = "fixtures/projects/midnight";

#[test]
fn the_whole_story_is_told() {
    insta::assert_snapshot!(story());
}

#[test]
fn the_readme_opens_with_it() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let block = format!("```console\n$ wslint {FIXTURE}\n{}\n```\n", story().trim_end());
    assert!(readme.contains(&block), "the README's output is not what the command prints:\n{block}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is printed, but for the time that it took.
fn story() -> String {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    let output = command.current_dir(root()).arg(FIXTURE).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let (findings, summary) = text.split_once("\nFound ").expect("a summary");
    let summary = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let (seen, time) = summary.split_once(", in ").expect("the summary says how long it took");
    let (_, rest) = time.split_once(" ms.").expect("milliseconds");
    format!("{findings}\n{}\n", textwrap::fill(&format!("Found {seen}.{rest}"), 80))
}
