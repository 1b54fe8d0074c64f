//! The `rewrite` lines of a level by what a path must begin with to match them: of thousands only those are asked that a
//! path may match.

use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use wslint_model::literals::{Literals, Need};
use wslint_model::{Known, regular};

/// The directives of the rewrite module of one level, by their numbers.
#[derive(Debug)]
pub(crate) struct Rewrites {
    /// The `rewrite` lines whose expression says what a path must begin with.
    told: Literals<usize>,
    /// All others, in order.
    others: Vec<usize>,
}

/// With fewer lines each may be asked.
const FEW: usize = 16;

impl Rewrites {
    /// The lines of a level; `None` where they are few.
    pub(crate) fn of(config: &Config<'_>, level: ContextId) -> Option<Self> {
        let rewrites = config.own(level, Directive::Rewrite).count();
        if rewrites <= FEW {
            return None;
        }
        let mut lines = Self { told: Literals::default(), others: Vec::new() };
        for (number, line) in config.script(level).enumerate() {
            match head(config, line) {
                Some(head) => lines.told.add(Need::Head, false, &head, number),
                None => lines.others.push(number),
            }
        }
        lines.told.finish();
        Some(lines)
    }

    /// The numbers of the lines that may do something with a path, in order.
    pub(crate) fn possible(&self, path: &str) -> Vec<usize> {
        let mut possible = self.told.candidates(path);
        possible.extend(&self.others);
        possible.sort_unstable();
        possible
    }
}

/// What a path must begin with for a line to do anything with it.
fn head(config: &Config<'_>, line: Line) -> Option<String> {
    if line.name != Some(Directive::Rewrite) || config.is_optional(line) {
        return None;
    }
    let words: Vec<_> = config.args(line).into_iter().map(Known::known).collect::<Option<_>>()?;
    let [expression, _, ..] = words.as_slice() else { return None };
    regular::head(expression, false)
}
