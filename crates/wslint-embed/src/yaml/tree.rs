//! What a file says as a tree of keys, however it was read.

use std::collections::HashMap;

use wslint_deploy::yaml::Style;
use wslint_model::{Mapped, Writing};
use wslint_syntax::Span;

/// How cloud-init calls base64, with and without gzip.
const CODED: [&str; 6] = ["b64", "base64", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64"];

/// The keys of a file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) entries: Vec<Entry>,
    /// The last entry of each key below each entry.
    keys: HashMap<(usize, String), usize>,
}

/// A key with its value, or an item of a list.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) parent: Option<usize>,
    /// The key; of an item the empty text.
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Value,
    pub(super) children: Vec<usize>,
    /// The number of the document.
    pub(super) document: usize,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    /// Nothing, a list or a mapping.
    None,
    /// A text as the reader of YAML gives it.
    Word(Word),
    /// A block of lines, with how lines are written there.
    Block(Mapped, Result<Writing, &'static str>),
}

/// A text and where it is written.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) style: Style,
}

impl Tree {
    /// Adds an entry below another one.
    pub(super) fn add(&mut self, entry: Entry) -> usize {
        let at = self.entries.len();
        if let Some(parent) = entry.parent {
            self.entries[parent].children.push(at);
            self.keys.insert((parent, entry.key.clone()), at);
        }
        self.entries.push(entry);
        at
    }

    /// The entry at a key below another one; of several, the last one.
    pub(super) fn child(&self, at: usize, key: &str) -> Option<usize> {
        self.keys.get(&(at, key.to_owned())).copied()
    }

    /// The entry that a way of keys leads to.
    pub(super) fn below(&self, at: usize, way: &[&str]) -> Option<usize> {
        way.iter().try_fold(at, |at, key| self.child(at, key))
    }

    /// The short text of an entry.
    pub(super) fn text(&self, at: usize) -> Option<&str> {
        match &self.entries[at].value {
            Value::Word(word) => Some(word.text.as_str()),
            Value::None | Value::Block(..) => None,
        }
    }

    /// The text at a key below an entry.
    pub(super) fn word(&self, at: usize, key: &str) -> Option<&str> {
        self.child(at, key).and_then(|child| self.text(child))
    }

    /// The entry and what it stands in, from inside out.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |&at| self.entries[at].parent)
    }

    /// The object of Kubernetes that an entry stands in: the innermost mapping with a `kind`.
    pub(super) fn object(&self, at: usize) -> Option<(usize, &str)> {
        self.around(at).skip(1).find_map(|around| Some((around, self.word(around, "kind")?)))
    }

    /// Whether the value at an entry is an address that holds a file, as Ignition writes them.
    pub(super) fn is_address(&self, at: usize) -> bool {
        self.entries[at].key == "source" && self.text(at).is_some_and(|text| text.starts_with("data:"))
    }

    /// Whether the value at an entry is base64.
    pub(super) fn is_coded(&self, at: usize) -> bool {
        let parent = self.entries[at].parent;
        let key = parent.map_or("", |parent| self.entries[parent].key.as_str());
        let of_secret = key == "data" && self.object(at).is_some_and(|(_, kind)| kind == "Secret");
        let encoded = parent.and_then(|parent| self.word(parent, "encoding"));
        key == "binaryData"
            || of_secret
            || self.entries[at].key == "content" && encoded.is_some_and(|encoded| CODED.contains(&encoded))
    }
}
