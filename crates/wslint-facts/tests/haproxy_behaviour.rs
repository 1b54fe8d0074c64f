//! The model beside what real HAProxy was seen to do (`fixtures/behaviour/haproxy.jsonl`): what it says it knows must
//! be so, and it must know nearly everything.

// The test is where the observations are read from disk.
#![allow(clippy::disallowed_methods)]

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use wslint_facts::haproxy::Model;
use wslint_facts::{
    Browser, Content, File, FileId, Handshake, HaproxyRoot, Known, Outcome, Project, Request, Root, Scheme,
    Settings,
};
use wslint_syntax::haproxy;

fn project(case: &Value) -> Project {
    let config = case["config"].as_str().expect("a config").as_bytes().to_vec();
    let tree = haproxy::parse(config, &haproxy::Options::default()).tree;
    let files = case["files"].as_object().into_iter().flatten();
    let pattern_files: HashMap<String, Vec<u8>> = files
        .map(|(name, content)| (name.clone(), content.as_str().expect("a text").as_bytes().to_vec()))
        .collect();
    let file = File { path: "haproxy.cfg".to_owned(), content: Content::Haproxy(tree), template: false };
    let root = HaproxyRoot { files: vec![FileId(0)], whole: true, pattern_files };
    Project { files: vec![file], roots: vec![Root::Haproxy(root)] }
}

fn request(probe: &Value) -> Request {
    let url = probe["url"].as_str().expect("a URL");
    let (scheme, rest) = url.split_once("://").expect("a scheme");
    let (authority, target) = rest.split_at(rest.find('/').expect("a path"));
    let scheme = if scheme == "ws" { Scheme::Ws } else { Scheme::Http };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse().expect("a port")),
        None => (authority, scheme.default_port()),
    };
    let mut request = match scheme.is_websocket() {
        true => Request::handshake(scheme, host, port, target, Browser::Chrome),
        false => Request::plain(scheme, host, port, target),
    };
    probe["method"].as_str().expect("a method").clone_into(&mut request.method);
    for (name, value) in probe["headers"].as_object().into_iter().flatten() {
        request.set_header(name, value.as_str().expect("a value"));
    }
    request.listen = Some("127.0.0.1:28080".to_owned());
    request
}

/// What is predicted and what was seen, field by field; `None` where the model does not know.
fn fields(probe: &Value, outcome: &Outcome) -> Vec<(&'static str, Option<Value>, Value)> {
    let mut fields = Vec::new();
    if probe["url"].as_str().is_some_and(|url| url.starts_with("ws")) {
        let predicted = match outcome.handshake {
            Handshake::Succeeds => Some(Value::Bool(true)),
            Handshake::Fails => Some(Value::Bool(false)),
            Handshake::Unknown => None,
        };
        fields.push(("handshake", predicted, Value::Bool(probe["status"] == 101)));
    }
    if probe["sent"].is_null() {
        let status = outcome.status.as_ref().map(|status| status.map_or(Value::Null, Value::from));
        fields.push(("status", status, probe["status"].clone()));
        return fields;
    }
    let text = |known: &Known<Option<String>>| {
        known.as_ref().map(|value| value.clone().map_or(Value::Null, Value::String))
    };
    for (name, predicted) in [
        ("upstream", &outcome.upstream),
        ("uri", &outcome.uri),
        ("host", &outcome.host),
        ("upgrade", &outcome.upgrade),
        ("connection", &outcome.connection),
    ] {
        fields.push((name, text(predicted), probe["sent"][name].clone()));
    }
    fields
}

#[test]
fn what_is_predicted_is_what_was_seen() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/behaviour/haproxy.jsonl");
    let cases = std::fs::read_to_string(path).expect("the fixture is there");
    let settings = Settings::default();
    let (mut known, mut unknown, mut wrong) = (0, 0, Vec::new());
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let about = &case["about"];
        let project = project(&case);
        let Root::Haproxy(root) = &project.roots[0] else { unreachable!("the root is HAProxy's") };
        let model = Model::new(&project, root, &settings);
        let refused = model.trace(&Request::plain(Scheme::Http, "localhost", 80, "/")).outcome.rejected;
        if refused.is_some() == (case["accepted"] == true) {
            wrong.push(format!("{about}: accepted is {}, predicted {refused:?}", case["accepted"]));
            continue;
        }
        for probe in case["probes"].as_array().expect("probes") {
            for (field, predicted, seen) in fields(probe, &model.trace(&request(probe)).outcome) {
                match predicted {
                    None => unknown += 1,
                    Some(predicted) if predicted == seen => known += 1,
                    Some(predicted) => {
                        wrong.push(format!(
                            "{about}, {}: {field} is {seen}, predicted {predicted}",
                            probe["url"]
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong predictions\n{}", wrong.len(), wrong.join("\n"));
    assert!(known >= 50 * unknown, "{unknown} fields are not known, {known} are");
}
