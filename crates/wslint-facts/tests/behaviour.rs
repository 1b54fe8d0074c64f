//! What `trace` predicts against what real nginx was seen to do, on vectors that stand beside the repository. Without
//! them there is nothing to compare and the test passes; the project's own cases are the rules' examples.

// The vectors are a file, and the figures are for people.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use wslint_facts::nginx::Model;
use wslint_facts::{
    Browser, Handshake, Known, NEVER, NginxContext, Outcome, Request, Scheme, Settings, Version,
};

/// How often a predicted field agreed, differed, or was not known.
#[derive(Default)]
struct Count {
    agree: usize,
    differ: usize,
    unknown: usize,
}

#[test]
fn predictions_agree_with_what_nginx_was_seen_to_do() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/behaviour-nginx.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut differences = String::new();
    for line in text.lines() {
        let vector: Value = serde_json::from_str(line).expect("a vector is JSON");
        let mut row = |field: &'static str, same: Option<bool>, told: String| {
            let count = counts.entry(field).or_default();
            match same {
                Some(true) => count.agree += 1,
                Some(false) => count.differ += 1,
                None => count.unknown += 1,
            }
            if same != Some(true) {
                let word = if same.is_none() { "unknown" } else { "differs" };
                differences.push_str(&format!("{} {field} {word}: {told}\n", vector["id"]));
            }
        };
        check(&vector, &mut row);
    }
    println!("{differences}");
    let mut wrong = Vec::new();
    for (field, count) in &counts {
        let known = count.agree + count.differ;
        let accuracy = 100.0 * count.agree as f64 / known as f64;
        let share = 100.0 * known as f64 / (known + count.unknown) as f64;
        println!(
            "{field:10} agree {} differ {} unknown {} accuracy {accuracy:.1} known {share:.1}",
            count.agree, count.differ, count.unknown
        );
        let wanted = match *field {
            "handshake" | "uri" | "upgrade" | "connection" | "idle" => 99.0,
            _ => 97.0,
        };
        if accuracy < wanted {
            wrong.push(format!("{field}: {accuracy:.1} %"));
        }
    }
    assert!(wrong.is_empty(), "less than was reached: {wrong:?}");
}

fn check(vector: &Value, row: &mut impl FnMut(&'static str, Option<bool>, String)) {
    let files: Vec<(String, String)> = vector["files"]
        .as_object()
        .expect("a vector has files")
        .iter()
        .map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().to_owned()))
        .collect();
    let (project, root) = support::load(&files, NginxContext::Main);
    for run in vector["runs"].as_array().into_iter().flatten() {
        let mut versions: Vec<Version> = run["versions"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|version| version.as_str()?.parse().ok())
            .collect();
        versions.sort();
        let settings =
            Settings { nginx_version: versions[0], nginx_version_given: true, ..Settings::default() };
        let model = Model::new(&project, &root, &settings);
        for probe in run["probes"].as_array().into_iter().flatten() {
            let kind = probe["request"]["kind"].as_str().unwrap_or_default();
            if !matches!(kind, "websocket" | "socketio" | "http") {
                continue;
            }
            let Some(request) = request(&probe["request"]) else { continue };
            let outcome = model.trace(&request).outcome;
            let config = if outcome.rejected.is_some() { "rejected" } else { "accepted" };
            row(
                "config",
                Some(run["config"] == config),
                format!("predicted {config} {:?}", outcome.rejected),
            );
            if run["config"] == "accepted" {
                compare(&probe["request"], &probe["observed"], &outcome, row);
            }
        }
    }
}

fn request(probe: &Value) -> Option<Request> {
    let url = probe["url"].as_str()?;
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme {
        "ws" => Scheme::Ws,
        "wss" => Scheme::Wss,
        "http" => Scheme::Http,
        _ => Scheme::Https,
    };
    let (authority, path) = rest.split_at(rest.find('/')?);
    // `d` stands for a client with default transports, whose first request is a poll.
    let path = &path.replace("transport=d&", "transport=polling&");
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, scheme.default_port()),
    };
    let mut request = if scheme.is_websocket() {
        Request::handshake(scheme, host, port, path, Browser::Chrome)
    } else {
        Request::plain(scheme, host, port, path)
    };
    for (name, value) in probe["headers"].as_object().into_iter().flatten() {
        request.set_header(name, value.as_str()?);
    }
    if let Some(method) = probe["method"].as_str() {
        request.method = method.to_owned();
    }
    request.listen = probe["listen"].as_str().map(str::to_owned);
    Some(request)
}

fn compare(
    probe: &Value,
    observed: &Value,
    outcome: &Outcome,
    row: &mut impl FnMut(&'static str, Option<bool>, String),
) {
    let websocket = probe["kind"] == "websocket";
    if websocket && observed.get("status").is_some() {
        let succeeds = observed["status"] == 101;
        let same = match outcome.handshake {
            Handshake::Succeeds => Some(succeeds),
            Handshake::Fails => Some(!succeeds),
            Handshake::Unknown => None,
        };
        row("handshake", same, format!("predicted {:?}, saw {}", outcome.handshake, observed["status"]));
    }
    let reached = observed["reached_upstream"].as_bool();
    if reached == Some(false) && observed["status"].is_number() {
        let seen = observed["status"].as_u64();
        let same = outcome.status.clone().known().map(|status| status.map(u64::from) == seen);
        row("status", same, format!("predicted {:?}, saw {seen:?}", outcome.status));
    }
    if reached == Some(true) {
        let fields = [
            ("upstream", &outcome.upstream),
            ("uri", &outcome.uri),
            ("host", &outcome.host),
            ("upgrade", &outcome.upgrade),
            ("connection", &outcome.connection),
        ];
        for (field, predicted) in fields {
            if observed.get(field).is_none() && !matches!(field, "upgrade" | "connection") {
                continue;
            }
            let seen = lines(&observed[field]);
            let same = match predicted {
                Known::Unknown => None,
                Known::Known(value) => {
                    let fold = |text: &Option<String>| match field {
                        "upgrade" | "connection" => text.as_ref().map(|text| text.to_lowercase()),
                        _ => text.clone(),
                    };
                    Some(fold(value) == fold(&seen))
                }
            };
            row(field, same, format!("predicted {predicted:?}, saw {seen:?}"));
        }
    }
    let held = probe["hold_ms"].as_u64().filter(|_| probe["silent"] == true);
    if let (true, Some(held), Some(101)) = (websocket, held, observed["status"].as_u64()) {
        let Known::Known(predicted) = outcome.idle_timeout else {
            row("idle", None, String::new());
            return;
        };
        let same = match observed["cut_after_ms"].as_u64() {
            None => predicted == NEVER || predicted > held * 9 / 10,
            Some(cut) => predicted.abs_diff(cut) <= 800,
        };
        row("idle", Some(same), format!("predicted {predicted}, saw {}", observed["cut_after_ms"]));
    }
}

/// A header as it was seen: several lines stand apart.
fn lines(seen: &Value) -> Option<String> {
    match seen {
        Value::Array(lines) => Some(lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}
