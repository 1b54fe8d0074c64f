//! Follows every request that was observed on real HAProxy, and compares the prediction field by field.
//!
//! The observations lie beside the workspace; where they are not at hand there is nothing to compare.

// The test is where the observations are read from disk, and where the table of results is shown.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use wslint_facts::haproxy::Model;
use wslint_facts::{
    Browser, Content, File, FileId, Handshake, HaproxyRoot, Known, NEVER, Outcome, Project, Request, Root,
    Scheme, Settings, Version,
};
use wslint_syntax::haproxy;

#[derive(Default)]
struct Count {
    agree: usize,
    differ: usize,
    unknown: usize,
}

/// A vector's configuration as a project of one root.
fn project(vector: &Value, version: Version) -> Project {
    let files = vector["files"].as_object().expect("files");
    let mut pattern_files = std::collections::HashMap::new();
    let mut main = None;
    for (name, text) in files {
        let text = text.as_str().expect("text").as_bytes().to_vec();
        if main.is_none() {
            let options = haproxy::Options {
                unset: haproxy::Unset::Empty,
                version: (version.0, version.1, version.2),
                ..haproxy::Options::default()
            };
            main = Some(haproxy::parse(text, &options).tree);
        } else {
            pattern_files.insert(format!("./{name}"), text.clone());
            pattern_files.insert(name.clone(), text);
        }
    }
    let file = File {
        path: "haproxy.cfg".to_owned(),
        content: Content::Haproxy(main.expect("a main file")),
        template: false,
    };
    let root = HaproxyRoot { files: vec![FileId(0)], whole: true, pattern_files };
    Project { files: vec![file], roots: vec![Root::Haproxy(root)] }
}

/// The request that was made.
fn request(asked: &Value) -> Option<Request> {
    let kind = asked["kind"].as_str()?;
    if !matches!(kind, "websocket" | "socketio" | "http") {
        return None;
    }
    let url = asked["url"].as_str()?;
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme {
        "ws" => Scheme::Ws,
        "wss" => Scheme::Wss,
        "https" => Scheme::Https,
        _ => Scheme::Http,
    };
    let (authority, target) = match rest.find('/') {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, "/"),
    };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, scheme.default_port()),
    };
    let browser = if asked["browser"] == "firefox" { Browser::Firefox } else { Browser::Chrome };
    let mut request = match scheme.is_websocket() {
        true => Request::handshake(scheme, host, port, target, browser),
        false => Request::plain(scheme, host, port, target),
    };
    if let Some(method) = asked["method"].as_str() {
        method.clone_into(&mut request.method);
    }
    for (name, value) in asked["headers"].as_object().into_iter().flatten() {
        match value.as_str() {
            Some(value) => request.set_header(name, value),
            None => request.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name)),
        }
    }
    for name in asked["drop"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        request.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
    }
    request.listen = asked["listen"].as_str().map(str::to_owned);
    Some(request)
}

fn text(known: &Known<Option<String>>) -> Option<Value> {
    known.as_ref().map(|value| value.clone().map_or(Value::Null, Value::String))
}

/// The rows of one observation: field, prediction (`None` where it is not known), observation, agreement.
fn rows(asked: &Value, seen: &Value, outcome: &Outcome) -> Vec<(&'static str, String, String, Option<bool>)> {
    let mut rows = Vec::new();
    let mut row = |field, predicted: Option<Value>, observed: Value| {
        let same = predicted.as_ref().map(|predicted| *predicted == observed);
        rows.push((field, format!("{predicted:?}"), observed.to_string(), same));
    };
    let websocket = asked["kind"] == "websocket";
    if websocket && !seen["status"].is_null() {
        let predicted = match outcome.handshake {
            Handshake::Succeeds => Some("succeeds".into()),
            Handshake::Fails => Some("fails".into()),
            Handshake::Unknown => None,
        };
        row("handshake", predicted, if seen["status"] == 101 { "succeeds" } else { "fails" }.into());
    }
    let status = outcome.status.as_ref().map(|status| status.map_or(Value::Null, Value::from));
    match seen["reached_upstream"].as_bool() {
        Some(false) if !seen["status"].is_null() => row("status", status, seen["status"].clone()),
        Some(true) => {
            let lower = |value: &Value| value.as_str().map_or(Value::Null, |text| text.to_lowercase().into());
            for (field, predicted) in
                [("upstream", &outcome.upstream), ("uri", &outcome.uri), ("host", &outcome.host)]
            {
                // The plain server of the observations did not record the host.
                // Of HTTP/2 it recorded the method in place of the target.
                if seen
                    .get(field)
                    .is_some_and(|value| !matches!(value.as_str(), None | Some("GET" | "CONNECT")))
                {
                    row(field, text(predicted), seen[field].clone());
                }
            }
            for (field, predicted) in [("upgrade", &outcome.upgrade), ("connection", &outcome.connection)] {
                row(field, text(predicted).map(|value| lower(&value)), lower(&seen[field]));
            }
        }
        _ => {}
    }
    // These end one direction of the connection, so that it is not idle but half closed.
    let half_closed =
        asked["url"].as_str().is_some_and(|url| url.contains("nofin=") || url.contains("srvfin="));
    let held = asked["hold_ms"].as_u64().filter(|_| asked["silent"] == true && seen["status"] == 101);
    if let (true, Some(held), Some(alive)) = (websocket && !half_closed, held, seen["alive"].as_bool()) {
        let predicted = outcome.idle_timeout.as_ref().copied();
        let same = predicted.map(|predicted| match seen["cut_after_ms"].as_u64() {
            _ if alive => predicted == NEVER || predicted as f64 > held as f64 * 0.9,
            Some(cut) => predicted.abs_diff(cut) <= 800,
            None => predicted != NEVER,
        });
        let observed =
            if alive { format!("alive after {held}") } else { format!("cut {}", seen["cut_after_ms"]) };
        rows.push(("idle", format!("{predicted:?}"), observed, same));
    }
    rows
}

#[test]
fn predictions_agree_with_real_haproxy() {
    let vectors =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/behaviour-haproxy.jsonl");
    let Ok(vectors) = std::fs::read_to_string(vectors) else { return };
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut differences = Vec::new();
    for line in vectors.lines() {
        let vector: Value = serde_json::from_str(line).expect("a vector");
        for run in vector["runs"].as_array().expect("runs") {
            // The other builds are first releases with bugs of their own.
            let versions = run["versions"].as_array().expect("versions").iter().filter_map(Value::as_str);
            let Some(version) = versions.filter(|version| matches!(*version, "2.6" | "3.2" | "3.4")).min()
            else {
                continue;
            };
            let version: Version = version.parse().expect("a version");
            let project = project(&vector, version);
            let Root::Haproxy(root) = &project.roots[0] else { unreachable!("the root is HAProxy's") };
            let settings = Settings { haproxy_version: version, ..Settings::default() };
            let model = Model::new(&project, root, &settings);
            for probe in run["probes"].as_array().into_iter().flatten() {
                let Some(request) = request(&probe["request"]) else { continue };
                let outcome = model.trace(&request).outcome;
                let accepted = outcome.rejected.is_none();
                let expected = run["config"] == "accepted";
                let mut all =
                    vec![("config", accepted.to_string(), expected.to_string(), Some(accepted == expected))];
                if expected {
                    all.extend(rows(&probe["request"], &probe["observed"], &outcome));
                }
                for (field, predicted, observed, same) in all {
                    let count = counts.entry(field).or_default();
                    match same {
                        Some(true) => count.agree += 1,
                        Some(false) => count.differ += 1,
                        None => count.unknown += 1,
                    }
                    if same != Some(true) {
                        let id = vector["id"].as_str().unwrap_or_default();
                        differences.push(format!(
                            "{id} {version} {field}: predicted {predicted}, observed {observed}"
                        ));
                    }
                }
            }
        }
    }
    println!("{}", differences.join("\n"));
    let mut failures = Vec::new();
    for (field, count) in &counts {
        let known = count.agree + count.differ;
        let accuracy = 100.0 * count.agree as f64 / known as f64;
        let knowledge = 100.0 * known as f64 / (known + count.unknown) as f64;
        println!(
            "{field}: {} agree, {} differ, {} unknown: {accuracy:.1} % agree, {knowledge:.1} % known",
            count.agree, count.differ, count.unknown
        );
        // What a server answers to a health check, over HTTP/2 or to a PROXY header is not in the configuration.
        let (accurate, decided) = match *field {
            "handshake" => (97.0, 90.0),
            "status" => (90.0, 40.0),
            _ => (97.0, 95.0),
        };
        if accuracy < accurate || knowledge < decided {
            failures.push(*field);
        }
    }
    assert!(failures.is_empty(), "too few predictions agree or are known: {failures:?}");
}
