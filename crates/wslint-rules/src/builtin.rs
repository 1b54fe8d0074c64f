//! The rules that are built in.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::load::{self, Embedded, LoadError};
use crate::node::{Node, Value};
use crate::rules::Rules;

// `EMBEDDED`, one entry for each file of rules/, and the parts that they are made of.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// All rules of the directory `rules/`, as they were when the program was built.
pub fn builtin() -> &'static Rules {
    static BUILTIN: LazyLock<Rules> = LazyLock::new(|| Rules::new(load::embedded(EMBEDDED)));
    &BUILTIN
}

/// The built-in rules and people's own: for each file of these the path that messages name, and its YAML text.
///
/// # Errors
/// All that is wrong in all files, by file, line and column.
pub fn builtin_and(files: &[(String, String)]) -> Result<Rules, Vec<LoadError>> {
    load::own(files, load::embedded(EMBEDDED))
}

#[cfg(test)]
mod tests {
    use wslint_model::questions;

    use super::builtin;
    use crate::catalogue::Catalogue;
    use crate::rule::Trigger;
    use crate::template::Template;

    #[test]
    fn no_rule_asks_for_details() {
        for rule in builtin().iter() {
            let Some(Trigger { at, when, unless, adjust, message, help }) = &rule.trigger else { continue };
            let adjusting = adjust.iter().flat_map(|adjust| &adjust.when);
            let tested = when.iter().chain(unless).chain(adjusting).map(|condition| condition.slot);
            let said = [message, help].map(|said| said.checked().expect("a message"));
            let quoted = said.into_iter().flat_map(Template::quoted).map(|(_, slot)| slot);
            let asked: Vec<usize> = tested.chain(quoted).chain([*at]).collect();
            for question in questions::DETAILS {
                let slot = Catalogue::of(rule.scope).slot(question.name);
                assert!(
                    !slot.is_some_and(|slot| asked.contains(&slot)),
                    "{} asks {}",
                    rule.id,
                    question.name
                );
            }
        }
    }
}
