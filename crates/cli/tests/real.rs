//! Configs as people run them: what the command says at warning or above is what an experienced reader expects, which
//! stands in each case's `expected.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::support::real_cases;

#[test]
fn findings_on_real_kinds_of_configs_are_those_that_a_reader_expects() {
    let cases = real_cases();
    assert!(cases.len() >= 60, "only {} cases", cases.len());
    let differences: Vec<String> = cases.iter().flat_map(|case| differences(case)).collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// Each finding that is missing from, or not expected in, one case.
fn differences(case: &Path) -> Vec<String> {
    let name = case.file_name().expect("a name").to_string_lossy().into_owned();
    let expected = expected(case);
    let found = match found(case) {
        Ok(found) => found,
        Err(why) => return vec![format!("{name}: {why}")],
    };
    let missing = expected.difference(&found).map(|line| format!("{name}: missing {line}"));
    let surplus = found.difference(&expected).map(|line| format!("{name}: not expected {line}"));
    missing.chain(surplus).collect()
}

/// `file:line severity rule`, from the case's own list.
fn expected(case: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
        .collect()
}

/// `file:line severity rule`, from the command. A folder that holds no configuration has no findings, and says so.
fn found(case: &Path) -> Result<BTreeSet<String>, String> {
    let mut command = Command::cargo_bin("wslint").expect("the command is built");
    let output =
        command.current_dir(case).args(["--format", "json", "."]).output().expect("the command runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("error[no-configuration]") {
        return Ok(BTreeSet::new());
    }
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}: {stderr}"))?;
    if output.status.code() == Some(2) {
        return Err(format!("could not be linted: {stderr}"));
    }
    let findings = document["findings"].as_array().expect("findings").iter();
    Ok(findings
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{}:{} {} {}", text("file"), finding["line"], text("severity"), text("rule"))
        })
        .collect())
}
