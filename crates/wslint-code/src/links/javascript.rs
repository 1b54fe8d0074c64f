//! Which names of a JavaScript or TypeScript file stand for a package, and which file a relative import means.

use crate::text::{Part, Source};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Import<'a> {
    /// The module itself, or what it hands out by default.
    Whole,
    /// Something that it hands out by name.
    Named(&'a str),
}

/// A module that a file imports.
#[derive(Debug)]
pub(crate) struct Bound<'a> {
    /// Local names with what they stand for.
    pub(crate) names: Vec<(&'a str, Import<'a>)>,
    /// The closing brackets of `require('module')` that is used at once, as in `require('module')(…)`.
    pub(crate) used: Vec<usize>,
}

/// How far before its module an import's first word may stand.
const LONGEST_IMPORT: usize = 400;

/// The imports of a file whose module is one that holds.
pub(crate) fn bound<'a>(source: &Source<'a>, is_meant: impl Fn(&str) -> bool) -> Option<Bound<'a>> {
    let mut bound = Bound { names: Vec::new(), used: Vec::new() };
    let mut is_there = false;
    for (module, text) in modules(source) {
        if is_meant(&text) {
            is_there = true;
            bind(source, module, &mut bound);
        }
    }
    is_there.then_some(bound)
}

/// The strings that name a module, with what they say.
fn modules<'s>(source: &'s Source<'_>) -> impl Iterator<Item = (usize, String)> + 's {
    let from = source.positions("from").map(|at| at + 1);
    let required = source.positions("require").filter(|at| source.is(at + 1, "(")).map(|at| at + 2);
    let imported = source.positions("import").map(|at| if source.is(at + 1, "(") { at + 2 } else { at + 1 });
    from.chain(required).chain(imported).filter_map(|at| Some((at, source.string(at)?)))
}

fn bind<'a>(source: &Source<'a>, module: usize, bound: &mut Bound<'a>) {
    if source.precede(module, &["from"]) {
        let from = module - 1;
        let Some(start) =
            (from.saturating_sub(LONGEST_IMPORT)..from).rev().find(|at| source.is(*at, "import"))
        else {
            return;
        };
        if !source.is(start + 1, "type") || source.is(start + 2, "from") || source.is(start + 2, ",") {
            clause(source, Part { start: start + 1, end: from }, bound);
        }
        return;
    }
    if !source.precede(module, &["require", "("]) {
        return;
    }
    let close = module + 1;
    // `import X = require('m')` reads as an assignment, too.
    let Some(sign) = module.checked_sub(3).filter(|sign| source.is(*sign, "=")) else {
        bound.used.push(close);
        return;
    };
    let named = if source.is(close + 1, ".") { source.word(close + 2) } else { None };
    if source.is(close + 1, "(") || named.is_some() && source.is(close + 3, "(") {
        bound.used.push(close);
        return;
    }
    let before = sign.wrapping_sub(1);
    if let Some(name) = source.word(before) {
        let import = match named {
            Some("default") | None => Import::Whole,
            Some(name) => Import::Named(name),
        };
        bound.names.push((name, import));
    } else if let Some(open) = source.opened_by(before) {
        entries(source, source.inside(open), ":", bound);
    }
}

/// `X`, `* as X`, `{ A, B as C }`.
fn clause<'a>(source: &Source<'a>, part: Part, bound: &mut Bound<'a>) {
    for piece in source.split(part) {
        if source.is(piece.start, "{") {
            entries(source, source.inside(piece.start), "as", bound);
        } else if source.are(piece.start, &["*", "as"]) {
            bound.names.extend(source.word(piece.start + 2).map(|name| (name, Import::Whole)));
        } else {
            bound.names.extend(source.word(piece.start).map(|name| (name, Import::Whole)));
        }
    }
}

/// The names in braces: `A`, `A as B`, `A: B`.
fn entries<'a>(source: &Source<'a>, part: Part, sign: &str, bound: &mut Bound<'a>) {
    for entry in source.split(part) {
        let start = if source.is(entry.start, "type") && entry.end > entry.start + 1 {
            continue;
        } else {
            entry.start
        };
        let Some(name) = source.word(start) else { continue };
        let local = if source.is(start + 1, sign) { source.word(start + 2).unwrap_or(name) } else { name };
        bound.names.push((local, if name == "default" { Import::Whole } else { Import::Named(name) }));
    }
}
