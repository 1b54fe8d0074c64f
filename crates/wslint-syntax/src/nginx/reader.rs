//! From pieces to directives and blocks, as `ngx_conf_parse` does it, and on behind each error.
//!
//! One flat loop: the blocks that are open stand in a vector, so nesting costs no stack.

use std::sync::Arc;

use nom::Offset;

use super::error::{SyntaxError, SyntaxErrorKind};
use super::grammar::{self, Fault, Lexeme, Piece};
use super::lua;
use super::tree::{BlockKind, Directive, Ending, NO_PARENT, NOT_CLOSED, Tree, Word};
use super::{Options, Parse};
use crate::Span;

/// Blocks whose entries are data: nginx hands each entry to a handler of the block and refuses a block inside
/// (`cf->handler` in `ngx_conf_parse`). `match` is of NGINX Plus.
const DATA_BLOCKS: [&[u8]; 6] = [b"types", b"map", b"geo", b"charset_map", b"split_clients", b"match"];

/// Reads the whole of `source`.
pub(super) fn read(source: Arc<[u8]>, options: Options) -> Parse {
    let mut reader = Reader {
        tree: Tree::new(Arc::clone(&source)),
        options,
        open: Vec::new(),
        parent: NO_PARENT,
        first_word: 0,
        errors: Vec::new(),
        accepted: None,
        at_end: false,
    };
    let mut rest = &source[..];
    while !rest.is_empty() {
        // Every byte starts some piece, and every piece has at least one byte.
        let Ok((behind, piece)) = grammar::piece(rest) else { break };
        let span = Span::new(source.offset(rest), source.offset(behind));
        rest = reader.piece(piece, span, behind);
    }
    reader.end(source.len())
}

struct Reader {
    tree: Tree,
    options: Options,
    /// The open blocks: the number of the directive, or none for a `{` that follows no word.
    open: Vec<Option<u32>>,
    /// The directive in whose block the reader is.
    parent: u32,
    /// The first word of the directive that is being read.
    first_word: usize,
    errors: Vec<SyntaxError>,
    /// Number of directives before the first error.
    accepted: Option<usize>,
    /// Whether the end of the file was reported as an error.
    at_end: bool,
}

impl Reader {
    /// Takes one piece; gives the bytes to go on with, which lie further on than `behind` after Lua code.
    fn piece<'s>(&mut self, piece: Piece, span: Span, behind: &'s [u8]) -> &'s [u8] {
        match piece {
            Piece::Blank => {}
            Piece::Comment(fault) => {
                self.fault(fault, span, None);
                self.tree.comments.push(span);
            }
            Piece::Word(lexeme) => self.word(lexeme, span),
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

    fn word(&mut self, lexeme: Lexeme, span: Span) {
        let Lexeme { quote, closed, escaped, fault } = lexeme;
        let opened = (!closed).then_some(Span { start: span.start, end: span.start + 1 });
        self.fault(fault, span, opened);
        self.tree.words.push(Word { span, quote, unknown: false, escaped, closed });
        if !closed {
            self.directive(Ending::Missing, span.end);
        }
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
                self.tree.directives[id].close = span.end + length as u32;
                &behind[length + 1..]
            }
            Err(kind) => {
                self.error(kind, span, Some(span));
                self.directive(Ending::Block(BlockKind::Lua), span.end);
                &behind[behind.len()..]
            }
        }
    }

    /// A `}`: it ends the innermost open block.
    fn close(&mut self, span: Span) {
        if !self.between_directives() {
            self.unexpected(b'}', span);
            let end = self.tree.words[self.tree.words.len() - 1].span.end;
            self.directive(Ending::Missing, end);
        }
        match self.open.pop() {
            None => self.unexpected(b'}', span),
            Some(None) => {}
            Some(Some(id)) => {
                let subtree_end = self.tree.directives.len() as u32;
                let directive = &mut self.tree.directives[id as usize];
                directive.close = span.start;
                directive.subtree_end = subtree_end;
                self.parent = directive.parent;
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
        let id = self.tree.directives.len() as u32;
        self.tree.directives.push(Directive {
            first_word: self.first_word as u32,
            parent: self.parent,
            subtree_end: id + 1,
            end,
            close: NOT_CLOSED,
            ending,
        });
        self.first_word = self.tree.words.len();
    }

    /// The end of the file.
    fn end(mut self, length: usize) -> Parse {
        let here = Span::new(length, length);
        if !self.between_directives() {
            self.error(SyntaxErrorKind::EndInDirective, here, None);
            let end = self.tree.words[self.tree.words.len() - 1].span.end;
            self.directive(Ending::Missing, end);
        }
        let innermost = self.open.iter().rev().find_map(|&id| id);
        if let Some(id) = innermost {
            let end = self.tree.directives[id as usize].end;
            self.error(SyntaxErrorKind::EndInBlock, here, Some(Span { start: end - 1, end }));
        } else if !self.open.is_empty() {
            self.error(SyntaxErrorKind::EndInBlock, here, None);
        }
        let subtree_end = self.tree.directives.len() as u32;
        for id in self.open.iter().flatten() {
            self.tree.directives[*id as usize].subtree_end = subtree_end;
        }
        let accepted = self.accepted.unwrap_or(self.tree.directives.len());
        Parse { tree: self.tree, errors: self.errors, accepted }
    }

    fn unexpected(&mut self, byte: u8, span: Span) {
        self.error(SyntaxErrorKind::Unexpected(byte), span, None);
    }

    fn fault(&mut self, fault: Option<Fault>, piece: Span, opened: Option<Span>) {
        if let Some(Fault { kind, at }) = fault {
            let start = piece.start as usize + at;
            let length = if kind.code() == "unexpected" { 1 } else { 0 };
            self.error(kind, Span::new(start, start + length), opened);
        }
    }

    /// Notes an error, unless it follows from the one before: the end of the file is reported once, and so is a
    /// byte that is unexpected for two reasons.
    fn error(&mut self, kind: SyntaxErrorKind, span: Span, opened: Option<Span>) {
        let repeated = self.errors.last().is_some_and(|last| last.span == span);
        if repeated || (self.at_end && kind.code() == "eof") {
            return;
        }
        self.at_end |= kind.code() == "eof";
        self.accepted.get_or_insert(self.tree.directives.len());
        let line = self.tree.line_index().line(span.start);
        self.errors.push(SyntaxError { kind, span, line, opened });
    }
}
