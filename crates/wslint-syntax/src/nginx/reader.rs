//! From pieces to directives and blocks, as `ngx_conf_parse` does it, and on behind each error.
//!
//! One flat loop: the blocks that are open stand in a vector, so nesting costs no stack.

use nom::{IResult, Offset};

use super::control::Control;
use super::error::{Cause, SyntaxError, SyntaxErrorKind};
use super::grammar::{self, Fault, Lexeme, Piece};
use super::lua::{self, Place};
use super::options::Options;
use super::parse::Parse;
use super::template::{self, Arms, Branches, OpenBlock, Template};
use super::tree::{BlockKind, Directive, Ending, NO_PARENT, Tree, Word};
use crate::count::{count_pairs, is_whitespace};
use crate::limit::{Counted, MOST_ERRORS, TooMany, room};
use crate::{Source, Span};

/// Blocks whose entries are data: nginx hands each entry to a handler of the block and refuses a block inside
/// (`cf->handler` in `ngx_conf_parse`). `match` is of NGINX Plus.
const DATA_BLOCKS: [&[u8]; 6] = [b"types", b"map", b"geo", b"charset_map", b"split_clients", b"match"];

/// Up to this size, in bytes, room is made for as many words and directives as files mostly have for their size.
const SMALL: usize = 16 << 10;
const BYTES_A_WORD: usize = 12;
const BYTES_A_DIRECTIVE: usize = 36;

/// Reads the whole of `source`.
///
/// What looks like a tag in a comment or in quotes is data to nginx. It is a tag all the same where others stand that
/// cannot be anything else, so a template is read once without those, which shows whether it is one.
pub(super) fn read(source: Source, options: Options, bounded: bool) -> (Parse, Option<TooMany>) {
    let (parse, too_many, seen) = pass(source.clone(), options, Conditions::Bare, bounded);
    let (options, conditions) = if options.templates && !seen.any {
        (Options { templates: false, ..options }, Conditions::Bare)
    } else if seen.reshapes && seen.covered {
        (options, Conditions::All)
    } else {
        return (parse, too_many);
    };
    // A large file has a large tree: one of them at a time.
    drop(parse);
    let (parse, too_many, _) = pass(source, options, conditions, bounded);
    (parse, too_many)
}

/// The conditions of a template that are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conditions {
    /// Those outside of comments and quotes.
    Bare,
    All,
}

/// What of a template a file holds.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// A tag or marker anywhere but in comments and Lua code.
    any: bool,
    /// One outside of quotes, so that what is rendered may have other braces and semicolons.
    reshapes: bool,
    /// A condition in a comment or in quotes.
    covered: bool,
}

fn pass(
    source: Source,
    options: Options,
    conditions: Conditions,
    bounded: bool,
) -> (Parse, Option<TooMany>, Seen) {
    let mut reader = Reader {
        tree: Tree::new(source.clone()),
        options,
        bounded,
        template: options.templates.then(|| Template::new(source.bytes())),
        conditions,
        branches: Branches::default(),
        arms: Arms::default(),
        seen: Seen::default(),
        open: Vec::new(),
        parent: NO_PARENT,
        first_word: 0,
        errors: Vec::new(),
        accepted: None,
        at_end: false,
        blocks: 0,
        room: room(source.bytes().len()),
        too_many: None,
    };
    reader.reserve();
    match reader.template {
        None => reader.pieces(source.bytes(), grammar::piece),
        Some(template) => reader.pieces(source.bytes(), |input| template.piece(input)),
    }
    reader.end(source.bytes().len())
}

struct Reader {
    tree: Tree,
    options: Options,
    /// Whether there are limits.
    bounded: bool,
    /// How the file is read if it is a template.
    template: Option<Template>,
    /// Which of the template's conditions count.
    conditions: Conditions,
    /// The conditions of the template.
    branches: Branches,
    /// What they may leave out.
    arms: Arms,
    seen: Seen,
    /// The open blocks.
    open: Vec<OpenBlock>,
    /// The directive in whose block the reader is.
    parent: u32,
    /// The first word of the directive that is being read.
    first_word: usize,
    errors: Vec<SyntaxError>,
    /// Number of directives before the first error.
    accepted: Option<usize>,
    /// Whether the end of the file was reported as an error.
    at_end: bool,
    /// Number of blocks so far.
    blocks: usize,
    /// How much memory what it holds may take.
    room: usize,
    /// Where the file holds more than is read.
    too_many: Option<TooMany>,
}

impl Reader {
    /// Makes room for all directives and words: a list that grows is there twice while it does.
    fn reserve(&mut self) {
        let source = self.tree.source.bytes();
        if source.len() <= SMALL {
            // A small list that grows takes less time than counting.
            self.tree.words.reserve_exact(source.len() / BYTES_A_WORD);
            self.tree.directives.reserve_exact(source.len() / BYTES_A_DIRECTIVE);
            return;
        }
        // Between these bytes words stand, but for those in quotes.
        let parts = |byte: u8| is_whitespace(byte) | (byte == b';') | (byte == b'{') | (byte == b'}');
        let words = 1 + count_pairs(source, |byte, next| !parts(byte) & parts(next));
        let ends = 1 + count_pairs(source, |byte, _| (byte == b';') | (byte == b'{'));
        let most = |what: Counted| if self.bounded { what.most(source.len()) } else { usize::MAX };
        let (words, directives) =
            (words.min(most(Counted::Words)), ends.min(words).min(most(Counted::Directives)));
        self.tree.words.reserve_exact(words);
        self.tree.directives.reserve_exact(directives);
    }

    /// Takes the file piece by piece.
    fn pieces<'s>(&mut self, source: &'s [u8], piece: impl Fn(&'s [u8]) -> IResult<&'s [u8], Piece>) {
        let mut rest = grammar::behind_blanks(source);
        // Every other byte starts some piece, and every piece has at least one byte.
        loop {
            if self.template.is_none() {
                rest = self.plain_pieces(source, rest);
            }
            if self.too_many.is_some() {
                break;
            }
            let Ok((behind, piece)) = piece(rest) else { break };
            let span = Span::new(source.offset(rest), source.offset(behind));
            rest = grammar::behind_blanks(self.piece(piece, span, behind));
        }
    }

    /// Takes the words and semicolons at the beginning of `rest` that nothing is to be said of, as nearly all of a file is;
    /// gives the bytes to go on with.
    fn plain_pieces<'s>(&mut self, source: &'s [u8], mut rest: &'s [u8]) -> &'s [u8] {
        while self.too_many.is_none() {
            let start = source.len() - rest.len();
            let count = grammar::plain(rest);
            if count > 0 {
                let behind = &rest[count..];
                self.word(Lexeme::PLAIN, Span::new(start, start + count), behind);
                rest = grammar::behind_blanks(behind);
            } else if rest.first() == Some(&b';') && !self.between_directives() {
                self.directive(Ending::Semicolon, start as u32 + 1);
                rest = grammar::behind_blanks(&rest[1..]);
            } else {
                break;
            }
        }
        rest
    }

    /// Takes one piece; gives the bytes to go on with, which lie further on than `behind` after Lua code.
    fn piece<'s>(&mut self, piece: Piece, span: Span, behind: &'s [u8]) -> &'s [u8] {
        match piece {
            Piece::Comment(fault) => {
                self.fault(fault, span, None);
                self.tree.comments.push(span);
                self.covered_controls(span);
            }
            Piece::Control(control) => {
                (self.seen.any, self.seen.reshapes) = (true, true);
                self.control(control, span.start);
            }
            Piece::Word(lexeme) => self.word(lexeme, span, behind),
            Piece::Semicolon if self.between_directives() => self.unexpected(b';', span),
            Piece::Semicolon => self.directive(Ending::Semicolon, span.end),
            Piece::Open => return self.open(span, behind),
            Piece::Close => self.close(span),
        }
        behind
    }

    fn between_directives(&self) -> bool {
        self.first_word == self.tree.words.len()
    }

    fn word(&mut self, lexeme: Lexeme, span: Span, behind: &[u8]) {
        let Lexeme { quote, closed, escaped, fault, placeholder } = lexeme;
        let opened = Cause::Opened(Span { start: span.start, end: span.start + 1 });
        self.fault(fault, span, (!closed).then_some(opened));
        let statement = placeholder.whole
            && self.between_directives()
            && self.template.as_ref().is_some_and(|template| template.line_ends(behind));
        self.tree.words.push(Word {
            span,
            quote,
            unknown: placeholder.unknown || statement,
            escaped,
            closed,
        });
        self.tree.open_quote |= !closed;
        self.bound(span.end);
        if placeholder.unknown || statement {
            self.seen.any = true;
            self.seen.reshapes |= quote.is_none() || !closed;
        }
        match quote {
            None if placeholder.tag => self.controls_inside(span),
            Some(_) if placeholder.tag => self.covered_controls(span),
            _ => {}
        }
        if !closed || statement {
            self.directive(Ending::Missing, span.end);
        }
    }

    /// Tags of a template inside a comment or a quoted word.
    fn covered_controls(&mut self, span: Span) {
        if self.template.is_none() {
            return;
        }
        if self.conditions == Conditions::All {
            self.controls_inside(span);
        } else {
            self.seen.covered |= template::controls(&self.tree.source()[span.range()]).next().is_some();
        }
    }

    /// Tags of a template inside a word or a comment.
    fn controls_inside(&mut self, span: Span) {
        let source = self.tree.source.clone();
        for control in template::controls(&source.bytes()[span.range()]) {
            self.control(control, span.start);
        }
    }

    /// A tag of a template that prints nothing.
    fn control(&mut self, control: Control, at: u32) {
        match control {
            Control::Start => {
                self.branches.start(self.open.len());
                self.arm(Arms::start);
            }
            Control::Middle => {
                self.arm(Arms::end);
                self.arm(Arms::start);
                self.other_arm(at);
            }
            Control::End => {
                self.arm(Arms::end);
                self.branches.end();
            }
            Control::Other => {}
        }
    }

    /// Begins or ends an arm in front of the next directive.
    fn arm(&mut self, change: impl Fn(&mut Arms, u32, &dyn Fn(u32) -> Option<u32>)) {
        let directives = &self.tree.directives;
        let parent = |id: u32| Some(directives[id as usize].parent).filter(|&parent| parent != NO_PARENT);
        change(&mut self.arms, directives.len() as u32, &parent);
    }

    /// Goes back to the blocks that were open before the condition.
    fn other_arm(&mut self, at: u32) {
        let directives = &self.tree.directives;
        // Directives behind a closed block would come to stand in it.
        let reopens = |block: &OpenBlock| {
            block.is_none_or(|id| directives[id as usize].subtree_end as usize == directives.len())
        };
        let Some((keep, again)) = self.branches.middle(reopens) else { return };
        while self.open.len() > keep
            && let Some(block) = self.open.pop()
        {
            self.leave(block, at, false);
        }
        for block in again {
            if let Some(id) = block {
                self.tree.directives[id as usize].closed = false;
                self.parent = id;
            }
            self.open.push(block);
        }
    }

    /// A block ends at offset `end`, where its `}` is if it is `closed`.
    fn leave(&mut self, block: OpenBlock, end: u32, closed: bool) {
        let Some(id) = block else { return };
        let subtree_end = self.tree.directives.len() as u32;
        let directive = &mut self.tree.directives[id as usize];
        directive.block_end = end;
        directive.closed = closed;
        directive.subtree_end = subtree_end;
        self.parent = directive.parent;
    }

    /// A `{`: it ends a directive and begins its block.
    fn open<'s>(&mut self, span: Span, behind: &'s [u8]) -> &'s [u8] {
        if self.between_directives() {
            self.unexpected(b'{', span);
            self.open.push(None);
            return behind;
        }
        if self.in_data() {
            self.unexpected(b'{', span);
        }
        let kind = self.block_kind();
        let id = self.tree.directives.len() as u32;
        if kind == BlockKind::Lua {
            return self.lua_block(span, behind);
        }
        self.directive(Ending::Block(kind), span.end);
        self.open.push(Some(id));
        self.parent = id;
        behind
    }

    /// Lua code has no directives: it is one text up to its closing brace.
    fn lua_block<'s>(&mut self, span: Span, behind: &'s [u8]) -> &'s [u8] {
        let id = self.tree.directives.len();
        match lua::block(behind) {
            Ok(length) => {
                self.directive(Ending::Block(BlockKind::Lua), span.end);
                self.tree.directives[id].block_end = span.end + length as u32;
                self.tree.directives[id].closed = true;
                &behind[length + 1..]
            }
            Err((kind, place)) => {
                let shown = match place {
                    Place::OpeningBrace => span,
                    Place::Offset(at) => Span::new(span.end as usize + at, span.end as usize + at + 1),
                };
                self.error(kind, shown, Some(Cause::Opened(span)));
                self.directive(Ending::Block(BlockKind::Lua), span.end);
                self.tree.directives[id].block_end = span.end + behind.len() as u32;
                &behind[behind.len()..]
            }
        }
    }

    /// A `}`: it ends the innermost open block.
    fn close(&mut self, span: Span) {
        self.directive_without_end(SyntaxErrorKind::Unexpected(b'}'), span);
        let depth = self.open.len();
        match self.open.pop() {
            None => self.unexpected(b'}', span),
            Some(block) => {
                self.branches.close(depth, block);
                self.leave(block, span.start, true);
            }
        }
    }

    fn in_data(&self) -> bool {
        self.tree
            .directives
            .get(self.parent as usize)
            .is_some_and(|parent| parent.ending == Ending::Block(BlockKind::Data))
    }

    /// What the block of the directive that is being read holds, by the directive's name.
    fn block_kind(&self) -> BlockKind {
        if self.in_data() {
            return BlockKind::Directives;
        }
        let name = self.tree.text(&self.tree.words[self.first_word]);
        if DATA_BLOCKS.contains(&&*name) {
            BlockKind::Data
        } else if self.options.lua && name.ends_with(b"_by_lua_block") {
            BlockKind::Lua
        } else {
            BlockKind::Directives
        }
    }

    /// The words since the last directive make one.
    fn directive(&mut self, ending: Ending, end: u32) {
        self.blocks += usize::from(matches!(ending, Ending::Block(_)));
        self.bound(end);
        let id = self.tree.directives.len() as u32;
        self.tree.directives.push(Directive {
            first_word: self.first_word as u32,
            parent: self.parent,
            subtree_end: id + 1,
            end,
            block_end: end,
            ending,
            closed: false,
        });
        self.first_word = self.tree.words.len();
    }

    /// Stops reading behind the directive that ends at an offset if the file holds too much.
    fn bound(&mut self, end: u32) {
        let taken = Counted::Directives.memory() * self.tree.directives.len()
            + Counted::Blocks.memory() * self.blocks
            + Counted::Words.memory() * self.tree.words.len();
        if !self.bounded || taken < self.room {
            return;
        }
        let counts = [
            (Counted::Directives, self.tree.directives.len()),
            (Counted::Blocks, self.blocks),
            (Counted::Words, self.tree.words.len()),
        ];
        let first = self.tree.words.get(self.first_word);
        let at = first.map_or(Span { start: end, end }, |word| word.span);
        self.too_many = self.too_many.or(TooMany::among(&counts, self.tree.source().len(), at));
    }

    /// The words since the last directive, if there are any, make one that no semicolon ends: that shows at `at`.
    fn directive_without_end(&mut self, kind: SyntaxErrorKind, at: Span) {
        if let [first, ..] = &self.tree.words[self.first_word..] {
            let words = first.span.to(self.tree.words[self.tree.words.len() - 1].span);
            self.error(kind, at, Some(Cause::NotEnded(words)));
            self.directive(Ending::Missing, words.end);
        }
    }

    /// The end of the file.
    fn end(mut self, length: usize) -> (Parse, Option<TooMany>, Seen) {
        let here = Span::new(length, length);
        // What follows where reading stopped may end the directive and close the blocks.
        self.at_end |= self.too_many.is_some();
        self.directive_without_end(SyntaxErrorKind::EndInDirective, here);
        let innermost = self.open.iter().rev().find_map(|&id| id);
        if let Some(id) = innermost {
            let end = self.tree.directives[id as usize].end;
            self.error(SyntaxErrorKind::EndInBlock, here, Some(Cause::Opened(Span { start: end - 1, end })));
        } else if !self.open.is_empty() {
            self.error(SyntaxErrorKind::EndInBlock, here, None);
        }
        while let Some(block) = self.open.pop() {
            self.leave(block, here.start, false);
        }
        if self.seen.reshapes {
            // What is rendered from the template may have other braces, quotes and semicolons.
            self.errors.clear();
            self.accepted = None;
        }
        self.tree.optional = self.arms.optional();
        self.tree.shrink();
        let accepted = self.accepted.unwrap_or(self.tree.directives.len());
        let parse = Parse { tree: self.tree, errors: self.errors, template: self.seen.any, accepted };
        (parse, self.too_many, self.seen)
    }

    fn unexpected(&mut self, byte: u8, span: Span) {
        self.error(SyntaxErrorKind::Unexpected(byte), span, None);
    }

    fn fault(&mut self, fault: Option<Fault>, piece: Span, cause: Option<Cause>) {
        if let Some(Fault { kind, at }) = fault {
            let start = piece.start as usize + at;
            let length = if kind.code() == "unexpected" { 1 } else { 0 };
            self.error(kind, Span::new(start, start + length), cause);
        }
    }

    /// Notes an error, unless it follows from the one before: the end of the file is reported once, and so is a
    /// byte that is unexpected for two reasons.
    fn error(&mut self, kind: SyntaxErrorKind, span: Span, cause: Option<Cause>) {
        let repeated = self.errors.last().is_some_and(|last| last.span == span);
        let enough = self.bounded && self.errors.len() >= MOST_ERRORS;
        if repeated || (self.at_end && kind.code() == "eof") || enough {
            return;
        }
        self.at_end |= kind.code() == "eof";
        self.accepted.get_or_insert(self.tree.directives.len());
        let line = self.tree.line_index().line(span.start);
        self.errors.push(SyntaxError { kind, span, line, cause });
    }
}
