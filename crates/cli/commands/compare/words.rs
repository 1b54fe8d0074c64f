//! Changes in words.

use wslint_model::Value;
use wslint_model::duration::in_words;

use super::compared::Compared;
use crate::compare::{Change, Difference, Direction, Event, What};
use crate::output::{Line, count};

/// What both trees come to, in one line.
pub(super) fn summary(compared: &Compared<'_>) -> String {
    let comparison = compared.comparison;
    let parts: Vec<String> = [Direction::Worse, Direction::Better, Direction::Changed]
        .into_iter()
        .map(|direction| (comparison.count(direction), direction))
        .filter(|(number, _)| *number > 0)
        .map(|(number, direction)| format!("{number} {}", direction.name()))
        .collect();
    let routes = |number| count(number, "WebSocket route");
    match (parts.as_slice(), comparison.same) {
        ([], 0) => "neither has a route with WebSocket traffic.".to_owned(),
        ([], 1) => "nothing changes for the one WebSocket route.".to_owned(),
        ([], same) => format!("nothing changes for the {}.", routes(same)),
        (parts, 0) => format!("{} of {}.", parts.join(", "), routes(comparison.changes.len())),
        (parts, same) => {
            let all = routes(same + comparison.changes.len());
            format!("{} of {all}; nothing changes for {same}.", parts.join(", "))
        }
    }
}

/// What became of a route, in a few words behind its direction.
pub(super) fn event(change: &Change) -> &'static str {
    match (change.event, change.direction, &change.new) {
        (Event::Kept, ..) => "",
        (Event::New, Direction::Worse, _) => "is new, and does not hold",
        (Event::New, ..) => "is new",
        (Event::Gone, _, Some(_)) => "is gone; something else answers",
        (Event::Gone, _, None) => "is gone",
    }
}

/// The route as its configuration calls it.
pub(super) fn called(change: &Change) -> String {
    let route = change.route();
    match &route.server {
        Some(server) if !route.label.contains(server.as_str()) => {
            format!("{} {} of {server}", route.proxy.title(), route.label)
        }
        _ => format!("{} {}", route.proxy.title(), route.label),
    }
}

/// How something differs, in one clause.
pub(super) fn clause(difference: &Difference) -> String {
    match (&difference.what, &difference.old, &difference.new) {
        (What::Rule(_), _, Some(Value::Text(message))) => message.clone(),
        (What::Rule(_), Some(Value::Text(message)), None) => format!("no more: {message}"),
        (what, old, new) => {
            let side = |answer: &Option<Value>, because: &Option<String>| match because {
                Some(because) if answer.is_some() => format!("{} ({because})", value(what, answer.as_ref())),
                _ => value(what, answer.as_ref()),
            };
            let turn =
                format!("{} -> {}", side(old, &difference.old_because), side(new, &difference.new_because));
            if old == new { format!("{turn}, another one") } else { turn }
        }
    }
}

/// A value for people.
pub(super) fn value(what: &What, value: Option<&Value>) -> String {
    match value {
        None if matches!(what, What::Aspect(aspect) if aspect.question == "rejected") => {
            "accepted".to_owned()
        }
        None => "none".to_owned(),
        Some(Value::Choice(word)) if what.name() == "rejected" => format!("refused ({word})"),
        Some(Value::Flag(true)) => "yes".to_owned(),
        Some(Value::Flag(false)) => "no".to_owned(),
        Some(Value::Choice(word)) => (*word).to_owned(),
        Some(Value::Duration(time)) => in_words(*time),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Unknown) => "not known".to_owned(),
    }
}

/// Where a line stands.
pub(super) fn place(line: &Line) -> String {
    format!("{}:{}", line.file, line.line)
}
