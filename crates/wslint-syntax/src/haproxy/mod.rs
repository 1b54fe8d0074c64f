//! HAProxy: the exact line reader, word splitter and preprocessor of the proxy.
//!
//! A configuration is a sequence of lines; there is no continuation and no nesting but the `.if` blocks. The
//! modules follow the way of a line: `physical` cuts the bytes into lines as the proxy's buffer does,
//! `split` cuts a line into words with the grammar of `words`, `read` decides what the words are
//! (macro, section, keyword) with `condition` and `branches` for `.if`, and `tree` keeps the result.
//! A `template` is read through a copy without its tags.
//!
//! What this module does not know: what any keyword means. The four keywords that change the environment of
//! later lines (`setenv` and its kin in `global`) are the only ones that it acts on.

mod branches;
mod condition;
mod environment;
mod error;
mod options;
mod parse;
mod physical;
mod predicate;
mod read;
mod scope;
mod sections;
mod split;
mod template;
mod tree;
mod words;

use crate::{Source, TooMany};
pub use error::{Argument, ConditionFault, SyntaxError, SyntaxErrorKind};
pub use options::{Options, Unset};
pub use parse::Parse;
pub use template::{leaves_tag_open, looks_templated, reshapes};
pub use tree::{Force, Line, LineId, LineKind, Prefix, Section, Tree, Word};

/// Reads one file. Never fails: what cannot be read is in [`Parse::errors`], and reading goes on with the
/// next line, as it does in the proxy.
pub fn parse(source: impl Into<Source>, options: &Options) -> Parse {
    read::read(source.into(), options, false).0
}

/// The same for a file of strangers: it is read only as far as it holds no more lines, words, sections and errors than
/// any real file of its size, so that the tree takes memory in proportion. Where that ends reading, what was too much is
/// given besides, and the tree holds what stands before it.
pub fn parse_bounded(source: impl Into<Source>, options: &Options) -> (Parse, Option<TooMany>) {
    read::read(source.into(), options, true)
}
