//! Names to which a file gives one literal value, once.

use std::collections::HashMap;

use super::language::Language;
use super::token::Kind;
use super::tokens::{Part, Tokens};

/// The names of a file with what they stand for; nothing where a name is given more than one value.
pub(super) fn of<'a>(source: &Tokens<'a>) -> HashMap<&'a str, Option<Part>> {
    let mut constants: HashMap<&'a str, Option<Part>> = HashMap::new();
    for at in 1..source.len() {
        // `name += more` is a second value.
        let adds = source.is(at, "=") && source.is(at - 1, "+");
        let name =
            if adds { at.checked_sub(2).and_then(|name| source.word(name)) } else { assigned(source, at) };
        let Some(name) = name else { continue };
        let value = if adds { None } else { value(source, at + 1) };
        constants.entry(name).and_modify(|known| *known = None).or_insert(value);
    }
    constants
}

/// The name that the `=` at a place gives a value.
fn assigned<'a>(source: &Tokens<'a>, sign: usize) -> Option<&'a str> {
    if !source.is(sign, "=")
        || source.is(sign + 1, "=")
        || source.is(sign + 1, ">")
        || source.is(sign + 1, "~")
    {
        return None;
    }
    // A keyword of a call is no name of the file.
    if source.language == Language::Python && source.outer(sign).is_some_and(|open| source.is(open, "(")) {
        return None;
    }
    let mut before = sign - 1;
    if source.is(before, ":") {
        before = before.checked_sub(1)?;
    }
    let mut name = before;
    // `NAME: string = `, `NAME: &str = `.
    if source.is(name.wrapping_sub(1), ":") && !source.starts_line(name) {
        name = name.checked_sub(2)?;
    } else if source.is(name.wrapping_sub(1), "&") && source.is(name.wrapping_sub(2), ":") {
        name = name.checked_sub(3)?;
    }
    if name > 0 && source.is(name - 1, ".") {
        return None;
    }
    source.word(name)
}

/// The literal that begins at a place, if nothing follows it.
fn value(source: &Tokens<'_>, start: usize) -> Option<Part> {
    let end = match source.token(start)?.kind {
        Kind::Text(_) | Kind::Number => {
            let mut end = start + 1;
            while source.is(end, "*") && source.token(end + 1).is_some_and(|token| token.kind == Kind::Number)
            {
                end += 2;
            }
            end
        }
        Kind::Mark(b'{' | b'[') => source.close(start) + 1,
        _ => return None,
    };
    let ends = match source.token(end) {
        None => end == source.len(),
        Some(token) => {
            token.first
                || [";", ")", "}", ","].iter().any(|mark| source.is(end, mark))
                || is_note(source, end)
        }
    };
    ends.then_some(Part { start, end })
}

/// `as const` and `satisfies Options` say what the compiler should believe.
fn is_note(source: &Tokens<'_>, at: usize) -> bool {
    source.language == Language::JavaScript && (source.is(at, "as") || source.is(at, "satisfies"))
}
