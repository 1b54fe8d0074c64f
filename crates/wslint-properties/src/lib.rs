//! What holds whatever the input is: readers lose no byte, every answer stands at a place, the same input gives the same
//! answer, and a fix leaves a configuration that is no worse.
//!
//! Each property is a function of bytes that panics where it does not hold. The tests ask them of texts that the
//! [`grammar`] makes, on every run and on stable Rust; the fuzzers in `fuzz/` ask the same functions of what libFuzzer
//! finds. This crate is for tests only: the command does not depend on it.

mod code;
mod command;
mod embed;
mod facts;
mod fixes;
pub mod grammar;
mod manifest;
mod readers;
mod rule_file;
mod subject;
mod trace;
mod tree;

pub use code::code;
pub use command::command;
pub use embed::{FORMATS, embed};
pub use facts::facts;
pub use fixes::fixes;
pub use manifest::manifest;
pub use readers::{haproxy_reader, nginx_reader};
pub use rule_file::rule_file;
pub use trace::trace;
pub use tree::{Entry, plant, tree};

use std::borrow::Cow;

use grammar::Choices;

/// The text that a fuzzer means: bytes that begin with NUL, which no configuration does, are choices of `grammar`, others
/// are the text itself.
pub fn text(bytes: &[u8], grammar: fn(&mut Choices<'_>) -> String) -> Cow<'_, [u8]> {
    match bytes.split_first() {
        Some((0, choices)) => grammar(&mut Choices::new(choices)).into_bytes().into(),
        _ => bytes.into(),
    }
}
