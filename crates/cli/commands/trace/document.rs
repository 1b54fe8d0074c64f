//! `wslint trace --format json`: one document.

use serde_json::{Map, Value, json};
use wslint_model::way::{AnsweredBy, Assumption, Handshake, Step};
use wslint_model::{Known, NEVER};

use super::traced::Traced;
use crate::output::{Locator, first_line};

/// What cannot be known statically.
const UNKNOWN: &str = "unknown";

/// The document: the outcome is that of the last proxy on the way, the limit on silence the shortest of all.
pub(super) fn document(traced: &Traced<'_>) -> Value {
    let mut locator = Locator::new(traced.project);
    let mut steps = Vec::new();
    for leg in &traced.legs {
        let proxy = leg.proxy.name();
        steps.extend(leg.steps.iter().map(|told| step(traced, &mut locator, proxy, told)));
    }
    let assumed: Vec<Value> =
        traced.assumed.iter().map(|assumption| assumed(traced, &mut locator, assumption)).collect();
    json!({
        "version": 1,
        "request": request(traced),
        "steps": steps,
        "assumptions": assumed,
        "outcome": outcome(traced),
    })
}

fn request(traced: &Traced<'_>) -> Value {
    let request = traced.request;
    json!({
        "url": traced.url,
        "scheme": request.scheme.word(),
        "host": request.host,
        "port": request.port,
        "target": request.target,
        "method": request.method,
        "http": request.http,
        "listen": request.listen,
        "headers": request.headers,
    })
}

fn step(traced: &Traced<'_>, locator: &mut Locator<'_>, proxy: &str, step: &Step) -> Value {
    let place = step.site.map(|site| {
        let text = String::from_utf8_lossy(&first_line(traced.project, traced.veil, site)).into_owned();
        (traced.project.file(site.file).path.as_str(), locator.start(site).line, text)
    });
    let (file, line, text) =
        place.map_or((None, None, None), |(file, line, text)| (Some(file), Some(line), Some(text)));
    json!({ "what": step.what, "proxy": proxy, "file": file, "line": line, "text": text, "note": step.note })
}

fn assumed(traced: &Traced<'_>, locator: &mut Locator<'_>, assumption: &Assumption) -> Value {
    let place =
        assumption.site.map(|site| (traced.project.file(site.file).path.as_str(), locator.start(site).line));
    let (file, line) = place.unzip();
    json!({ "words": assumption.words, "file": file, "line": line })
}

fn outcome(traced: &Traced<'_>) -> Value {
    let last = &traced.outcome;
    let refusal = traced.refusal.as_ref().map(|(_, refusal)| refusal.words.as_str());
    let reason = traced.unreadable.map(|problem| problem.message.as_str()).or(refusal);
    let mut outcome = Map::new();
    outcome.insert("config".into(), json!(if reason.is_some() { "rejected" } else { "accepted" }));
    outcome.insert("reason".into(), json!(reason));
    outcome.insert("verdict".into(), json!(traced.verdict.name()));
    outcome.insert("handshake".into(), json!(handshake(last.handshake)));
    outcome.insert("client".into(), json!(client(traced)));
    outcome.insert("answered_by".into(), json!(answered_by(last.answered_by)));
    outcome.insert("status".into(), known(&last.status, |status| json!(status)));
    for (name, value) in [("upstream", &last.upstream), ("backend", &last.backend), ("uri", &last.uri)] {
        outcome.insert(name.into(), known(value, |value| json!(value)));
    }
    for (name, value) in [("host", &last.host), ("upgrade", &last.upgrade), ("connection", &last.connection)]
    {
        outcome.insert(name.into(), known(value, |value| header(value.as_deref())));
    }
    let limit = match last.idle_timeout {
        Known::Unknown => json!(UNKNOWN),
        Known::Known(NEVER) => Value::Null,
        Known::Known(limit) => json!(limit),
    };
    outcome.insert("idle_timeout_ms".into(), limit);
    outcome.insert("idle_timeout_by".into(), json!(last.idle_timeout_by));
    let rules: Vec<&str> = traced.findings.iter().map(|finding| finding.rule.id.as_str()).collect();
    outcome.insert("rules".into(), json!(rules));
    Value::Object(outcome)
}

fn known<T>(value: &Known<T>, show: impl Fn(&T) -> Value) -> Value {
    match value {
        Known::Known(value) => show(value),
        Known::Unknown => json!(UNKNOWN),
    }
}

/// A header: its value, or a list of them if it is sent more than once.
fn header(lines: Option<&str>) -> Value {
    match lines {
        Some(lines) if lines.contains('\n') => json!(lines.split('\n').collect::<Vec<_>>()),
        line => json!(line),
    }
}

/// Whether clients keep the connection that a 101 opens; nothing where none arrives.
fn client(traced: &Traced<'_>) -> Option<&'static str> {
    if !traced.request.scheme.is_websocket() || traced.outcome.handshake != Handshake::Succeeds {
        return None;
    }
    Some(match traced.outcome.damage {
        None => "keeps",
        Some(damage) if damage.for_all => "closes",
        Some(_) => UNKNOWN,
    })
}

fn handshake(handshake: Handshake) -> &'static str {
    match handshake {
        Handshake::Succeeds => "succeeds",
        Handshake::Fails => "fails",
        Handshake::Unknown => UNKNOWN,
    }
}

fn answered_by(by: AnsweredBy) -> &'static str {
    match by {
        AnsweredBy::Upstream => "upstream",
        AnsweredBy::Proxy => "proxy",
        AnsweredBy::Nobody => "nobody",
        AnsweredBy::Unknown => UNKNOWN,
    }
}
