//! nginx follows requests and does nothing else: whether a handshake succeeds, what all runs agree on and which hop cuts
//! first is said once for both proxies, in `wslint_model::way`.

// The test is where the sources are read from disk.
#![allow(clippy::disallowed_methods)]

use std::path::Path;

/// The names of what the shared way decides.
const DECIDED_ELSEWHERE: [&str; 7] =
    ["Handshake", "Outcome", "Judgement", "AnsweredBy", "way::judge", "way::outcome", "idle::shortest"];

#[test]
fn nothing_here_judges() {
    let mut found = Vec::new();
    let mut files = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let source = std::fs::read_to_string(&path).expect("a source file");
            let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in (1..).zip(code) {
                let names = DECIDED_ELSEWHERE.iter().filter(|name| line.contains(*name));
                found.extend(names.map(|name| format!("{}, line {number} of code: {name}", path.display())));
            }
        }
    }
    assert!(files > 50, "{files} files of sources");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
