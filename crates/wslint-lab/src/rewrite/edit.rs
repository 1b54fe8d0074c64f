//! Replacing byte ranges of a file, with holes for what is not known yet.

use std::ops::Range;

/// A part of a file's copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Bytes that are known.
    Bytes(Vec<u8>),
    /// The copy's folder.
    Folder,
    /// Where the copy listens instead of this address.
    Listen(String),
    /// Where the peer of this address listens.
    Peer(String),
    /// The loopback address that stands for this host.
    Host(String),
    /// The address of the lab's name server.
    Resolver,
    /// A time of the configuration, in milliseconds.
    Time(u64),
}

impl Piece {
    /// A piece of text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Bytes(text.into().into_bytes())
    }
}

/// Replacements in one file, in any order, none overlapping another.
#[derive(Debug, Default)]
pub(super) struct Edits {
    edits: Vec<(Range<usize>, Vec<Piece>)>,
}

impl Edits {
    /// Puts `pieces` in the place of a range; an empty range inserts.
    pub(super) fn replace(&mut self, range: Range<usize>, pieces: Vec<Piece>) {
        self.edits.push((range, pieces));
    }

    /// Inserts text at an offset.
    pub(super) fn insert(&mut self, at: usize, pieces: Vec<Piece>) {
        self.replace(at..at, pieces);
    }

    /// Takes a range out, but for its line ends, so that line numbers stay.
    pub(super) fn delete(&mut self, range: Range<usize>, source: &[u8]) {
        let ends = source[range.clone()].iter().filter(|&&byte| byte == b'\n').count();
        self.replace(range, vec![Piece::Bytes(vec![b'\n'; ends])]);
    }

    /// The pieces of `source` from `range` with the replacements in it.
    pub(super) fn apply(&mut self, source: &[u8], range: Range<usize>) -> Vec<Piece> {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut pieces = Vec::new();
        let mut at = range.start;
        let inside = |edit: &Range<usize>| edit.start >= range.start && edit.end <= range.end;
        for (edit, replacement) in self.edits.iter().filter(|(edit, _)| inside(edit)) {
            if edit.start < at {
                // An edit inside of what was deleted: the deletion wins.
                continue;
            }
            pieces.push(Piece::Bytes(source[at..edit.start].to_vec()));
            pieces.extend(replacement.iter().cloned());
            at = edit.end;
        }
        pieces.push(Piece::Bytes(source[at..range.end].to_vec()));
        pieces
    }
}
