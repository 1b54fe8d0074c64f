//! Byte ranges into one file, and the one line index that turns them into what people and machines read.

use std::ops::Range;

/// A byte range `start..end` in one file. Files above 4 GiB are refused before they are parsed, so 32 bits do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, both byte offsets.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end) }
    }

    /// The span as a range that slices the file's bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A place as people count: both numbers start at 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// 1-based line; lines end at LF only, as both proxies count them.
    pub line: u32,
    /// 1-based column in characters; a byte that is not UTF-8 counts as one character.
    pub column: u32,
}

/// Where each line of a file starts. Built once for a file, asked many times.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes the line starts of `source`.
    pub fn new(source: &[u8]) -> Self {
        // Counted before: a file of line feeds would have twice the table that it needs.
        let mut starts = Vec::with_capacity(memchr::memchr_iter(b'\n', source).count() + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', source).map(|at| offset(at + 1)));
        Self { starts }
    }

    /// The 1-based line of a byte offset.
    pub fn line(&self, at: u32) -> u32 {
        self.starts.partition_point(|&start| start <= at) as u32
    }

    /// The byte span of a 1-based line without its LF; `source` is the indexed file.
    pub fn span(&self, line: u32, source: &[u8]) -> Span {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(source.len(), |&next| next as usize - 1);
        Span::new(start, end)
    }

    /// Line and column of a byte offset; `source` is the indexed file.
    pub fn position(&self, at: u32, source: &[u8]) -> Position {
        let line = self.line(at);
        let start = self.starts[line as usize - 1] as usize;
        let before = &source[start..(at as usize).clamp(start, source.len())];
        let column: usize =
            before.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
        Position { line, column: offset(column + 1) }
    }

    /// Number of lines; a final LF starts a last, empty one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: an empty file has one empty line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}
