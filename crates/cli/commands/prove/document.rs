//! `wslint prove --format json`: one document.

use serde_json::{Map, Value, json};
use wslint_model::way::{Handshake, Outcome};
use wslint_model::{Known, NEVER};

use super::compare::{Seen, Silence};
use super::proof::{Proof, Proven};

/// What cannot be known statically, or was not seen.
const UNKNOWN: &str = "unknown";

/// The document. With `after`, the files that `--fix` would change and the proof of what it would write.
pub(super) fn document(before: &Proof, after: Option<(&[String], &Proof)>) -> Value {
    let mut document = Map::new();
    document.insert("version".into(), json!(1));
    document.append(&mut proof(before));
    if let Some((changed, after)) = after {
        let mut fixed = proof(after);
        fixed.insert("files".into(), json!(changed));
        document.insert("after".into(), Value::Object(fixed));
    }
    Value::Object(document)
}

fn proof(proof: &Proof) -> Map<String, Value> {
    let routes: Vec<Value> = proof.routes.iter().map(route).collect();
    let left_out = proof.left_out.iter().map(|one| json!({ "what": one.what, "why": one.why }));
    let left_out: Vec<Value> = left_out.collect();
    Map::from_iter([("routes".to_owned(), json!(routes)), ("left_out".to_owned(), json!(left_out))])
}

fn route(route: &Proven) -> Value {
    let (file, line) = &route.place;
    let differences = route.differences.iter().map(|difference| {
        json!({
            "what": difference.what,
            "predicted": difference.predicted,
            "observed": difference.observed,
        })
    });
    json!({
        "route": route.label,
        "server": route.server,
        "file": file,
        "line": line,
        "request": route.url,
        "predicted": predicted(&route.predicted, route.predicted_polls.as_ref(), route.refused.as_deref()),
        "observed": observed(&route.observed),
        "agrees": route.agrees(),
        "works": route.observed.works(),
        "differences": differences.collect::<Vec<_>>(),
        "report": (!route.report.is_empty()).then(|| route.report.join("\n")),
    })
}

fn predicted(outcome: &Outcome, polls: Option<&Known<bool>>, refused: Option<&str>) -> Value {
    let handshake = match outcome.handshake {
        Handshake::Succeeds => "succeeds",
        Handshake::Fails => "fails",
        Handshake::Unknown => UNKNOWN,
    };
    let text = |value: &Known<Option<String>>| match value {
        Known::Known(value) => json!(value.as_deref().map(|value| value.replace('\n', ", "))),
        Known::Unknown => json!(UNKNOWN),
    };
    let polls = polls.map(|polls| match polls {
        Known::Known(true) => "succeed",
        Known::Known(false) => "fail",
        Known::Unknown => UNKNOWN,
    });
    json!({
        "refused": refused,
        "handshake": handshake,
        "status": match outcome.status {
            Known::Known(status) => json!(status),
            Known::Unknown => json!(UNKNOWN),
        },
        "uri": text(&outcome.uri),
        "host": text(&outcome.host),
        "upgrade": text(&outcome.upgrade),
        "connection": text(&outcome.connection),
        "polls": polls,
        "idle_timeout_ms": match outcome.idle_timeout {
            Known::Unknown => json!(UNKNOWN),
            Known::Known(NEVER) => Value::Null,
            Known::Known(limit) => json!(limit),
        },
        "idle_timeout_by": outcome.idle_timeout_by,
    })
}

fn observed(seen: &Seen) -> Value {
    let header = |name: &str| seen.arrived.as_ref().and_then(|arrived| arrived.header(name));
    json!({
        "handshake": if seen.handshake { "succeeds" } else { "fails" },
        "client": seen.handshake.then_some(if seen.keeps { "keeps" } else { "closes" }),
        "status": seen.status,
        "upstream": seen.arrived.as_ref().map(|arrived| &arrived.peer),
        "uri": seen.arrived.as_ref().map(|arrived| &arrived.uri),
        "host": header("Host"),
        "upgrade": header("Upgrade"),
        "connection": header("Connection"),
        "polls": seen.polls.map(|come| if come { "succeed" } else { "fail" }),
        "upgrades": seen.upgrades.map(|come| if come { "succeed" } else { "fail" }),
        "idle_timeout_ms": match seen.silence {
            Silence::NotSeen => json!(UNKNOWN),
            Silence::Kept => Value::Null,
            Silence::Cut(after) => json!(after),
        },
        "error": seen.error,
    })
}
