//! One line of a section as the model sees it: decoded words that know where they stand.

use std::borrow::Cow;
use std::ops::RangeBounds;
use std::sync::Arc;

use wslint_syntax::Span;
use wslint_syntax::haproxy::{self, Force, Line, LineId, LineKind, Prefix, Tree};

use wslint_model::{FileId, Site, placeholder};

/// A decoded word. Bytes that are not UTF-8 are replaced: no request that is followed holds any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'s> {
    /// The text; it lacks the part that is not known.
    pub(crate) text: &'s str,
    /// The word as written, with its quotes.
    pub(crate) span: Span,
    /// Whether a placeholder or an unset variable hides a part of the text.
    pub(crate) unknown: bool,
    /// The text with the placeholders' own defaults, where each that hides a part has one.
    pub(crate) by_default: Option<&'s str>,
}

/// The words of a line without a prefix. They are read off the tree when they are asked for: kept beside it they would
/// take more memory than all else that the model holds.
#[derive(Clone, Debug)]
pub(crate) struct Words<'p> {
    tree: &'p Tree,
    line: &'p Line,
    /// What the tree does not hold of each word; empty where it holds all of them, as nearly always.
    beside: Box<[Beside]>,
}

/// What the tree does not hold of a word.
#[derive(Clone, Debug)]
struct Beside {
    /// The text, where bytes of it had to be replaced.
    replaced: Option<Box<str>>,
    by_default: Option<Box<str>>,
}

impl<'p> Words<'p> {
    fn read(tree: &'p Tree, line: &'p Line) -> Self {
        let words = tree.words(line);
        let is_text = tree.is_plain_text();
        let whole = words.iter().all(|word| !word.unknown && (is_text || tree.string(word).is_some()));
        let beside = words.iter().map(|word| Beside {
            replaced: match String::from_utf8_lossy(tree.text(word)) {
                Cow::Borrowed(_) => None,
                Cow::Owned(text) => Some(text.into_boxed_str()),
            },
            by_default: if word.unknown { by_default(tree, word.span) } else { None },
        });
        Self { tree, line, beside: if whole { Box::default() } else { beside.collect() } }
    }

    /// How many of them from one on hold something, up to the first that does not and no more than `most`.
    pub(crate) fn filled(&self, from: usize, most: usize) -> usize {
        let words = self.tree.words(self.line).iter().skip(from).take(most);
        words.take_while(|word| !self.tree.text(word).is_empty()).count()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tree.words(self.line).len()
    }

    /// The word at an index.
    pub(crate) fn get(&self, index: usize) -> Option<Word<'_>> {
        Some(self.made(index, self.tree.words(self.line).get(index)?))
    }

    /// Where the word at an index stands.
    pub(crate) fn span(&self, index: usize) -> Option<Span> {
        Some(self.tree.words(self.line).get(index)?.span)
    }

    /// The first one.
    pub(crate) fn first(&self) -> Option<Word<'_>> {
        self.get(0)
    }

    /// The text of the word at an index, where the tree holds it.
    pub(crate) fn text_of(&self, index: usize) -> Option<&'p str> {
        self.tree.string(self.tree.words(self.line).get(index)?).filter(|_| self.beside.is_empty())
    }

    /// All in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Word<'_>> + ExactSizeIterator {
        self.tree.words(self.line).iter().enumerate().map(|(index, word)| self.made(index, word))
    }

    /// Whether any may have something in it that the line as it is written has.
    pub(crate) fn may_hold(&self, has: impl FnOnce(&[u8]) -> bool) -> bool {
        !self.beside.is_empty() || self.tree.line_may_hold(self.line, has)
    }

    /// Whether a placeholder or an unset variable hides a part of any.
    fn any_unknown(&self) -> bool {
        !self.beside.is_empty() && self.tree.words(self.line).iter().any(|word| word.unknown)
    }

    /// The words from one on as they are written, where that says all of them: lines that have the same say the same.
    pub(crate) fn written(&self, from: usize) -> Option<&'p [u8]> {
        let words = self.tree.words(self.line).get(from..).filter(|_| self.tree.is_plain_text())?;
        let (first, last) = (words.first()?, words.last()?);
        let known = self.beside.is_empty();
        known.then(|| &self.tree.source()[first.span.start as usize..last.span.end as usize])
    }

    fn made<'s>(&'s self, index: usize, word: &'s haproxy::Word) -> Word<'s> {
        let beside = self.beside.get(index);
        let replaced = beside.and_then(|beside| beside.replaced.as_deref());
        let written = || self.tree.string(word).unwrap_or_default();
        Word {
            text: replaced.unwrap_or_else(written),
            span: word.span,
            unknown: word.unknown,
            by_default: beside.and_then(|beside| beside.by_default.as_deref()),
        }
    }
}

/// A keyword line or a section header.
#[derive(Clone, Debug)]
pub(crate) struct Statement<'p> {
    /// The file.
    pub(crate) file: FileId,
    /// The line in the file's tree.
    pub(crate) line: LineId,
    /// From the first word (or prefix) to the last.
    pub(crate) span: Span,
    /// The words without a prefix.
    pub(crate) words: Words<'p>,
    /// `no` or `default` before the keyword.
    pub(crate) prefix: Option<Prefix>,
    /// Whether an undecided `.if` stands around the line, so that it may or may not count.
    pub(crate) undecided: bool,
    /// The innermost branch that an undecided line stands in.
    pub(crate) branch: Option<Arc<Branch>>,
}

/// A branch of an undecided `.if`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    /// The line that decides, as it is written: `.if defined(STAGING)`.
    pub(crate) condition: String,
    /// Whether the branch is the one where the condition of that line holds; otherwise it is the `.else` below it.
    pub(crate) holds: bool,
}

impl Branch {
    /// The innermost branch around a line.
    fn around(tree: &Tree, line: LineId) -> Option<Self> {
        let mut inner_blocks = 0;
        let mut holds = true;
        for before in tree.lines()[..line.0 as usize].iter().rev() {
            if before.kind != LineKind::Macro {
                continue;
            }
            match tree.word(before, 0) {
                b".endif" => inner_blocks += 1,
                b".if" if inner_blocks > 0 => inner_blocks -= 1,
                b".else" if inner_blocks == 0 => holds = false,
                b".if" | b".elif" if inner_blocks == 0 => {
                    let text = String::from_utf8_lossy(&tree.source()[before.span.range()]);
                    return Some(Self { condition: text.into_owned(), holds });
                }
                _ => {}
            }
        }
        None
    }
}

/// The branch of the undecided line of a tree that was read last: those behind it mostly stand in the same.
#[derive(Debug, Default)]
pub(crate) struct LastBranch(Option<(LineId, Option<Arc<Branch>>)>);

impl LastBranch {
    fn of(&mut self, tree: &Tree, line: LineId) -> Option<Arc<Branch>> {
        let begins_other = |line: &Line| line.kind == LineKind::Macro;
        let branch = match &self.0 {
            Some((last, branch))
                if *last <= line
                    && !tree.lines()[last.0 as usize..line.0 as usize].iter().any(begins_other) =>
            {
                branch.clone()
            }
            _ => Branch::around(tree, line).map(Arc::new),
        };
        self.0 = Some((line, branch.clone()));
        branch
    }
}

/// What a word says with the defaults of the placeholders in it.
fn by_default(tree: &Tree, span: Span) -> Option<Box<str>> {
    let written = std::str::from_utf8(tree.source().get(span.range())?).ok()?;
    placeholder::with_defaults(written.trim_matches('"')).map(String::into_boxed_str)
}

impl<'p> Statement<'p> {
    /// Reads a line of a tree. `around` knows the branch of the line that was read before.
    pub(crate) fn read(
        tree: &'p Tree,
        file: FileId,
        line: LineId,
        read: &'p Line,
        around: &mut LastBranch,
    ) -> Self {
        let words = Words::read(tree, read);
        let undecided = read.force == Force::Undecided;
        let branch = if undecided { around.of(tree, line) } else { None };
        Self { file, line, span: read.span, words, prefix: read.prefix, undecided, branch }
    }

    /// The word at an index; empty beyond the last, as the proxy's own argument list behaves.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| word.text)
    }

    /// The word at an index if it is there and nothing of it is hidden.
    pub(crate) fn known(&self, index: usize) -> Option<&str> {
        self.words.get(index).filter(|word| !word.unknown).map(|word| word.text)
    }

    /// The same, with the defaults of placeholders in their places.
    pub(crate) fn known_by_default(&self, index: usize) -> Option<&str> {
        self.known(index).or_else(|| self.words.get(index)?.by_default)
    }

    /// Whether a placeholder hides a part of any word.
    pub(crate) fn has_unknown(&self) -> bool {
        self.words.any_unknown()
    }

    /// Some of the words, as people should read them: a long list of patterns is cut short.
    pub(crate) fn shown(&self, words: impl RangeBounds<usize>) -> String {
        const LONGEST: usize = 100;
        /// So many bytes are more characters than are shown.
        const ENOUGH: usize = 4 * (LONGEST + 1);
        let within = || (0..self.words.len()).filter(|index| words.contains(index));
        let mut text = String::with_capacity(LONGEST);
        for (number, index) in within().enumerate() {
            if text.len() >= ENOUGH {
                break;
            }
            if number > 0 {
                text.push(' ');
            }
            match self.word(index) {
                word if word.len() < ENOUGH => text.push_str(word),
                long => text.extend(long.chars().take(LONGEST + 1)),
            }
        }
        match if text.len() > LONGEST { text.char_indices().nth(LONGEST) } else { None } {
            Some((end, _)) => format!("{} … ({} words)", text[..end].trim_end(), within().count()),
            None => text,
        }
    }

    /// The place of the whole statement.
    pub(crate) fn site(&self) -> Site {
        Site { file: self.file, span: self.span }
    }

    /// The place of one word; the whole statement beyond the last word.
    pub(crate) fn word_site(&self, index: usize) -> Site {
        Site { file: self.file, span: self.words.span(index).unwrap_or(self.span) }
    }
}
