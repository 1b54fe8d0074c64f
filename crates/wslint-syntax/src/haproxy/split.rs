//! From the bytes of a line to its words: the pieces of [`words`](super::words) glued together, variables
//! expanded.

use std::borrow::Cow;
use std::num::NonZeroU32;

use nom::Err;

use super::environment::{Environment, Value};
use super::error::SyntaxErrorKind;
use super::tree::{Text, Word};
use super::words::{Fault, Piece, Variable, is_blank, piece, plain, weak_piece};
use crate::Span;

/// The longest argument list of a line (`MAX_LINE_ARGS`).
pub(super) const MAX_WORDS: usize = 64;

/// The longest value of a variable, and what all of them may add to one file. The proxy has no limit but memory, and
/// `setenv` can double a value on each line; past this it counts as unknown.
const MAX_VALUE: usize = 64 << 10;
const MAX_EXPANSION: usize = 2 << 20;

/// What the words of a line depend on beside its bytes.
pub(super) struct Context<'a> {
    pub(super) environment: &'a Environment<'a>,
    pub(super) empty_words: EmptyWords,
    /// The value of `${.FILE}`.
    pub(super) file: &'a [u8],
    /// The value of `${.LINE}`.
    pub(super) line: u32,
    /// The name of the section, or its keyword when it has no name; none before the first section.
    pub(super) section: Option<&'a Value<'static>>,
}

/// Where words without any byte count (`parse_line()`; measured with 2.6.12 and 3.5-dev5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EmptyWords {
    /// Up to 3.1: all but the last of a line. White space at the end of a line makes a last one, which is not
    /// kept, but counts to the limit.
    BeforeOthers,
    /// Since 3.2: those that are written, as `""` or as a variable without a value. White space at the end of
    /// the line, or around the words of `"${NAME[*]}"`, makes none.
    Written,
}

impl EmptyWords {
    pub(super) fn of(version: (u32, u32, u32)) -> Self {
        if (version.0, version.1) < (3, 2) { Self::BeforeOthers } else { Self::Written }
    }
}

/// The words of all lines, and the bytes that had to be decoded for them.
#[derive(Default)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    pub(super) texts: Vec<Text>,
    pub(super) decoded: Vec<u8>,
    expanded: usize,
}

/// What splitting a line has found beside its words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// How many white-space separators there were.
    pub(super) separators: usize,
    /// The size of the decoded line, each word with its final NUL.
    pub(super) size: usize,
    /// How many bytes are left from the `{` of the first variable with a default value.
    pub(super) default_left: Option<usize>,
    /// Where the comment begins: how many bytes are left from its `#`.
    pub(super) comment_left: Option<usize>,
    /// How many bytes are left where the words became too many.
    pub(super) too_many_left: Option<usize>,
}

/// The words of a line cannot be told; no word of it is kept.
pub(super) type Refused = Fault;

impl Words {
    /// All bytes of a word, also those after a NUL.
    pub(super) fn bytes<'t>(&'t self, source: &'t [u8], word: &Word) -> &'t [u8] {
        match word.text_in(&self.texts) {
            Text::Source(span) => &source[span.range()],
            Text::Decoded(span) => &self.decoded[span.range()],
        }
    }

    /// The bytes of a word as the proxy compares them: up to a NUL.
    pub(super) fn text<'t>(&'t self, source: &'t [u8], word: &Word) -> &'t [u8] {
        let bytes = self.bytes(source, word);
        match word.text_in(&self.texts) {
            Text::Source(_) => bytes,
            Text::Decoded(_) => &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())],
        }
    }

    /// Takes every `byte` out of a word.
    pub(super) fn remove(&mut self, source: &[u8], at: usize, byte: u8) {
        let kept: Vec<u8> =
            self.bytes(source, &self.words[at]).iter().copied().filter(|&b| b != byte).collect();
        let start = self.decoded.len();
        self.decoded.extend_from_slice(&kept);
        let span = self.words[at].span;
        self.words[at].text = self.number(span, Text::Decoded(Span::new(start, self.decoded.len())));
    }

    /// Appends a word that is written at a place and has this text.
    pub(super) fn push(&mut self, span: Span, unknown: bool, text: Text) {
        let text = self.number(span, text);
        self.words.push(Word { span, unknown, text });
    }

    /// The number of a text of a word that is written at a place; none where it is what is written.
    fn number(&mut self, span: Span, text: Text) -> Option<NonZeroU32> {
        if matches!(text, Text::Source(source) if source == span) {
            return None;
        }
        self.texts.push(text);
        NonZeroU32::new(self.texts.len() as u32)
    }

    /// Splits the part `line` of `source` and appends its words.
    pub(super) fn split(
        &mut self,
        source: &[u8],
        line: Span,
        context: &Context<'_>,
    ) -> Result<Found, Refused> {
        let (words, texts, decoded) = (self.words.len(), self.texts.len(), self.decoded.len());
        let word = Open::at(line.start as usize);
        let found = Found::default();
        let mut splitter = Splitter { out: self, source, end: line.end as usize, word, found, context };
        let result = splitter.line(&source[line.range()]);
        let found = splitter.found;
        if result.is_err() {
            self.words.truncate(words);
            self.texts.truncate(texts);
            self.decoded.truncate(decoded);
        }
        result.map(|()| found)
    }
}

/// The word that is being glued.
struct Open {
    start: usize,
    /// The offset after the last byte of it, quotes included.
    end: usize,
    text: Held,
    /// Whether anything was written that makes it a word, even an empty one.
    written: bool,
    unknown: bool,
}

/// The text of an open word: a part of the file as long as nothing had to be decoded.
#[derive(Clone, Copy)]
enum Held {
    Nothing,
    Source { start: usize, end: usize },
    Decoded { start: usize },
}

impl Open {
    fn at(start: usize) -> Self {
        Self { start, end: start, text: Held::Nothing, written: false, unknown: false }
    }
}

struct Splitter<'w, 'a> {
    out: &'w mut Words,
    source: &'a [u8],
    end: usize,
    word: Open,
    found: Found,
    context: &'a Context<'a>,
}

impl<'a> Splitter<'_, 'a> {
    fn line(&mut self, line: &[u8]) -> Result<(), Refused> {
        let mut rest = line;
        let mut quote: Option<usize> = None;
        loop {
            // Nearly all of a line is words of plain text with one blank between them.
            if quote.is_none() {
                rest = self.plain_words(rest);
                if rest.is_empty() {
                    break;
                }
            }
            let next = if quote.is_some() { weak_piece(rest) } else { piece(rest) };
            let (after, piece) = match next {
                Ok(found) => found,
                Err(Err::Failure(fault)) => return Err(fault),
                // No piece begins here: the end of the line, or a carriage return, which ends it.
                Err(_) => break,
            };
            let (start, end) = (self.end - rest.len(), self.end - after.len());
            match piece {
                Piece::Blanks => {
                    self.separate(end);
                    rest = after;
                    continue;
                }
                Piece::Comment(comment) => {
                    self.found.comment_left = Some(comment.len());
                    break;
                }
                Piece::Quote => {
                    self.word.written |= quote == Some(rest.len() + 1);
                    quote = if quote.is_some() { None } else { Some(rest.len()) };
                }
                Piece::Variable(variable) => self.variable(&variable, start, end),
                Piece::Text(_) => self.keep(start, end),
                Piece::Strong(text) => self.keep(start + 1, start + 1 + text.len()),
                Piece::Escape(byte) => self.decode(&[byte]),
            }
            self.word.end = end;
            rest = after;
        }
        self.finish();
        match quote {
            Some(left) => Err(Fault { kind: SyntaxErrorKind::UnmatchedQuote, left }),
            None => Ok(()),
        }
    }

    /// Takes the words of plain text at the beginning of what is left of a line, and gives the rest.
    fn plain_words<'l>(&mut self, line: &'l [u8]) -> &'l [u8] {
        let mut rest = line;
        loop {
            let count = plain(rest);
            let start = self.end - rest.len();
            if let [b' ', next, ..] = rest[count..]
                && !is_blank(next)
                && self.takes_whole_word(start, count)
            {
                self.out.words.push(Word {
                    span: Span::new(start, start + count),
                    unknown: false,
                    text: None,
                });
                self.found.size += count + 1;
                self.found.separators += 1;
                self.word = Open::at(start + count + 1);
                rest = &rest[count + 1..];
                continue;
            }
            if count > 0 {
                self.keep(start, start + count);
                self.word.end = start + count;
                rest = &rest[count..];
            }
            match rest {
                [b' ', next, ..] if !is_blank(*next) => {
                    rest = &rest[1..];
                    self.separate(self.end - rest.len());
                }
                _ => return rest,
            }
        }
    }

    /// Whether so many bytes from an offset on, which a blank ends, are a word of their own, and none of the last that a line
    /// may have.
    fn takes_whole_word(&self, start: usize, count: usize) -> bool {
        let Open { text, written, unknown, .. } = self.word;
        let begins = self.word.start == start && matches!(text, Held::Nothing) && !written && !unknown;
        count > 0 && begins && self.found.separators + 1 < MAX_WORDS
    }

    /// Appends bytes of the file to the open word.
    fn keep(&mut self, start: usize, end: usize) {
        self.found.size += end - start;
        self.word.written = true;
        match self.word.text {
            Held::Nothing if start < end => self.word.text = Held::Source { start, end },
            Held::Nothing => {}
            Held::Source { start: first, end: last } if last == start => {
                self.word.text = Held::Source { start: first, end };
            }
            _ => {
                self.spill();
                self.out.decoded.extend_from_slice(&self.source[start..end]);
            }
        }
    }

    /// Appends bytes that do not stand in the file in this place.
    fn decode(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.found.size += bytes.len();
            self.word.written = true;
            self.spill();
            self.out.decoded.extend_from_slice(bytes);
        }
    }

    fn spill(&mut self) {
        let decoded = self.out.decoded.len();
        match self.word.text {
            Held::Decoded { .. } => return,
            Held::Nothing => {}
            Held::Source { start, end } => self.out.decoded.extend_from_slice(&self.source[start..end]),
        }
        self.word.text = Held::Decoded { start: decoded };
    }

    /// Ends the open word; the next one begins at `next`.
    fn separate(&mut self, next: usize) {
        self.found.size += 1;
        if self.context.empty_words == EmptyWords::BeforeOthers || self.word.written {
            self.push();
            self.found.separators += 1;
        }
        if self.context.empty_words == EmptyWords::BeforeOthers && self.found.separators >= MAX_WORDS {
            self.found.too_many_left.get_or_insert(self.end - next);
        }
        self.word = Open::at(next);
    }

    fn push(&mut self) {
        if self.found.separators >= MAX_WORDS {
            self.found.too_many_left.get_or_insert(self.end - self.word.start);
            return;
        }
        let text = match self.word.text {
            Held::Nothing => Text::Source(Span::new(self.word.start, self.word.start)),
            Held::Source { start, end } => Text::Source(Span::new(start, end)),
            Held::Decoded { start } => Text::Decoded(Span::new(start, self.out.decoded.len())),
        };
        let span = Span::new(self.word.start, self.word.end);
        self.out.push(span, self.word.unknown, text);
    }

    /// Ends the line, and its last word if that one counts.
    fn finish(&mut self) {
        self.found.size += 1;
        let counts = match (self.context.empty_words, self.word.text) {
            (EmptyWords::Written, _) => self.word.written,
            (EmptyWords::BeforeOthers, Held::Nothing) => self.word.unknown,
            (EmptyWords::BeforeOthers, _) => true,
        };
        if counts {
            self.push();
        }
    }

    /// Expands a variable that stands from `start` to `end`.
    fn variable(&mut self, variable: &Variable<'_>, start: usize, end: usize) {
        if variable.default.is_some() {
            self.found.default_left.get_or_insert(variable.brace_left);
        }
        self.word.written |= !variable.expand;
        let value = match (self.value(variable.name), variable.default) {
            (Value::Set(value), _) => value,
            (Value::Unset, Some(default)) => Cow::Owned(default.to_vec()),
            (Value::Unset, None) => return,
            (Value::Unknown, _) => {
                (self.word.unknown, self.word.written) = (true, true);
                return;
            }
        };
        let expanded = self.out.expanded + value.len();
        if value.len() > MAX_VALUE || expanded > MAX_EXPANSION {
            (self.word.unknown, self.word.written) = (true, true);
            return;
        }
        self.out.expanded = expanded;
        if variable.expand {
            self.expand(&value, start, end);
        } else {
            self.decode(&value);
        }
    }

    /// `${NAME[*]}`: each run of white space in the value ends a word, also at its start and at its end.
    fn expand(&mut self, value: &[u8], start: usize, end: usize) {
        let mut rest = value;
        while let Some(at) = rest.iter().position(|&byte| is_blank(byte)) {
            self.decode(&rest[..at]);
            self.word.end = end;
            self.separate(start);
            let blanks = rest[at..].iter().position(|&byte| !is_blank(byte));
            rest = &rest[blanks.map_or(rest.len(), |count| at + count)..];
        }
        self.decode(rest);
    }

    fn value(&self, name: &[u8]) -> Value<'a> {
        match name {
            b".FILE" => Value::Set(Cow::Borrowed(self.context.file)),
            b".LINE" => Value::Set(Cow::Owned(self.context.line.to_string().into_bytes())),
            b".SECTION" => self.context.section.map_or(Value::Unset, Value::borrowed),
            _ => self.context.environment.get(name),
        }
    }
}
