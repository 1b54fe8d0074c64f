//! What frameworks of Rust have in common: files and functions.

use crate::folder::Folder;
use crate::text::{Language, Part, Source};

/// A function.
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    /// Its parameters and what it returns.
    pub(super) head: Part,
    /// What stands in its braces.
    pub(super) body: Part,
}

/// The files of Rust with their positions.
pub(super) fn sources<'f, 'a>(folder: &'f Folder<'a>) -> impl Iterator<Item = (usize, &'f Source<'a>)> + 'f {
    folder.sources().iter().enumerate().filter(|(_, source)| source.language == Language::Rust)
}

/// The functions of a file, in order.
pub(super) fn functions<'a>(source: &Source<'a>) -> Vec<Function<'a>> {
    let mut functions = Vec::new();
    for at in source.positions("fn") {
        let Some(name) = source.word(at + 1) else { continue };
        // The body is the first brace behind the parameters; a trait's function has none.
        let mut open = at + 2;
        while open < source.len()
            && open - at < LONGEST_HEAD
            && !source.is(open, "{")
            && !source.is(open, ";")
        {
            open = if source.is(open, "(") { source.close(open) + 1 } else { open + 1 };
        }
        if source.is(open, "{") {
            functions.push(Function {
                name,
                head: Part { start: at + 2, end: open },
                body: source.inside(open),
            });
        }
    }
    functions
}

/// The modules of tests of a file.
pub(super) fn tests(source: &Source<'_>) -> Vec<Part> {
    let marked = source.positions("test").filter(|at| source.precede(*at, &["#", "[", "cfg", "("]));
    let modules = marked.filter(|at| source.are(at + 1, &[")", "]", "mod"]) && source.is(at + 5, "{"));
    modules.map(|at| source.inside(at + 5)).collect()
}

/// Whether a token lies in one of these parts.
pub(super) fn is_in(parts: &[Part], token: usize) -> bool {
    let before = parts.partition_point(|part| part.start <= token);
    parts[..before].last().is_some_and(|part| token < part.end)
}

/// The longest head of a function, in tokens.
const LONGEST_HEAD: usize = 2_000;

/// The function around a token. Functions within functions are rare: the last that begins before counts.
pub(super) fn enclosing<'a>(functions: &[Function<'a>], token: usize) -> Option<&'a str> {
    let before = functions.partition_point(|function| function.body.start <= token);
    functions[..before]
        .iter()
        .rev()
        .take(8)
        .find(|function| token < function.body.end)
        .map(|function| function.name)
}
