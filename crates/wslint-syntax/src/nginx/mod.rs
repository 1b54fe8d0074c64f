//! nginx: the exact tokenizer and block structure of the proxy.
//!
//! [`parse`] turns the bytes of one file into a [`Tree`] and the errors that nginx would stop at. The first
//! error is nginx's own, kind and line; behind it the reader goes on at the next `;`, `}` or line, so that a
//! broken file still shows its structure. The tree is lossless ([`Tree::print`]) and flat: parsing, visiting and
//! dropping never recurse on nesting.
//!
//! The reader knows which blocks hold data (`map`, `types`, ...) and which hold Lua, because the proxy reads those
//! differently. It knows no other meaning of a directive and follows no `include`.

mod error;
mod escape;
mod grammar;
mod lua;
mod reader;
mod template;
mod tree;

use std::sync::Arc;

pub use error::{Cause, SyntaxError, SyntaxErrorKind};
pub use template::looks_templated;
pub use tree::{Block, BlockKind, DirectiveId, Quote, Tree, Word};

/// What the reader has to expect in a file besides plain nginx configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether `*_by_lua_block { ... }` holds Lua code, as in OpenResty. Without that module the same bytes are an
    /// ordinary block. On by default: the directives have no other use.
    pub lua: bool,
    /// Whether the file may be a template from which the real configuration is rendered; see [`looks_templated`].
    /// A file without tags and markers reads the same either way. Off by default.
    pub templates: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { lua: true, templates: false }
    }
}

/// One file as read: always a tree, and what nginx would refuse.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Everything in the file, also what stands behind an error.
    pub tree: Tree,
    /// The errors in the order in which they were met; the first one is the one nginx reports. None in a template with
    /// tags or markers outside of quotes, as what is rendered from it may have other braces and semicolons.
    pub errors: Vec<SyntaxError>,
    /// Whether the file is a template: a tag or marker stands in it elsewhere than in comments and Lua code, where nginx
    /// itself skips it.
    pub template: bool,
    accepted: usize,
}

impl Parse {
    /// The directives that nginx reads before its first error, in file order; all of them if there is none.
    pub fn accepted(&self) -> impl ExactSizeIterator<Item = DirectiveId> + use<> {
        (0..self.accepted as u32).map(DirectiveId)
    }
}

/// Reads one file. Never fails: what is wrong stands in [`Parse::errors`].
///
/// Spans count in 32 bits, so `source` has to be shorter than 4 GiB.
pub fn parse(source: impl Into<Arc<[u8]>>, options: Options) -> Parse {
    reader::read(source.into(), options)
}
