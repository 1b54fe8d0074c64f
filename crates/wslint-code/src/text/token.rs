//! What code is cut into.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A string.
    Text(Written),
    /// One byte of punctuation.
    Mark(u8),
}

/// How a string says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Backslashes escape.
    Escaped,
    /// Each byte is itself.
    Raw,
    /// It holds code, is a regular expression, or does not end.
    Computed,
}

/// A piece of code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Its bytes, quotes included.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The bytes between the quotes of a string.
    pub(crate) inner: (u32, u32),
    /// Whether it is the first of its line.
    pub(crate) first: bool,
}

impl Token {
    pub(crate) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
