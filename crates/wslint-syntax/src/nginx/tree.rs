//! The lossless tree of one file: flat vectors in file order, each a range of the vectors below it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::escape;
use crate::{LineIndex, Source, Span};

/// A directive of one [`Tree`]: its number in file order.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
pub struct DirectiveId(pub u32);

impl DirectiveId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// The quote around a word. It leaves no trace in the word's value.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub enum Quote {
    /// `'...'`
    Single,
    /// `"..."`
    Double,
}

impl Quote {
    /// The quote character.
    pub fn byte(self) -> u8 {
        match self {
            Self::Single => b'\'',
            Self::Double => b'"',
        }
    }
}

/// One word of a directive, as written. [`Tree::text`] gives its value.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct Word {
    /// The raw bytes, quotes included.
    pub span: Span,
    /// The quote around the word, if any.
    pub quote: Option<Quote>,
    /// Whether the word holds a template placeholder, so that its value is not known.
    pub unknown: bool,
    /// Whether a backslash in the raw bytes is missing from the value.
    pub(super) escaped: bool,
    /// Whether the closing quote is there.
    pub(super) closed: bool,
}

/// What the proxy reads between the braces of a block.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub enum BlockKind {
    /// Directives.
    Directives,
    /// Entries of a table (`map`, `geo`, `types`, ...): read as directives, but their names are data.
    Data,
    /// Lua code (`*_by_lua_block`): one raw text without directives.
    Lua,
}

/// The braces of a block.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct Block {
    /// The `{`.
    pub open: Span,
    /// The `}`, if the file has it.
    pub close: Option<Span>,
    /// What stands between them.
    pub kind: BlockKind,
}

/// How the words of a directive end.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub(super) enum Ending {
    Semicolon,
    /// Neither `;` nor `{`: the reader met an error first.
    Missing,
    Block(BlockKind),
}

/// `parent` of a directive outside of all blocks.
pub(super) const NO_PARENT: u32 = u32::MAX;

/// One directive. Its words end where those of the next one begin.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    pub(super) first_word: u32,
    pub(super) parent: u32,
    /// Number of the first directive behind this one and everything in its block.
    pub(super) subtree_end: u32,
    /// Offset behind the `;` or `{`, or behind the last word if both are missing.
    pub(super) end: u32,
    /// Offset of the `}`, or of the place up to which a block without one goes.
    pub(super) block_end: u32,
    pub(super) ending: Ending,
    /// Whether there is a `}`.
    pub(super) closed: bool,
}

// Large trees are read whole, so the two records that they are made of stay small.
const _: () = assert!(size_of::<Directive>() == 24 && size_of::<Word>() == 12);

/// The directives of one file in file order (a block's directive before those in it), with every byte of the file.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) source: Source,
    pub(super) directives: Vec<Directive>,
    pub(super) words: Vec<Word>,
    pub(super) comments: Vec<Span>,
    /// The directives that a template may leave out, in file order.
    pub(super) optional: Vec<u32>,
    /// Whether the closing quote of a word is missing.
    pub(super) open_quote: bool,
    pub(super) lines: OnceLock<LineIndex>,
}

impl Tree {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            directives: Vec::new(),
            words: Vec::new(),
            comments: Vec::new(),
            optional: Vec::new(),
            open_quote: false,
            lines: OnceLock::new(),
        }
    }

    /// Gives back the memory that the lists have reserved.
    pub(super) fn shrink(&mut self) {
        self.directives.shrink_to_fit();
        self.words.shrink_to_fit();
        self.comments.shrink_to_fit();
    }

    /// The bytes of the file.
    pub fn source(&self) -> &[u8] {
        self.source.bytes()
    }

    /// Whether the closing quote of a word is missing, which the next quote anywhere behind it would be.
    pub fn has_open_quote(&self) -> bool {
        self.open_quote
    }

    /// Number of directives.
    pub fn len(&self) -> usize {
        self.directives.len()
    }

    /// Whether the file holds no directive.
    pub fn is_empty(&self) -> bool {
        self.directives.is_empty()
    }

    /// All directives in file order, a block's directive before those in it.
    pub fn ids(&self) -> impl Iterator<Item = DirectiveId> + use<> {
        (0..self.directives.len() as u32).map(DirectiveId)
    }

    /// The directives outside of all blocks.
    pub fn roots(&self) -> impl Iterator<Item = DirectiveId> {
        self.siblings(0, self.directives.len() as u32)
    }

    /// The directives directly in the block of `id`; none for a directive without block.
    pub fn children(&self, id: DirectiveId) -> impl Iterator<Item = DirectiveId> {
        self.siblings(id.0 + 1, self.directives[id.index()].subtree_end)
    }

    /// From `first` on, each time skipping a whole subtree.
    fn siblings(&self, first: u32, end: u32) -> impl Iterator<Item = DirectiveId> {
        let within = move |&id: &u32| id < end;
        std::iter::successors(Some(first).filter(within), move |&id| {
            Some(self.directives[id as usize].subtree_end).filter(within)
        })
        .map(DirectiveId)
    }

    /// Whether a condition or a loop of a template may leave the directive out of the block in which it stands.
    pub fn is_optional(&self, id: DirectiveId) -> bool {
        self.optional.binary_search(&id.0).is_ok()
    }

    /// The directive in whose block `id` stands.
    pub fn parent(&self, id: DirectiveId) -> Option<DirectiveId> {
        let parent = self.directives[id.index()].parent;
        (parent != NO_PARENT).then_some(DirectiveId(parent))
    }

    /// The first directive that begins at or behind an offset.
    pub fn first_from(&self, offset: u32) -> Option<DirectiveId> {
        let start = |directive: &Directive| self.words[directive.first_word as usize].span.start;
        let first = self.directives.partition_point(|directive| start(directive) < offset);
        (first < self.directives.len()).then_some(DirectiveId(first as u32))
    }

    /// The first directive that more than so many blocks enclose.
    pub fn first_deeper_than(&self, blocks: usize) -> Option<DirectiveId> {
        let mut depths: Vec<usize> = Vec::with_capacity(self.directives.len());
        self.ids().find(|&id| {
            let depth = self.parent(id).map_or(0, |parent| depths[parent.index()] + 1);
            depths.push(depth);
            depth > blocks
        })
    }

    /// The value of the first word. Case matters, and quotes around it do not.
    pub fn name(&self, id: DirectiveId) -> Cow<'_, [u8]> {
        self.words(id).first().map_or(Cow::Borrowed(&[]), |word| self.text(word))
    }

    /// The words, the name first. Never empty.
    pub fn words(&self, id: DirectiveId) -> &[Word] {
        let first = self.directives[id.index()].first_word as usize;
        let end =
            self.directives.get(id.index() + 1).map_or(self.words.len(), |next| next.first_word as usize);
        &self.words[first..end]
    }

    /// The values of the words behind the name.
    pub fn args(&self, id: DirectiveId) -> impl ExactSizeIterator<Item = Cow<'_, [u8]>> {
        self.words(id).iter().skip(1).map(|word| self.text(word))
    }

    /// The value of one argument; 0 is the word behind the name.
    pub fn arg(&self, id: DirectiveId, index: usize) -> Option<Cow<'_, [u8]>> {
        self.words(id).get(index + 1).map(|word| self.text(word))
    }

    /// The value of a word of this tree: without its quotes, escapes resolved.
    pub fn text(&self, word: &Word) -> Cow<'_, [u8]> {
        let raw = &self.source()[inside(word)];
        if word.escaped { Cow::Owned(escape::decode(raw)) } else { Cow::Borrowed(raw) }
    }

    /// The same as text; what is not UTF-8 becomes U+FFFD.
    pub fn string(&self, word: &Word) -> Cow<'_, str> {
        if word.escaped {
            return Cow::Owned(String::from_utf8_lossy(&self.text(word)).into_owned());
        }
        self.source.text(inside(word))
    }

    /// Whether the directive's words end in `{`.
    pub fn has_block(&self, id: DirectiveId) -> bool {
        matches!(self.directives[id.index()].ending, Ending::Block(_))
    }

    /// The braces of the directive's block.
    pub fn block(&self, id: DirectiveId) -> Option<Block> {
        let directive = &self.directives[id.index()];
        let Ending::Block(kind) = directive.ending else { return None };
        let open = Span { start: directive.end - 1, end: directive.end };
        let close =
            directive.closed.then(|| Span { start: directive.block_end, end: directive.block_end + 1 });
        Some(Block { open, close, kind })
    }

    /// The Lua code in the block of a `*_by_lua_block`, the braces excluded.
    pub fn lua(&self, id: DirectiveId) -> Option<Span> {
        let block = self.block(id).filter(|block| block.kind == BlockKind::Lua)?;
        Some(Span { start: block.open.end, end: self.directives[id.index()].block_end })
    }

    /// From the first word to the `;` or `{`, both included.
    pub fn statement(&self, id: DirectiveId) -> Span {
        let start = self.words(id).first().map_or(0, |word| word.span.start);
        Span { start, end: self.directives[id.index()].end }
    }

    /// The whole directive, its block included.
    pub fn span(&self, id: DirectiveId) -> Span {
        let statement = self.statement(id);
        let directive = &self.directives[id.index()];
        let end = match directive.ending {
            Ending::Block(_) => directive.block_end + u32::from(directive.closed),
            Ending::Semicolon | Ending::Missing => directive.end,
        };
        Span { start: statement.start, end }
    }

    /// The comments in file order, each from its `#` to before the LF.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The line starts of the file, built when first asked for.
    pub fn line_index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.source()))
    }
}

impl Tree {
    /// The file as rebuilt from the pieces of the tree and what lies between them; always the bytes of the source.
    pub fn print(&self) -> Vec<u8> {
        let mut printer = Printer { source: self.source(), printed: Vec::with_capacity(self.source().len()) };
        let mut open: Vec<u32> = Vec::new();
        for (id, directive) in self.directives.iter().enumerate() {
            while let Some(last) =
                open.pop_if(|last| self.directives[*last as usize].subtree_end as usize <= id)
            {
                printer.close(&self.directives[last as usize]);
            }
            for word in self.words(DirectiveId(id as u32)) {
                printer.piece(word.span);
            }
            if directive.ending != Ending::Missing {
                printer.piece(Span { start: directive.end - 1, end: directive.end });
            }
            open.push(id as u32);
        }
        while let Some(last) = open.pop() {
            printer.close(&self.directives[last as usize]);
        }
        printer.blank_until(self.source().len());
        printer.printed
    }
}

/// Where the value of a word stands: within its quotes.
fn inside(word: &Word) -> Range<usize> {
    let Range { start, end } = word.span.range();
    match word.quote {
        Some(_) => start + 1..end - usize::from(word.closed),
        None => start..end,
    }
}

/// Writes pieces in file order, and before each what the file has between it and the one before.
struct Printer<'t> {
    source: &'t [u8],
    printed: Vec<u8>,
}

impl Printer<'_> {
    fn blank_until(&mut self, end: usize) {
        self.printed.extend_from_slice(&self.source[self.printed.len()..end]);
    }

    fn piece(&mut self, span: Span) {
        self.blank_until(span.start as usize);
        self.printed.extend_from_slice(&self.source[span.range()]);
    }

    fn close(&mut self, directive: &Directive) {
        if directive.closed {
            self.piece(Span { start: directive.block_end, end: directive.block_end + 1 });
        }
    }
}
