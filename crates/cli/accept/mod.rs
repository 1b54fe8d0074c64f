//! Findings that somebody has accepted: by a comment beside the line, or by a baseline.

mod baseline;
mod comment;
mod suppress;

/// What may accept findings in one run.
#[derive(Default)]
pub(crate) struct Accepting<'a> {
    /// Whether comments do.
    pub(crate) comments: bool,
    /// The baseline that does.
    pub(crate) baseline: Option<&'a mut Baseline>,
}

pub(crate) use self::comment::written as comment;
pub(crate) use baseline::{Baseline, DEFAULT as DEFAULT_BASELINE, write};
pub(crate) use suppress::Suppressions;
