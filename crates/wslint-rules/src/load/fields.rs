//! Reading nodes: what is expected, what is there, and a complaint at the very node where they differ. Reading
//! goes on after a complaint, so that one run tells all that is wrong.

use std::borrow::Cow;
use std::cell::RefCell;

use super::form::Form;
use crate::nearest;
use crate::node::{Node, Value};

/// Collects what is wrong with one file: a node's number and a message.
#[derive(Default)]
pub(super) struct Complaints {
    /// Whether the file is known to be right, so that what takes time and only serves complaints need not be done: the
    /// tests read the files that are embedded with all checks.
    trusted: bool,
    all: RefCell<Vec<(u32, String)>>,
}

impl Complaints {
    /// Those of a file that the tests have read.
    pub(super) fn of_embedded() -> Self {
        Self { trusted: true, ..Self::default() }
    }

    /// Whether the file that they are about is known to be right.
    pub(super) fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// Complains at a node.
    pub(super) fn at(&self, node: &Node, message: impl Into<String>) {
        self.all.borrow_mut().push((node.number, message.into()));
    }

    /// All complaints, in document order.
    pub(super) fn into_sorted(self) -> Vec<(u32, String)> {
        let mut all = self.all.into_inner();
        all.sort();
        all
    }
}

/// The fields of a mapping with known keys.
pub(super) struct Fields<'n> {
    form: &'static Form,
    entries: Vec<(&'n str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The fields of `node`. Complains about keys that the form does not have, and about those that are missing.
    pub(super) fn of(node: &'n Node, form: &'static Form, complaints: &Complaints) -> Option<Self> {
        Self::lacking(node, form, &[], complaints)
    }

    /// The same where some keys of the form are not expected.
    pub(super) fn lacking(
        node: &'n Node,
        form: &'static Form,
        lacks: &[&str],
        complaints: &Complaints,
    ) -> Option<Self> {
        let entries = pairs(node, form.what, complaints)?;
        if complaints.is_trusted() {
            return Some(Self { form, entries });
        }
        let keys = || form.keys.iter().filter(|key| !lacks.contains(&key.name));
        for (given, place, _) in &entries {
            if keys().all(|key| key.name != *given) {
                complaints.at(place, nearest::unknown("key", given, given, keys().map(|key| key.name)));
            }
        }
        for key in keys().filter(|key| key.required) {
            if entries.iter().all(|(given, ..)| *given != key.name) {
                complaints.at(node, format!("`{}` is missing", key.name));
            }
        }
        Some(Self { form, entries })
    }

    /// The value of a key of the form, where it is given.
    pub(super) fn get(&self, key: &'static str) -> Option<&'n Node> {
        debug_assert!(
            self.form.keys.iter().any(|known| known.name == key),
            "{} has no `{key}`",
            self.form.what
        );
        self.entries.iter().find(|(given, ..)| *given == key).map(|(.., value)| *value)
    }
}

/// The pairs of a mapping: the key, its node and the value's. A key that stands twice is refused.
pub(super) fn pairs<'n>(
    node: &'n Node,
    what: &str,
    complaints: &Complaints,
) -> Option<Vec<(&'n str, &'n Node, &'n Node)>> {
    let Value::Map(entries) = &node.value else {
        complaints.at(node, format!("expected {what}, found {}", describe(node)));
        return None;
    };
    let mut pairs: Vec<(&str, &Node, &Node)> = Vec::with_capacity(entries.len());
    for (key, value) in entries.iter() {
        match &key.value {
            Value::Text(text) if pairs.iter().any(|(given, ..)| *given == text.as_ref()) => {
                complaints.at(key, format!("`{text}` stands here twice"));
            }
            Value::Text(text) => pairs.push((text.as_ref(), key, value)),
            _ => complaints.at(key, format!("expected a key, found {}", describe(key))),
        }
    }
    Some(pairs)
}

/// Text that says something.
pub(super) fn text<'n>(node: &'n Node, complaints: &Complaints) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        Value::Whole(_) | Value::Decimal(_) | Value::Flag(_) => {
            complaints.at(node, format!("expected text, found {}; put it in quotes", describe(node)));
            None
        }
        _ => {
            complaints.at(node, format!("expected text, found {}", describe(node)));
            None
        }
    }
}

/// The same to be kept: what is embedded lies there for good.
pub(super) fn kept(node: &Node, complaints: &Complaints) -> Option<Cow<'static, str>> {
    text(node, complaints)?;
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// `true` or `false`.
pub(super) fn flag(node: &Node, complaints: &Complaints) -> Option<bool> {
    match node.value {
        Value::Flag(flag) => Some(flag),
        _ => {
            complaints.at(node, format!("expected `true` or `false`, found {}", describe(node)));
            None
        }
    }
}

/// The items of a list.
pub(super) fn list<'n>(node: &'n Node, what: &str, complaints: &Complaints) -> Option<&'n [Node]> {
    match &node.value {
        Value::List(items) if !items.is_empty() => Some(items),
        _ => {
            complaints.at(node, format!("expected a list of {what}, found {}", describe(node)));
            None
        }
    }
}

/// Text that one of `read`'s conversions understands; its error is the complaint.
pub(super) fn parsed<T>(
    node: &Node,
    complaints: &Complaints,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    match read(text(node, complaints)?) {
        Ok(value) => Some(value),
        Err(message) => {
            complaints.at(node, message);
            None
        }
    }
}

/// One of a few words.
pub(super) fn word<T: Copy>(
    node: &Node,
    what: &str,
    words: &[(&'static str, T)],
    complaints: &Complaints,
) -> Option<T> {
    parsed(node, complaints, |text| {
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let all: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = nearest::unknown(what, text, text, words.iter().map(|(word, _)| *word));
            format!("{message}{}there is {}", if message.ends_with('?') { " " } else { "; " }, all.join(", "))
        })
    })
}

/// What a node holds, for complaints.
pub(super) fn describe(node: &Node) -> String {
    match &node.value {
        Value::Empty => "nothing".to_owned(),
        Value::Flag(flag) => format!("`{flag}`"),
        Value::Whole(number) => format!("the number {number}"),
        Value::Decimal(number) => format!("the number {number}"),
        Value::Text(text) if text.trim().is_empty() => "empty text".to_owned(),
        Value::Text(text) if text.contains('\n') => "lines of text".to_owned(),
        Value::Text(text) => format!("`{text}`"),
        Value::List(items) if items.is_empty() => "an empty list".to_owned(),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}
