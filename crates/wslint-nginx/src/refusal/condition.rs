//! What nginx refuses of the condition of an `if`: a variable alone or compared with one word, or a test of a file.

use crate::config::{Config, Line};
use wslint_model::Known;

/// Why the condition of a line would be refused; none where a template fills in a word of it.
pub(super) fn flaw(config: &Config<'_>, line: Line) -> Option<String> {
    let words: Option<Vec<_>> = config.args(line).into_iter().map(Known::known).collect();
    let words = words?;
    let first = words.first()?.as_ref();
    let last = words.last()?.as_ref();
    let invalid = |word: &str| Some(format!("invalid condition \"{word}\""));
    if !first.starts_with('(') {
        return invalid(first);
    }
    if !last.ends_with(')') {
        return invalid(last);
    }
    let mut inside: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    // A bracket may be a word of its own, and stands on both sides of a single word.
    *inside.last_mut()? = &last[..last.len() - 1];
    inside[0] = &inside[0][usize::from(inside[0].starts_with('('))..];
    if inside[0].is_empty() {
        inside.remove(0);
    }
    if last.len() == 1 && inside.last().is_some_and(|word| word.is_empty()) {
        inside.pop();
    }
    let tested = *inside.first()?;
    if tested.starts_with('$') && tested.len() > 1 {
        return match inside[1..] {
            [] => None,
            ["=" | "!=" | "~" | "~*" | "!~" | "!~*", _] => None,
            [operator, _] => Some(format!("unexpected \"{operator}\" in condition")),
            _ => invalid(tested),
        };
    }
    let of_file = matches!(tested.strip_prefix('!').unwrap_or(tested), "-f" | "-d" | "-e" | "-x");
    if of_file && inside.len() == 2 { None } else { invalid(tested) }
}
