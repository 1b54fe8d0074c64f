//! The `error_page` lines that lead to named locations: a level may have thousands that lead to files.

use std::collections::HashMap;

use super::levels::{Config, ContextId, Line};
use super::names::Directive;

/// Those of each level, in order.
pub(crate) fn named_pages(config: &Config<'_>) -> HashMap<ContextId, Vec<Line>> {
    let named = |line: &Line| {
        let last = config.arg_count(*line).checked_sub(1).and_then(|last| config.known_arg(*line, last));
        last.is_some_and(|target| target.starts_with('@'))
    };
    let of_level = |level| config.own(level, Directive::ErrorPage).filter(named).collect::<Vec<Line>>();
    let levels = config.contexts().map(|(level, _)| (level, of_level(level)));
    levels.filter(|(_, lines)| !lines.is_empty()).collect()
}
