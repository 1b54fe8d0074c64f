//! What is predicted of HAProxy beside what the real one was seen to do (`fixtures/behaviour`): what the model says it
//! knows must be so, and it must know nearly everything.

// The test is where the observations are read from disk.
#![allow(clippy::disallowed_methods)]

#[path = "../../../fixtures/behaviour/compare.rs"]
mod compare;

use std::collections::{BTreeMap, HashMap};

use compare::{Tally, cases};
use serde_json::Value;
use wslint_haproxy::Haproxy;
use wslint_model::way::{Follow, Network, outcome};
use wslint_model::{Content, File, FileId, HaproxyRoot, Project, Settings};
use wslint_syntax::haproxy;

fn project(case: &Value) -> (Project, HaproxyRoot) {
    let config = case["config"].as_str().expect("a config").as_bytes().to_vec();
    let tree = haproxy::parse(config, &haproxy::Options::default()).tree;
    let files = case["files"].as_object().into_iter().flatten();
    let pattern_files: HashMap<String, Vec<u8>> = files
        .map(|(name, content)| (name.clone(), content.as_str().expect("a text").as_bytes().to_vec()))
        .collect();
    let file = File::new("haproxy.cfg", Content::Haproxy(tree), false);
    let root = HaproxyRoot { files: vec![FileId(0)], whole: true, pattern_files };
    (Project { files: vec![file], ..Project::default() }, root)
}

#[test]
fn haproxy_was_seen_to_do_what_is_predicted() {
    let settings = Settings::default();
    let addresses = BTreeMap::new();
    let mut tally = Tally::default();
    for case in cases("haproxy.jsonl") {
        let (project, root) = project(&case);
        let model = Haproxy::new(&project, &root, &settings);
        let network = Network::new(vec![&model], &addresses);
        let refused = model.refusal().map(|refusal| refusal.words);
        tally.add(&case["about"].to_string(), &case, refused, |request| {
            outcome(&network.follow(request), None)
        });
    }
    tally.check(50);
}
