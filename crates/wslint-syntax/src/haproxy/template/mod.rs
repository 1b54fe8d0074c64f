//! Templates that render to a configuration: what can be read of them before they are rendered.
//!
//! The file is read through a copy in which each tag is overwritten, byte for byte, so that every offset stays
//! true. A value becomes [`FILLER`], an ordinary byte of a word, and the word is unknown. A control tag becomes
//! blanks, or filler where text touches it on both sides or quotes surround it. Line feeds inside of tags are
//! overwritten too: a tag that spans lines does not end a statement.
//!
//! Nothing is evaluated: all branches of a block are read. What stands under a condition inside of a section
//! is undecided.

mod tag;

use self::tag::{Role, Tags, marker, reference};
use super::split::Words;
use super::words::{is_blank, is_variable};
use crate::Span;

/// What stands for the value of a placeholder: a control character that no configuration holds, and that means
/// nothing to the reader.
const FILLER: u8 = 0x1a;

/// Whether a file holds placeholders or control tags of a template outside of comments, and is to be read with
/// [`Options::templates`](super::Options::templates). `"${NAME}"` in double quotes is the proxy's own syntax;
/// without them the proxy takes it literally, so something else must replace it.
pub fn looks_templated(source: &[u8]) -> bool {
    // What none of them begins with is nowhere in most files.
    let begins = |sign: &[u8]| memchr::memmem::find(source, sign).is_some();
    tag::openings().any(begins) && Scanner::new(source).any(|found| !found.comment)
}

/// Whether tags of a template stand outside of comments and quotes: what is rendered may then have other lines and words
/// than the template, so that [`Parse::errors`](super::Parse::errors) may be none that the proxy meets.
pub fn reshapes(source: &[u8]) -> bool {
    Scanner::new(source).any(|found| !found.covered())
}

/// Whether a tag of a template begins in a text and goes on behind it: what is written there would be a part of the tag.
pub fn leaves_tag_open(text: &[u8]) -> bool {
    tag::leaves_open(text)
}

/// One tag, and where in the blocks of the template the text after it is.
#[derive(Clone, Copy, Debug)]
struct Tag {
    span: Span,
    after: Place,
    /// Whether it stands inside of quotes or a comment.
    covered: bool,
}

/// A place in the blocks of a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of the branch, 0 outside of all blocks.
    branch: u32,
    /// How many conditions it is under.
    pub(super) conditions: u32,
}

/// A template that can be read as a configuration.
pub(super) struct Template {
    pub(super) masked: Vec<u8>,
    tags: Vec<Tag>,
}

impl Template {
    /// The template in `source`; `None` when it has no tag.
    pub(super) fn of(source: &[u8]) -> Option<Self> {
        let mut masked = source.to_vec();
        let mut tags = Vec::new();
        let mut blocks = Blocks::default();
        for found in Scanner::new(source) {
            let range = found.span.range();
            let blank = |at: Option<&u8>| at.is_none_or(|&byte| is_blank(byte));
            let apart =
                blank(range.start.checked_sub(1).map(|at| &masked[at])) || blank(source.get(range.end));
            let mask = if found.role == Role::Value || found.quoted || !apart { FILLER } else { b' ' };
            masked[range].fill(mask);
            let covered = found.covered();
            tags.push(Tag { span: found.span, after: blocks.pass(found.role), covered });
        }
        (!tags.is_empty()).then_some(Self { masked, tags })
    }

    /// Whether a tag stands in that part of the file.
    pub(super) fn touches(&self, span: Span) -> bool {
        self.within(span).next().is_some()
    }

    /// Whether a tag in that part of the file may be rendered to other lines and words.
    pub(super) fn reshapes(&self, span: Span) -> bool {
        self.within(span).any(|tag| !tag.covered)
    }

    fn within(&self, span: Span) -> impl Iterator<Item = &Tag> {
        let first = self.tags.partition_point(|tag| tag.span.end <= span.start);
        self.tags[first..].iter().take_while(move |tag| tag.span.start < span.end)
    }

    /// Whether the file may be rendered to one of other lines and words.
    pub(super) fn reshapes_any(&self) -> bool {
        self.tags.iter().any(|tag| !tag.covered)
    }

    /// The place of an offset that no tag covers, or of the text after the tag that begins there.
    pub(super) fn place(&self, at: u32) -> Place {
        let after = self.tags.partition_point(|tag| tag.span.start <= at);
        after.checked_sub(1).map_or(Place::default(), |last| self.tags[last].after)
    }

    /// Marks the words from `first` on that are not known before the template is rendered: those that a tag
    /// stands in, which lose what is filled in for it, and those in another branch than the first.
    pub(super) fn settle(&self, words: &mut Words, first: usize) {
        let Some(head) = words.words.get(first).map(|word| self.place(word.span.start)) else { return };
        for at in first..words.words.len() {
            let span = words.words[at].span;
            if self.touches(span) {
                words.remove(&self.masked, at, FILLER);
            }
            words.words[at].unknown |= self.touches(span) || self.place(span.start) != head;
        }
    }
}

/// The open blocks of a template.
#[derive(Default)]
struct Blocks {
    open: Vec<Open>,
    branches: u32,
}

struct Open {
    branch: u32,
    condition: bool,
    /// How many conditions are open up to here.
    conditions: u32,
}

impl Blocks {
    /// Goes on past a tag; the place of the text after it.
    fn pass(&mut self, role: Role) -> Place {
        match role {
            Role::If | Role::Block => {
                let condition = role == Role::If;
                let conditions = self.place().conditions + u32::from(condition);
                let branch = self.branch();
                self.open.push(Open { branch, condition, conditions });
            }
            Role::Else => {
                let branch = self.branch();
                if let Some(open) = self.open.last_mut() {
                    // The other branch of a loop (`{% for %}…{% else %}`) is there only when the loop is empty.
                    open.conditions += u32::from(!open.condition);
                    (open.branch, open.condition) = (branch, true);
                }
            }
            Role::End => {
                self.open.pop();
            }
            Role::Value | Role::Nothing => {}
        }
        self.place()
    }

    fn branch(&mut self) -> u32 {
        self.branches += 1;
        self.branches
    }

    fn place(&self) -> Place {
        self.open
            .last()
            .map_or(Place::default(), |open| Place { branch: open.branch, conditions: open.conditions })
    }
}

/// A tag or a placeholder in the text.
struct Found {
    span: Span,
    role: Role,
    /// Whether it stands inside of quotes.
    quoted: bool,
    /// Whether it stands in a comment of the configuration.
    comment: bool,
}

impl Found {
    /// Whether it leaves the lines and words around it as they are.
    fn covered(&self) -> bool {
        self.quoted || self.comment
    }
}

/// Finds the tags of a file, and follows its quotes and comments meanwhile.
struct Scanner<'a> {
    source: &'a [u8],
    at: usize,
    tags: Tags,
    /// Those of the comment that the scanner is in.
    commented: Tags,
    /// The offset behind that comment.
    line_end: usize,
    quote: Option<u8>,
    comment: bool,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a [u8]) -> Self {
        Self {
            source,
            at: 0,
            tags: Tags::default(),
            commented: Tags::default(),
            line_end: 0,
            quote: None,
            comment: false,
        }
    }

    /// The tag or placeholder that begins here.
    fn found(&mut self) -> Option<(usize, Role)> {
        let rest = &self.source[self.at..];
        match rest[0] {
            // A comment ends with its line, and so does what stands in it.
            b'{' | b'<' if self.comment => self.commented.at(&rest[..self.line_end - self.at]),
            b'{' | b'<' => self.tags.at(rest),
            b'_' if !self.comment => marker(rest).map(|length| (length, Role::Value)),
            b'$' if !self.comment => {
                let double = self.quote == Some(b'"');
                let placeholder = |length: &usize| !(double && is_variable(&rest[..*length]));
                reference(rest).filter(placeholder).map(|length| (length, Role::Value))
            }
            _ => None,
        }
    }

    /// Goes on to the next byte that may mean anything.
    fn skip(&mut self) {
        const MEANS: [bool; 256] = {
            let mut means = [false; 256];
            let bytes = b"{<_$\n\\\"'#";
            let mut at = 0;
            while at < bytes.len() {
                means[bytes[at] as usize] = true;
                at += 1;
            }
            means
        };
        let rest = &self.source[self.at.min(self.source.len())..];
        self.at += rest.iter().position(|&byte| MEANS[byte as usize]).unwrap_or(rest.len());
    }

    /// Follows quotes and comments past the next byte.
    fn pass(&mut self) {
        let byte = self.source[self.at];
        self.at += 1;
        match (byte, self.quote) {
            (b'\n', _) => (self.quote, self.comment) = (None, false),
            _ if self.comment => {}
            (b'\\', None | Some(b'"')) => {
                let escaped = |next| matches!(next, b'"' | b'\'' | b'#' | b'\\');
                self.at += usize::from(self.source.get(self.at).copied().is_some_and(escaped));
            }
            (b'"' | b'\'', None) => self.quote = Some(byte),
            (_, Some(open)) if byte == open => self.quote = None,
            (b'#', None) => {
                let rest = &self.source[self.at..];
                self.line_end = self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                (self.comment, self.commented) = (true, Tags::default());
            }
            _ => {}
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            self.skip();
            if self.at >= self.source.len() {
                return None;
            }
            if let Some((length, role)) = self.found() {
                let span = Span::new(self.at, self.at + length);
                self.at += length;
                return Some(Found { span, role, quoted: self.quote.is_some(), comment: self.comment });
            }
            self.pass();
        }
    }
}
