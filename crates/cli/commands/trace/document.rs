//! `wslint trace --format json`: one document.

use serde_json::{Map, Value, json};
use wslint_facts::{AnsweredBy, Handshake, Known, NEVER, Scheme, Step};

use super::Followed;
use super::verdict::{proxy_name, shortest_idle};
use crate::output::{Locator, first_line};

/// What cannot be known statically.
const UNKNOWN: &str = "unknown";

/// The document: the outcome is that of the last proxy on the way, the limit on silence the shortest of all.
pub(super) fn document(followed: &Followed<'_>) -> Value {
    let mut locator = Locator::new(followed.project);
    let mut steps = Vec::new();
    for leg in &followed.legs {
        let proxy = proxy_name(followed, leg.root).to_ascii_lowercase();
        steps.extend(leg.trace.steps.iter().map(|told| step(followed, &mut locator, &proxy, told)));
    }
    json!({ "version": 1, "request": request(followed), "steps": steps, "outcome": outcome(followed) })
}

fn request(followed: &Followed<'_>) -> Value {
    let request = followed.request;
    let scheme = match request.scheme {
        Scheme::Ws => "ws",
        Scheme::Wss => "wss",
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    json!({
        "url": followed.url,
        "scheme": scheme,
        "host": request.host,
        "port": request.port,
        "target": request.target,
        "method": request.method,
        "http": request.http,
        "listen": request.listen,
        "headers": request.headers,
    })
}

fn step(followed: &Followed<'_>, locator: &mut Locator<'_>, proxy: &str, step: &Step) -> Value {
    let place = step.site.map(|site| {
        let text = String::from_utf8_lossy(&first_line(followed.project, followed.veil, site)).into_owned();
        (followed.project.file(site.file).path.as_str(), locator.start(site).line, text)
    });
    let (file, line, text) =
        place.map_or((None, None, None), |(file, line, text)| (Some(file), Some(line), Some(text)));
    json!({ "what": step.what, "proxy": proxy, "file": file, "line": line, "text": text, "note": step.note })
}

fn outcome(followed: &Followed<'_>) -> Value {
    let last = &followed.last().trace.outcome;
    let reason = followed.refused.map(|problem| problem.message.as_str()).or_else(|| {
        let rejected = |leg: &'_ crate::chain::Leg| leg.trace.outcome.rejected.is_some();
        let leg = followed.legs.iter().find(|leg| rejected(leg))?;
        leg.trace.outcome.rejected.as_ref().map(|(reason, _)| reason.as_str())
    });
    let mut outcome = Map::new();
    outcome.insert("config".into(), json!(if reason.is_some() { "rejected" } else { "accepted" }));
    outcome.insert("reason".into(), json!(reason));
    outcome.insert("handshake".into(), json!(handshake(followed.handshake())));
    outcome.insert("client".into(), json!(client(followed)));
    outcome.insert("answered_by".into(), json!(answered_by(last.answered_by)));
    outcome.insert("status".into(), known(&last.status, |status| json!(status)));
    for (name, value) in [("upstream", &last.upstream), ("backend", &last.backend), ("uri", &last.uri)] {
        outcome.insert(name.into(), known(value, |value| json!(value)));
    }
    for (name, value) in [("host", &last.host), ("upgrade", &last.upgrade), ("connection", &last.connection)]
    {
        outcome.insert(name.into(), known(value, |value| header(value.as_deref())));
    }
    let idle = shortest_idle(followed);
    let limit = match idle {
        None => json!(UNKNOWN),
        Some((NEVER, _)) => Value::Null,
        Some((limit, _)) => json!(limit),
    };
    let by = idle.and_then(|(_, leg)| followed.legs[leg].trace.outcome.idle_timeout_by.as_deref());
    outcome.insert("idle_timeout_ms".into(), limit);
    outcome.insert("idle_timeout_by".into(), json!(by));
    let rules: Vec<&str> = followed.findings.iter().map(|finding| finding.rule.id.as_str()).collect();
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
fn client(followed: &Followed<'_>) -> Option<&'static str> {
    (followed.request.scheme.is_websocket() && followed.handshake() == Handshake::Succeeds).then(|| {
        match followed.damage() {
            None => "keeps",
            Some(damage) if damage.for_all => "closes",
            Some(_) => UNKNOWN,
        }
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
