//! A word of a file with its place.

use wslint_syntax::Span;

use crate::yaml::{Document, Id, Node};

/// A word of a file with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is meant, without quotes.
    pub text: String,
    /// Its bytes.
    pub span: Span,
}

impl Word {
    /// A word at its place.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span }
    }

    /// The text of a scalar that says something.
    pub fn of(document: &Document, id: Id) -> Option<Self> {
        Some(Self::new(document.word(id)?, document.span(id)))
    }

    /// Whether a variable decides what it is: `${TAG}`, `$TAG`, `{{ .Values.tag }}`.
    pub fn is_open(&self) -> bool {
        is_open(&self.text)
    }

    /// The words of a command, which is a list, or a text that a shell cuts.
    pub(crate) fn command(document: &Document, id: Id) -> Vec<Self> {
        match document.node(id) {
            Node::Sequence(items) => items.iter().filter_map(|&item| Self::of(document, item)).collect(),
            Node::Scalar { text, .. } => cut(text, document.span(id)),
            Node::Mapping(_) => Vec::new(),
        }
    }
}

/// Whether a variable decides what a text is.
pub(crate) fn is_open(text: &str) -> bool {
    text.replace("$$", "").contains('$') || text.contains("{{")
}

/// The words of a command line, each with the bytes of the whole: blanks part them, quotes hold them together.
pub(crate) fn cut(text: &str, span: Span) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words.into_iter().map(|text| Word { text, span }).collect()
}
