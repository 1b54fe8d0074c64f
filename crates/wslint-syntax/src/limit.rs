//! How much a file may hold. Each statement takes memory of its own here and in whoever looks at it, hundreds of bytes,
//! so a file of nothing but `a;` would take a hundred times its size. Files that people and programs write stay far below
//! these bounds. What is beyond them is not read where there are limits, which [`TooMany`] tells.

use crate::Span;

/// A file holds more than is read, and was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Where reading stopped.
    pub at: Span,
    /// What there is too much of.
    pub what: Counted,
    /// How many of these were read.
    pub most: usize,
}

impl TooMany {
    /// Whether so much is more than a file of `length` bytes may hold: what takes the most memory is told.
    pub(crate) fn among(counts: &[(Counted, usize)], length: usize, at: Span) -> Option<Self> {
        let memory = |&(what, number): &(Counted, usize)| what.memory() * number;
        if counts.iter().map(memory).sum::<usize>() < room(length) {
            return None;
        }
        let &(what, most) = counts.iter().max_by_key(|count| memory(count))?;
        Some(Self { at, what, most })
    }
}

/// How many bytes of memory what a file of `length` bytes holds may take: so many for any small file, and for a larger
/// one a multiple of its size.
pub(crate) fn room(length: usize) -> usize {
    (8 << 20) + 16 * length
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
    /// Words of either.
    Words,
    /// Sections of HAProxy.
    Sections,
    /// Conditions of HAProxy's lines.
    Conditions,
    /// Tests of HAProxy: ACLs, and what stands in braces.
    Tests,
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
            Self::Conditions => "conditions",
            Self::Tests => "tests",
        }
    }

    /// How many bytes of memory one of these takes about, in the tree and in the models (measured).
    pub(crate) const fn memory(self) -> usize {
        match self {
            Self::Directives => 120,
            Self::Blocks => 700,
            Self::Lines => 280,
            Self::Words => 64,
            Self::Sections => 900,
            Self::Conditions => 300,
            Self::Tests => 450,
        }
    }

    /// How many of these a file of `length` bytes may hold.
    pub(crate) fn most(self, length: usize) -> usize {
        room(length) / self.memory()
    }
}

/// How many errors of one file are kept. nginx stops at the first one, HAProxy at fifty.
pub(crate) const MOST_ERRORS: usize = 100;
