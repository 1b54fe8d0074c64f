//! How much a file may hold. Each statement takes memory of its own here and in whoever looks at it, a hundred bytes
//! and more, so a file of nothing but `a;` would take fifty times its size. Files that people and programs write stay
//! far below these bounds. What is beyond them is not read where there are limits, which [`TooMany`] tells.

use crate::Span;

/// A file holds more than is read, and was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Where reading stopped.
    pub at: Span,
    /// What there is too much of.
    pub what: Counted,
    /// How many of these a file of that size may hold.
    pub most: usize,
}

impl TooMany {
    /// The first of these counts that is no less than what a file of `length` bytes may hold.
    pub(crate) fn among(counts: &[(Counted, usize)], length: usize, at: Span) -> Option<Self> {
        let over = |&&(what, number): &&(Counted, usize)| number >= what.most(length);
        counts.iter().find(over).map(|&(what, _)| Self { at, what, most: what.most(length) })
    }
}

/// What a file may hold a limited number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// Directives of nginx.
    Directives,
    /// Blocks of nginx.
    Blocks,
    /// Lines of HAProxy that are no comments.
    Lines,
    /// Words of HAProxy.
    Words,
    /// Sections of HAProxy.
    Sections,
}

impl Counted {
    /// The name, in the plural.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directives => "directives",
            Self::Blocks => "blocks",
            Self::Lines => "lines",
            Self::Words => "words",
            Self::Sections => "sections",
        }
    }

    /// How many of these a file of `length` bytes may hold: as many as any small file can, and in a larger one as many
    /// as it holds if each takes so many bytes on average.
    fn most(self, length: usize) -> usize {
        let (any, bytes) = match self {
            Self::Directives => (50_000, 8),
            Self::Blocks => (10_000, 24),
            Self::Lines => (20_000, 16),
            Self::Words => (100_000, 4),
            Self::Sections => (5_000, 48),
        };
        any + length / bytes
    }
}

/// How many errors of one file are kept. nginx stops at the first one, HAProxy at fifty.
pub(crate) const MOST_ERRORS: usize = 100;
