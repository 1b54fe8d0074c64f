//! Passwords and tokens in a configuration. Output ends up in the logs of build servers and in chats, so what looks
//! like one is never printed. Variables are no secrets: they stand for what is known elsewhere only.
//!
//! A secret shows by its own form (`text`), or by the statement that it stands in (`statement`, `names`, `literal`).
//! [`secret`] looks at a lone line (`line`), [`Veil`] at the files and texts of a run.

mod line;
mod literal;
mod names;
mod ranges;
mod statement;
mod text;
mod tree;
mod veil;

use std::ops::Range;

#[cfg(feature = "live")]
pub(crate) use self::names::{is_secret_header, is_secret_parameter};
pub(crate) use self::ranges::merged;
pub(crate) use self::veil::Veil;

/// Where the first secret stands in a line, if it holds one.
pub(crate) fn secret(line: &[u8]) -> Option<Range<usize>> {
    line::secrets(line).into_iter().next()
}
