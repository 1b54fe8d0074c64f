//! The flat, lossless tree of a file: its lines, their words, its comments.

use std::num::NonZeroU32;

use crate::{LineIndex, Source, Span};

/// The place of a line in [`Tree::lines`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub u32);

/// What a line is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// `.if`, `.elif`, `.else`, `.endif`, or another word with a leading dot that is not known.
    Macro,
    /// `.notice`, `.warning`, `.alert` or `.diag`.
    Notice,
    /// The first line of a section: `frontend web`.
    Section,
    /// A statement inside a section.
    Keyword,
    /// `[name]`: the scope of an SPOE file. Its one word is the name.
    Scope,
}

impl LineKind {
    /// A short lower-case name, for machine-readable output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Macro => "macro",
            Self::Notice => "notice",
            Self::Section => "section",
            Self::Keyword => "kw",
            Self::Scope => "scope",
        }
    }
}

/// `no` or `default` before a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prefix {
    /// `no option httpclose`.
    No,
    /// `default option httpclose`.
    Default,
}

impl Prefix {
    /// The word as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Default => "default",
        }
    }
}

/// Whether the proxy acts on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// It does. A macro is in force when its condition was evaluated.
    InForce,
    /// It does not: the branch is not taken, the line was refused, reading stopped before it, or it is a
    /// macro without a condition that counts (`.else`, `.endif`, an `.elif` after the branch taken).
    Dead,
    /// It depends on an environment or a build that is not known: both branches are possible.
    Undecided,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Line {
    /// The number of the line, from 1.
    pub number: u32,
    /// From the first byte of the first word (or prefix) to the last byte of the last word.
    pub span: Span,
    /// What the line is.
    pub kind: LineKind,
    /// A `no` or `default` before the first word, which the words do not hold.
    pub prefix: Option<Prefix>,
    /// Whether the proxy acts on it.
    pub force: Force,
    pub(super) first_word: u32,
    pub(super) word_count: u32,
}

/// One word of a line.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word as written, with its quotes. The words that one `"${VAR[*]}"` expands to share its span.
    pub span: Span,
    /// Whether a part of the word is not known: a variable whose value is not given, or a placeholder of a
    /// template. The text then lacks that part.
    pub unknown: bool,
    /// The number, from 1, of its text in [`Tree::texts`]; none where the word says what is written.
    pub(super) text: Option<NonZeroU32>,
}

/// Where the decoded bytes of a word lie that are not those that are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text {
    /// In the file itself: nothing but quotes had to be taken off.
    Source(Span),
    /// Among the decoded bytes of the tree.
    Decoded(Span),
}

impl Word {
    /// Where its decoded bytes lie. `texts` are those of its tree.
    #[inline]
    pub(super) fn text_in(&self, texts: &[Text]) -> Text {
        self.text.map_or(Text::Source(self.span), |number| texts[number.get() as usize - 1])
    }
}

/// A section: its header and the lines that belong to it.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    /// The identity of the header.
    pub id: LineId,
    /// The line that opens the section.
    pub header: &'a Line,
    lines: &'a [Line],
}

impl<'a> Section<'a> {
    /// The keyword lines of the section that are in force or undecided, with their identities.
    pub fn lines(&self) -> impl Iterator<Item = (LineId, &'a Line)> + use<'a> {
        let first = self.id.0 + 1;
        self.lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.kind == LineKind::Keyword && line.force != Force::Dead)
            .map(move |(index, line)| (LineId(first + index as u32), line))
    }
}

/// A file and what the reader saw in it.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) source: Source,
    pub(super) lines: Vec<Line>,
    pub(super) words: Vec<Word>,
    /// The texts of the words that are not what is written: most are.
    pub(super) texts: Vec<Text>,
    pub(super) decoded: Vec<u8>,
    pub(super) comments: Vec<Span>,
    pub(super) index: LineIndex,
}

impl Tree {
    /// The bytes of the file.
    pub fn source(&self) -> &[u8] {
        self.source.bytes()
    }

    /// Every statement, also those in branches that are not taken, in the order of the file. Blank lines,
    /// comments and lines that cannot be split into words are not among them.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line of that identity; panics when the identity is of another tree and out of range.
    pub fn line(&self, id: LineId) -> &Line {
        &self.lines[id.0 as usize]
    }

    /// The words of a line, without a `no` or `default` prefix.
    #[inline]
    pub fn words(&self, line: &Line) -> &[Word] {
        &self.words[line.first_word as usize..(line.first_word + line.word_count) as usize]
    }

    /// The decoded bytes of a word: quotes and escapes resolved, variables expanded. Like the proxy's strings
    /// it ends at a NUL byte (`\x00`).
    pub fn text<'a>(&'a self, word: &'a Word) -> &'a [u8] {
        match word.text_in(&self.texts) {
            Text::Source(span) => &self.source()[span.range()],
            Text::Decoded(span) => {
                let text = &self.decoded[span.range()];
                &text[..memchr::memchr(0, text).unwrap_or(text.len())]
            }
        }
    }

    /// The same as text; `None` where they are not UTF-8.
    #[inline]
    pub fn string<'a>(&'a self, word: &'a Word) -> Option<&'a str> {
        match word.text_in(&self.texts) {
            Text::Source(span) => self.source.str(span.range()),
            Text::Decoded(_) => std::str::from_utf8(self.text(word)).ok(),
        }
    }

    /// Whether every word is text, and says what is written but for its quotes.
    pub fn is_plain_text(&self) -> bool {
        self.decoded.is_empty() && self.source.is_text()
    }

    /// Whether any word may hold these bytes: a search of the file for what most files have nowhere.
    pub fn may_hold(&self, bytes: &[u8]) -> bool {
        [self.source(), &self.decoded].iter().any(|text| memchr::memmem::find(text, bytes).is_some())
    }

    /// Whether a word of a line may have something in it that the line as it is written has. What is decoded may be made of
    /// anything.
    pub fn line_may_hold(&self, line: &Line, has: impl FnOnce(&[u8]) -> bool) -> bool {
        !self.decoded.is_empty() || has(&self.source()[line.span.range()])
    }

    /// The decoded bytes of the word at `index`, empty beyond the last one, as the proxy's own argument list
    /// behaves.
    pub fn word(&self, line: &Line, index: usize) -> &[u8] {
        self.words(line).get(index).map_or(b"", |word| self.text(word))
    }

    /// The sections in the order of the file, those whose header is in force or undecided. A section ends at
    /// the next such header. Where the two branches of an undecided `.if` open different sections, lines after
    /// the block count to the last one.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        let mut headers = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.kind == LineKind::Section && line.force != Force::Dead)
            .map(|(index, _)| index)
            .peekable();
        std::iter::from_fn(move || {
            let at = headers.next()?;
            let end = headers.peek().copied().unwrap_or(self.lines.len());
            Some(Section { id: LineId(at as u32), header: &self.lines[at], lines: &self.lines[at + 1..end] })
        })
    }

    /// The comments, each from its `#` to the end of its line, in the order of the file.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The file again, byte for byte.
    pub fn print(&self) -> Vec<u8> {
        self.source().to_vec()
    }

    /// Where the lines of the file start.
    pub fn line_index(&self) -> &LineIndex {
        &self.index
    }
}
