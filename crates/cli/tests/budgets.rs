//! No hostile test runs the command without a budget: what it takes must end the test, not the machine.

use std::fs;
use std::path::Path;

/// How the command can be run without a budget.
const UNBOUNDED: [&str; 4] = [".run(", ".wslint(", "cargo_bin", "\"wslint\""];

#[test]
fn every_hostile_test_has_one() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/cli/tests/hostile")];
    let mut tests = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the tests can be listed") {
            let path = entry.expect("a test").path();
            if path.is_dir() { &mut folders } else { &mut tests }.push(path);
        }
    }
    let mut found = Vec::new();
    for path in &tests {
        let text = fs::read_to_string(path).expect("a test is text");
        let unbounded = |line: &&str| {
            !line.trim_start().starts_with("//") && UNBOUNDED.iter().any(|way| line.contains(way))
        };
        found.extend(
            text.lines().filter(unbounded).map(|line| format!("{}: {}", path.display(), line.trim())),
        );
    }
    assert!(!tests.is_empty(), "there are hostile tests");
    assert!(found.is_empty(), "use Scratch::bounded or Scratch::limited:\n{}", found.join("\n"));
}
