//! Regular expressions by what a path must begin with to match them: of thousands only those are asked that a path may
//! match.

use wslint_model::literals::{Literals, Need};
use wslint_model::regular;

/// The numbers of expressions, and of whatever else stands among them.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    /// Those that say what a path must begin with.
    told: Literals<usize>,
    /// All others, in order.
    others: Vec<usize>,
}

impl Heads {
    /// Numbers in order, each with its expression and whether that ignores case; none for what every path may meet.
    pub(super) fn of<'e>(expressions: impl Iterator<Item = (usize, Option<(&'e str, bool)>)>) -> Self {
        let mut heads = Self::default();
        for (number, expression) in expressions {
            let head = expression
                .and_then(|(text, ignore_case)| Some((regular::head(text, ignore_case)?, ignore_case)));
            match head {
                Some((head, ignore_case)) => heads.told.add(Need::Head, ignore_case, &head, number),
                None => heads.others.push(number),
            }
        }
        heads.told.finish();
        heads
    }

    /// The numbers of those that may do something with a path, in order.
    pub(crate) fn possible(&self, path: &str) -> Vec<usize> {
        let mut possible = self.told.candidates(path);
        possible.extend(&self.others);
        possible.sort_unstable();
        possible
    }
}
