//! The lines of the rewrite module of a level that a path may match: `rewrite`, and `if` with an expression for `$uri`.

use super::conditions;
use super::heads::Heads;
use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use wslint_model::Known;

/// With fewer lines each may be asked.
const FEW: usize = 16;

/// The directives of the rewrite module of one level, by their numbers: all others are among those that every path
/// meets. `None` where those that ask for a path are few.
pub(crate) fn rewrites(config: &Config<'_>, level: ContextId) -> Option<Heads> {
    let count = |name: Directive| config.own(level, name).count();
    if count(Directive::Rewrite) + count(Directive::If) <= FEW {
        return None;
    }
    let lines: Vec<_> = config.script(level).map(|line| expression(config, line)).collect();
    let expressions =
        lines.iter().map(|line| line.as_ref().map(|(text, ignore_case)| (text.as_str(), *ignore_case)));
    Some(Heads::of(expressions.enumerate()))
}

/// The expression that the path must match, and whether it ignores case: otherwise the line does nothing.
fn expression(config: &Config<'_>, line: Line) -> Option<(String, bool)> {
    if config.is_optional(line) {
        return None;
    }
    match line.name {
        Some(Directive::Rewrite) => {
            let words: Vec<_> = config.args(line).into_iter().map(Known::known).collect::<Option<_>>()?;
            let expression = words.first().filter(|_| words.len() >= 2)?;
            Some((expression.to_string(), false))
        }
        Some(Directive::If) => match &*conditions::words(config, line)? {
            [variable, operator, expression @ ..] if variable == "$uri" && !expression.is_empty() => {
                let ignore_case = match operator.as_str() {
                    "~" => false,
                    "~*" => true,
                    _ => return None,
                };
                Some((expression.join(" "), ignore_case))
            }
            _ => None,
        },
        _ => None,
    }
}
