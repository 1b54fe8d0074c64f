//! Answers in words.

use wslint_model::{Cause, Fact, Origin, Value, duration::in_words};

use crate::escape::escape;

/// What people ask about first, of a route of either proxy.
pub(crate) const ASKED: [&str; 10] = [
    "path",
    "framework",
    "handshake",
    "handshake-reason",
    "upstream-uri",
    "host",
    "idle-timeout",
    "heartbeat",
    "servers",
    "affinity",
];

/// What the answer is.
pub(crate) fn value(fact: &Fact) -> String {
    match &fact.value {
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Choice(word) => (*word).to_owned(),
        Value::Duration(milliseconds) => in_words(*milliseconds),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", escape(text)),
        Value::Unknown => "unknown".to_owned(),
    }
}

/// Where it comes from, to stand behind it; nothing where it follows from many lines.
pub(crate) fn origin(cause: &Cause) -> String {
    match &cause.origin {
        Origin::Set => ", set".to_owned(),
        Origin::Default(version) => format!(", default of {version}"),
        Origin::Dropped => ", dropped".to_owned(),
        Origin::Declared => ", declared".to_owned(),
        Origin::Derived | Origin::Unknown => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::ASKED;

    #[test]
    fn what_people_ask_are_questions() {
        let reference = wslint_rules::page::questions();
        for name in ASKED {
            assert!(reference.contains(&format!("`{name}`")), "{name}");
        }
    }
}
