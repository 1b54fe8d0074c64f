//! Passwords and tokens in a configuration. Output ends up in the logs of build servers and in chats, so what looks
//! like one is never printed. Variables are no secrets: they stand for what is known elsewhere only.
//!
//! A secret shows by its own form (`text`), or by the statement that it stands in (`statement`, `names`, `literal`).
//! [`secret`] looks at a lone line (`line`), [`Veil`] at the files and texts of a run.

mod line;
mod literal;
mod names;
mod statement;
mod text;
mod veil;

use std::ops::Range;

pub(crate) use veil::Veil;

/// Where the first secret stands in a line, if it holds one.
pub(crate) fn secret(line: &[u8]) -> Option<Range<usize>> {
    line::secrets(line).into_iter().next()
}

/// The ranges in their order, those that touch or overlap as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
