//! Code as words, strings and marks: what is left when comments and blanks are gone, in any of the languages at hand.

mod constants;
mod language;
mod lexer;
mod source;
mod strings;
mod token;
mod tokens;

pub(crate) use language::Language;
pub(crate) use source::{Argument, Call, Options, Source};
pub(crate) use tokens::Part;
