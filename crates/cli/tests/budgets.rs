//! No hostile test runs the command without a budget: what it takes must end the test, not the machine.

use std::fs;
use std::path::Path;

/// How the command can be run without a budget.
const UNBOUNDED: [&str; 4] = [".run(", ".wslint(", "cargo_bin", "\"wslint\""];

#[test]
fn every_hostile_test_has_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/cli/tests/hostile");
    let mut files = 0;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the tests can be listed") {
        let path = entry.expect("a test").path();
        let text = fs::read_to_string(&path).expect("a test is text");
        let unbounded = |line: &&str| {
            !line.trim_start().starts_with("//") && UNBOUNDED.iter().any(|way| line.contains(way))
        };
        found.extend(
            text.lines().filter(unbounded).map(|line| format!("{}: {}", path.display(), line.trim())),
        );
        files += 1;
    }
    assert!(files > 0, "there are hostile tests");
    assert!(found.is_empty(), "use Scratch::bounded or Scratch::limited:\n{}", found.join("\n"));
}
