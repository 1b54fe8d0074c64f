//! The `rewrite` lines of a level that a path may match.

use std::borrow::Cow;

use super::heads::Heads;
use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use wslint_model::Known;

/// With fewer lines each may be asked.
const FEW: usize = 16;

/// The directives of the rewrite module of one level, by their numbers: all others are among those that every path
/// meets. `None` where the `rewrite` lines are few.
pub(crate) fn rewrites(config: &Config<'_>, level: ContextId) -> Option<Heads> {
    if config.own(level, Directive::Rewrite).count() <= FEW {
        return None;
    }
    let lines: Vec<_> = config.script(level).map(|line| expression(config, line)).collect();
    Some(Heads::of(
        lines.iter().enumerate().map(|(number, text)| (number, text.as_deref().map(|text| (text, false)))),
    ))
}

/// The expression without whose match a line does nothing.
fn expression<'p>(config: &Config<'p>, line: Line) -> Option<Cow<'p, str>> {
    if line.name != Some(Directive::Rewrite) || config.is_optional(line) {
        return None;
    }
    let words: Vec<_> = config.args(line).into_iter().map(Known::known).collect::<Option<_>>()?;
    (words.len() >= 2).then(|| words.into_iter().next()).flatten()
}
