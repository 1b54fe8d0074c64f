//! The comparison as one JSON document.

use serde_json::{Map, Value as Json, json};
use wslint_model::{NEVER, Value};

use super::compared::Compared;
use crate::compare::{Change, Difference, Direction, Event, What};
use crate::output::{Line, Served};

/// The document.
pub(super) fn document(compared: &Compared<'_>) -> Json {
    let comparison = compared.comparison;
    let routes: Vec<Json> = comparison.changes.iter().map(route).collect();
    json!({
        "version": 1,
        "old": compared.old,
        "new": compared.new,
        "routes": routes,
        "summary": {
            "worse": comparison.count(Direction::Worse),
            "changed": comparison.count(Direction::Changed),
            "better": comparison.count(Direction::Better),
            "same": comparison.same,
        },
    })
}

fn route(change: &Change) -> Json {
    let route = change.route();
    let event = match change.event {
        Event::Kept => "kept",
        Event::New => "new",
        Event::Gone => "gone",
    };
    let differences: Vec<Json> = change.differences.iter().map(difference).collect();
    json!({
        "change": change.direction.name(),
        "event": event,
        "proxy": route.proxy.name(),
        "host": route.host,
        "path": route.path,
        "listens": route.text("listens"),
        "old": change.old.as_ref().map(side),
        "new": change.new.as_ref().map(side),
        "differences": differences,
    })
}

/// The route of one tree.
fn side(route: &Served) -> Json {
    let mut side = Map::new();
    side.insert("route".into(), json!(route.label));
    side.insert("server".into(), json!(route.server));
    side.append(&mut place(&route.line));
    Json::Object(side)
}

fn difference(difference: &Difference) -> Json {
    let kind = match difference.what {
        What::Aspect(_) => "fact",
        What::Rule(_) => "rule",
    };
    let place = |line: &Option<Line>| line.as_ref().map(|line| Json::Object(place(line)));
    json!({
        "what": difference.what.name(),
        "kind": kind,
        "change": difference.direction.name(),
        "old": value(difference.old.as_ref()),
        "new": value(difference.new.as_ref()),
        "old_because": difference.old_because,
        "new_because": difference.new_because,
        "severity": difference.severity.map(|severity| severity.to_string()),
        "help": difference.help,
        "old_place": place(&difference.old_line),
        "new_place": place(&difference.new_line),
    })
}

fn place(line: &Line) -> Map<String, Json> {
    let mut place = Map::new();
    place.insert("file".into(), json!(line.file));
    place.insert("line".into(), json!(line.line));
    place.insert("column".into(), json!(line.column));
    place.insert("text".into(), json!(line.text));
    place
}

/// A value; a limit that never comes is `"never"`, since `null` is no answer.
fn value(value: Option<&Value>) -> Json {
    match value {
        None => Json::Null,
        Some(Value::Flag(flag)) => json!(flag),
        Some(Value::Choice(word)) => json!(word),
        Some(Value::Duration(NEVER)) => json!("never"),
        Some(Value::Duration(number) | Value::Number(number)) => json!(number),
        Some(Value::Text(text)) => json!(text),
        Some(Value::Unknown) => json!("unknown"),
    }
}
