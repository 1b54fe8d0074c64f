//! Values of answers.

/// The duration that never ends: an idle connection is not cut.
pub const NEVER: u64 = u64::MAX;

/// The value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// One of the words of the question's [`crate::Kind::Choice`].
    Choice(&'static str),
    /// Milliseconds; [`NEVER`] for no limit.
    Duration(u64),
    /// A count.
    Number(u64),
    /// Text from the config or derived from it. It may hold anything that a config can hold: escape it before it is shown.
    Text(String),
    /// It cannot be known from the files at hand. No `when` matches it and every `unless` is vetoed by it.
    Unknown,
}
