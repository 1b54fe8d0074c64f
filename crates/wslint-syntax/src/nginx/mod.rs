//! nginx: the exact tokenizer and block structure of the proxy.
//!
//! [`parse`] turns the bytes of one file into a [`Tree`] and the errors that nginx would stop at. The first
//! error is nginx's own, kind and line; behind it the reader goes on at the next `;`, `}` or line, so that a
//! broken file still shows its structure. The tree is lossless ([`Tree::print`]) and flat: parsing, visiting and
//! dropping never recurse on nesting.
//!
//! The reader knows which blocks hold data (`map`, `types`, ...) and which hold Lua, because the proxy reads those
//! differently. It knows no other meaning of a directive and follows no `include`.

mod control;
mod error;
mod escape;
mod grammar;
mod lua;
mod options;
mod parse;
mod reader;
mod template;
mod tree;

use crate::{Source, TooMany};
pub use error::{Cause, SyntaxError, SyntaxErrorKind};
pub use options::Options;
pub use parse::Parse;
pub use template::looks_templated;
pub use tree::{Block, BlockKind, DirectiveId, Quote, Tree, Word};

/// Reads one file. Never fails: what is wrong stands in [`Parse::errors`].
///
/// Spans count in 32 bits, so `source` has to be shorter than 4 GiB.
pub fn parse(source: impl Into<Source>, options: Options) -> Parse {
    reader::read(source.into(), options, false).0
}

/// The same for a file of strangers: it is read only as far as it holds no more directives, blocks and errors than any
/// real file of its size, so that the tree takes memory in proportion. Where that ends reading, what was too much is
/// given besides, and the tree holds what stands before it.
pub fn parse_bounded(source: impl Into<Source>, options: Options) -> (Parse, Option<TooMany>) {
    reader::read(source.into(), options, true)
}
