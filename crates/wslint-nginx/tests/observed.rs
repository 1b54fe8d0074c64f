//! What is predicted of nginx beside what the real one was seen to do (`fixtures/behaviour`): what the model says it
//! knows must be so, and it must know nearly everything.

// The test is where the observations are read from disk.
#![allow(clippy::disallowed_methods)]

#[path = "../../../fixtures/behaviour/compare.rs"]
mod compare;
mod support;

use std::collections::BTreeMap;

use compare::{Tally, cases};
use wslint_model::way::{Follow, Network, outcome};
use wslint_model::{NginxContext, Settings};
use wslint_nginx::Nginx;

#[test]
fn nginx_was_seen_to_do_what_is_predicted() {
    let addresses = BTreeMap::new();
    let mut tally = Tally::default();
    for (number, case) in cases("nginx.jsonl").iter().enumerate() {
        let text = case["config"].as_str().expect("a config").to_owned();
        let (project, root) = support::load(&[("nginx.conf".to_owned(), text)], NginxContext::Main);
        let version = case["version"].as_str().and_then(|version| version.parse().ok()).expect("a version");
        let settings = Settings { nginx_version: version, nginx_version_given: true, ..Settings::default() };
        let model = Nginx::new(&project, &root, &settings);
        let network = Network::new(vec![&model], &addresses);
        let refused = model.refusal().map(|refusal| refusal.words);
        tally.add(&format!("line {}", number + 1), case, refused, |request| {
            outcome(&network.follow(request), None)
        });
    }
    tally.check(10);
}
