//! The process that clears away behind a run that is killed: this program, called by a word that people do not type.

use std::ffi::OsString;

/// The word.
pub(super) const WORD: &str = "--guard-of-proofs";

/// Guards what `prove` runs, if the program is called for that, and returns the exit status; see [`wslint_lab::guard`].
pub(crate) fn guard(arguments: &[OsString]) -> Option<u8> {
    let (_program, rest) = arguments.split_first()?;
    let (word, rest) = rest.split_first()?;
    (word == WORD).then(|| wslint_lab::guard::run(rest))
}
