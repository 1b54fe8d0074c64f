//! The models beside what real nginx and HAProxy were seen to do (`fixtures/behaviour`): what they say they know must
//! be so, and they must know nearly everything.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use wslint_model::{
    Browser, Content, File, FileId, Handshake, HaproxyRoot, Known, NginxContext, NginxRoot, Outcome, Project,
    Request, Scheme, Settings,
};

fn nginx_project(config: String) -> (Project, NginxRoot) {
    let tree =
        wslint_syntax::nginx::parse(config.into_bytes(), wslint_syntax::nginx::Options::default()).tree;
    let file = File { path: "nginx.conf".to_owned(), content: Content::Nginx(tree), template: false };
    let root = NginxRoot { main: FileId(0), context: NginxContext::Main, includes: HashMap::new() };
    (Project { files: vec![file], roots: Vec::new() }, root)
}

fn haproxy_project(case: &Value) -> (Project, HaproxyRoot) {
    let config = case["config"].as_str().expect("a config").as_bytes().to_vec();
    let tree = wslint_syntax::haproxy::parse(config, &wslint_syntax::haproxy::Options::default()).tree;
    let files = case["files"].as_object().into_iter().flatten();
    let pattern_files: HashMap<String, Vec<u8>> = files
        .map(|(name, content)| (name.clone(), content.as_str().expect("a text").as_bytes().to_vec()))
        .collect();
    let file = File { path: "haproxy.cfg".to_owned(), content: Content::Haproxy(tree), template: false };
    let root = HaproxyRoot { files: vec![FileId(0)], whole: true, pattern_files };
    (Project { files: vec![file], roots: Vec::new() }, root)
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
    if let Some(method) = probe["method"].as_str() {
        method.clone_into(&mut request.method);
    }
    for (name, value) in probe["headers"].as_object().into_iter().flatten() {
        request.set_header(name, value.as_str().expect("a value"));
    }
    request.listen = Some(probe["listen"].as_str().unwrap_or("127.0.0.1:28080").to_owned());
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
        let arrives = probe["status"] == 101;
        fields.push(("handshake", predicted.clone(), Value::Bool(arrives)));
        if arrives && predicted.is_some() {
            let damaged = outcome.damage.is_some_and(|damage| damage.for_all);
            fields.push(("damaged", Some(Value::Bool(damaged)), Value::Bool(probe["damaged"] == true)));
        }
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
        let seen = match &probe["sent"][name] {
            Value::Array(lines) => {
                let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
                Value::from(lines.join("\n"))
            }
            seen => seen.clone(),
        };
        fields.push((name, text(predicted), seen));
    }
    fields
}

/// How often the model knew a field, how often it did not, and what it said wrongly.
#[derive(Default)]
struct Tally {
    known: usize,
    unknown: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, case: &Value, trace: impl Fn(&Request) -> Outcome) {
        let refused = trace(&Request::plain(Scheme::Http, "localhost", 80, "/")).rejected;
        if refused.is_some() == (case["accepted"] == true) {
            self.wrong.push(format!("{name}: accepted is {}, predicted {refused:?}", case["accepted"]));
            return;
        }
        for probe in case["probes"].as_array().expect("probes") {
            for (field, predicted, seen) in fields(probe, &trace(&request(probe))) {
                match predicted {
                    None => self.unknown += 1,
                    Some(predicted) if predicted == seen => self.known += 1,
                    Some(predicted) => {
                        let url = &probe["url"];
                        self.wrong.push(format!("{name}, {url}: {field} is {seen}, predicted {predicted}"));
                    }
                }
            }
        }
    }

    /// One field of `share` may be unknown, and none wrong.
    fn check(&self, share: usize) {
        assert!(self.wrong.is_empty(), "{} wrong predictions\n{}", self.wrong.len(), self.wrong.join("\n"));
        let (known, unknown) = (self.known, self.unknown);
        assert!(known >= share * unknown, "{unknown} fields are not known, {known} are");
    }
}

fn cases(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/behaviour").join(file);
    let cases = std::fs::read_to_string(path).expect("the fixture is there");
    cases.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

#[test]
fn haproxy_was_seen_to_do_what_is_predicted() {
    let settings = Settings::default();
    let mut tally = Tally::default();
    for case in cases("haproxy.jsonl") {
        let (project, root) = haproxy_project(&case);
        let model = wslint_haproxy::Model::new(&project, &root, &settings);
        tally.add(&case["about"].to_string(), &case, |request| model.trace(request).outcome);
    }
    tally.check(50);
}

#[test]
fn nginx_was_seen_to_do_what_is_predicted() {
    let mut tally = Tally::default();
    for (number, case) in cases("nginx.jsonl").iter().enumerate() {
        let text = case["config"].as_str().expect("a config").to_owned();
        let (project, root) = nginx_project(text);
        let version = case["version"].as_str().and_then(|version| version.parse().ok()).expect("a version");
        let settings = Settings { nginx_version: version, nginx_version_given: true, ..Settings::default() };
        let model = wslint_nginx::Model::new(&project, &root, &settings);
        tally.add(&format!("line {}", number + 1), case, |request| model.trace(request).outcome);
    }
    tally.check(10);
}
