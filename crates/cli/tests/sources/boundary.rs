//! The proxies follow requests and do nothing else: whether a handshake succeeds, what all runs agree on and which hop
//! cuts first is said once for both of them, in `wslint_model::way`.

use super::crates::repository;
use super::mentions::{What, mentions};
use super::modules::Modules;

/// What the shared way decides, as it is named.
const DECIDED_ELSEWHERE: [&[&str]; 7] = [
    &["Handshake"],
    &["Outcome"],
    &["Judgement"],
    &["AnsweredBy"],
    &["way", "judge"],
    &["way", "outcome"],
    &["idle", "shortest"],
];

#[test]
fn no_proxy_judges() {
    let mut found = Vec::new();
    for name in ["wslint-nginx", "wslint-haproxy"] {
        let modules = Modules::read(&repository().join("crates").join(name).join("src/lib.rs"));
        assert!(modules.files.len() > 50, "{} files of {name}", modules.files.len());
        for file in 0..modules.files.len() {
            let paths = mentions(&modules, file).into_iter().filter_map(|mention| match mention.named {
                What::Import(import) => Some(import.path),
                What::Path(path) => Some(path),
                What::Call { .. } => None,
            });
            for path in paths.filter(|path| is_decided_elsewhere(path)) {
                found.push(format!("{} names {}", modules.told(file), path.join("::")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn is_decided_elsewhere(path: &[String]) -> bool {
    DECIDED_ELSEWHERE.iter().any(|name| path.windows(name.len()).any(|part| part == *name))
}
