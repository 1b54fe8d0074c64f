//! Findings that somebody has accepted: by a comment beside the line, or by a baseline.

mod baseline;
mod comment;
mod suppress;

pub(crate) use baseline::{Baseline, DEFAULT as DEFAULT_BASELINE, write};
pub(crate) use suppress::Suppressions;
