//! The conditions of `if`, which are read once for all requests that come to them.

use super::levels::{Config, Line};
use wslint_model::Known;

/// The condition of one `if`.
#[derive(Debug)]
pub(crate) struct Condition {
    /// Without its parentheses, as people read it.
    pub(crate) written: Box<str>,
    /// Its words; `None` where one is not known.
    pub(crate) words: Option<Box<[String]>>,
}

impl Condition {
    /// Reads the condition of a line.
    pub(crate) fn read(config: &Config<'_>, line: Line) -> Self {
        let written = config.quoted(line);
        let condition = written.strip_prefix("if").unwrap_or(&written).trim();
        let condition = condition.strip_prefix('(').unwrap_or(condition);
        let written = condition.strip_suffix(')').unwrap_or(condition).trim().into();
        Self { written, words: words(config, line) }
    }
}

/// The words of the condition of a line; `None` where one is not known.
pub(super) fn words(config: &Config<'_>, line: Line) -> Option<Box<[String]>> {
    let words: Option<Vec<_>> = config.args(line).into_iter().map(Known::known).collect();
    let mut words: Vec<String> = words?.into_iter().map(|word| word.into_owned()).collect();
    if let Some(first) = words.first_mut() {
        first.drain(..usize::from(first.starts_with('(')));
    }
    if let Some(last) = words.last_mut() {
        last.truncate(last.len() - usize::from(last.ends_with(')')));
    }
    words.retain(|word| !word.is_empty());
    Some(words.into_boxed_slice())
}
