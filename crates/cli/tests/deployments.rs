//! Small repositories with what is deployed behind their proxies: what the command says at warning or above is what an
//! experienced reader expects, which stands in each case's `expected.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/deployments");
    let entries = fs::read_dir(folder).expect("the cases are there");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    cases
}

#[test]
fn findings_on_deployments_are_those_that_a_reader_expects() {
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let fine = cases.iter().filter(|case| expected(case).is_empty()).count();
    assert!(fine >= cases.len() / 2, "only {fine} of {} cases are fine", cases.len());
    let differences: Vec<String> = cases.iter().flat_map(|case| differences(case)).collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn each_case_is_told_with_what_it_is_after() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/deployments");
    let told = fs::read_to_string(folder.join("README.md")).expect("it is told");
    for case in cases() {
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(told.contains(&format!("| `{name}` | ")), "{name} is not in fixtures/deployments/README.md");
    }
}

/// Each finding that is missing from, or not expected in, one case.
fn differences(case: &Path) -> Vec<String> {
    let name = case.file_name().expect("a name").to_string_lossy().into_owned();
    let (expected, found) = (expected(case), found(case));
    let missing = expected.difference(&found).map(|line| format!("{name}: missing {line}"));
    let surplus = found.difference(&expected).map(|line| format!("{name}: not expected {line}"));
    missing.chain(surplus).collect()
}

/// `file:line severity rule`, from the case's own list.
fn expected(case: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// `file:line severity rule`, from the command.
fn found(case: &Path) -> BTreeSet<String> {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    let output =
        command.current_dir(case).args(["--format", "json", "."]).output().expect("the command runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(2), "{}: {stderr}", case.display());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = document["findings"].as_array().expect("findings").iter();
    let told = findings.filter(|finding| finding["severity"] != "info").map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {} {}", text("file"), finding["line"], text("severity"), text("rule"))
    });
    told.collect()
}
