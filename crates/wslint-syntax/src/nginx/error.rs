//! What nginx refuses to read, in its own words and with its own line numbers.

use std::fmt;

use super::tree::Quote;
use crate::Span;

/// An error of the tokenizer or of the block structure. A directive that nginx does not know is none of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where it shows: the unexpected byte, the start of what is too long, or the end of the file.
    pub span: Span,
    /// The 1-based line that nginx names. Only LF ends a line.
    pub line: u32,
    /// Where the cause stands, if it is known.
    pub cause: Option<Cause>,
}

/// What an error follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This quote or brace was opened and never closed.
    Opened(Span),
    /// No semicolon ends this directive.
    NotEnded(Span),
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for SyntaxError {}

/// The kinds of error. The texts are those of nginx 1.22 (`ngx_conf_file.c`) and of lua-nginx-module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A byte that cannot stand here.
    Unexpected(u8),
    /// The file ends inside a directive.
    EndInDirective,
    /// The file ends inside a block.
    EndInBlock,
    /// A bare word or a comment that does not fit in nginx's buffer of 4,096 bytes; holds its first ten bytes.
    TooLong([u8; 10]),
    /// A quoted word that does not fit in nginx's buffer of 4,096 bytes.
    TooLongQuoted(Quote),
    /// The file ends inside a Lua block.
    EndInLua,
    /// A Lua long bracket without its closing bracket; holds the number of `=` in it.
    LuaLongBracket(u32),
}

impl SyntaxErrorKind {
    /// The coarse kind: `unexpected`, `eof`, `toolong` or `lua`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unexpected(_) => "unexpected",
            Self::EndInDirective | Self::EndInBlock => "eof",
            Self::TooLong(_) | Self::TooLongQuoted(_) => "toolong",
            Self::EndInLua | Self::LuaLongBracket(_) => "lua",
        }
    }
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected(byte) if byte.is_ascii() => write!(f, "unexpected \"{}\"", char::from(*byte)),
            // nginx writes the lone byte, which is no text.
            Self::Unexpected(byte) => write!(f, "unexpected \"\\x{byte:02x}\""),
            Self::EndInDirective => f.write_str("unexpected end of file, expecting \";\" or \"}\""),
            Self::EndInBlock => f.write_str("unexpected end of file, expecting \"}\""),
            Self::TooLong(begin) => {
                write!(f, "too long parameter \"{}...\" started", String::from_utf8_lossy(begin))
            }
            Self::TooLongQuoted(quote) => write!(
                f,
                "too long parameter, probably missing terminating \"{}\" character",
                char::from(quote.byte())
            ),
            Self::EndInLua => {
                f.write_str("unexpected end of file, expecting terminating characters for lua code block")
            }
            Self::LuaLongBracket(level) => {
                let equals = "=".repeat(*level as usize);
                write!(
                    f,
                    "Lua code block missing the closing long bracket \"]{equals}]\", \
                     the inlined Lua code may be too long"
                )
            }
        }
    }
}
