//! Which names of a JavaScript or TypeScript file stand for a package, and which variable of which file a name means.

use std::collections::HashMap;

use super::mounts::Node;
use crate::folder::Folder;
use crate::text::{Language, Part, Source};

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

/// The imports of other files, for all files of JavaScript.
pub(crate) struct Names<'f, 'a> {
    folder: &'f Folder<'a>,
    /// For each source: local names, the source that they come from, and what is taken out of it.
    imports: HashMap<usize, HashMap<&'a str, (usize, Import<'a>)>>,
    /// What each source hands out by default.
    defaults: HashMap<usize, &'a str>,
}

impl<'f, 'a> Names<'f, 'a> {
    /// The imports of all files of a folder.
    pub(crate) fn of(folder: &'f Folder<'a>) -> Self {
        let mut names = Self { folder, imports: HashMap::new(), defaults: HashMap::new() };
        for (at, source) in javascript(folder) {
            let mut imports = HashMap::new();
            for (module, text) in modules(source).filter(|(_, text)| text.starts_with('.')) {
                let Some(from) = file(folder, source.path, &text) else { continue };
                let mut bound = Bound { names: Vec::new(), used: Vec::new() };
                bind(source, module, &mut bound);
                imports.extend(bound.names.into_iter().map(|(local, import)| (local, (from, import))));
            }
            names.imports.insert(at, imports);
            names.defaults.extend(default(source).map(|name| (at, name)));
        }
        names
    }

    /// The variable that a name or `require('./file')` means.
    pub(crate) fn node(&self, at: usize, part: Part) -> Option<Node> {
        let source = &self.folder.sources()[at];
        if source.are(part.start, &["require", "("]) && part.end == part.start + 4 {
            let from = file(self.folder, source.path, &source.string(part.start + 2)?)?;
            return Some((from, (*self.defaults.get(&from)?).to_owned()));
        }
        let last = part.end.checked_sub(1)?;
        let name = source.word(last)?;
        let is_dotted = (part.start..last).all(|at| source.word(at).is_some() || source.is(at, "."));
        if !is_dotted {
            return None;
        }
        let first = source.word(part.start)?;
        match self.imports.get(&at)?.get(first) {
            Some((from, Import::Named(name))) if part.start == last => Some((*from, (*name).to_owned())),
            Some((from, Import::Whole)) if part.start == last => {
                self.defaults.get(from).map(|name| (*from, (*name).to_owned()))
            }
            // `routes.chat` of a module as a whole.
            Some((from, Import::Whole)) if part.start + 2 == last => Some((*from, name.to_owned())),
            Some(_) => None,
            None => Some((at, name.to_owned())),
        }
    }
}

/// Whether something other than what these names stand for listens in a folder: a server with a port of its own is then one
/// of several, and nobody here knows which of them a proxy leads to.
pub(crate) fn others_listen(folder: &Folder<'_>, except: &[&str]) -> bool {
    javascript(folder).any(|(_, source)| {
        source.positions("listen").any(|at| {
            source.is(at + 1, "(") && source.receiver(at).is_none_or(|receiver| !except.contains(&receiver))
        })
    })
}

/// The files of JavaScript with their positions.
pub(crate) fn javascript<'f, 'a>(
    folder: &'f Folder<'a>,
) -> impl Iterator<Item = (usize, &'f Source<'a>)> + 'f {
    folder.sources().iter().enumerate().filter(|(_, source)| source.language == Language::JavaScript)
}

/// The name that a file hands out by default: `export default router`, `module.exports = router`.
fn default<'a>(source: &Source<'a>) -> Option<&'a str> {
    let exported = source.positions("default").find(|at| source.precede(*at, &["export"])).map(|at| at + 1);
    let assigned = source
        .positions("exports")
        .find(|at| source.precede(*at, &["module", "."]) && source.is(at + 1, "="));
    let start = exported.or(assigned.map(|at| at + 2))?;
    // Of a function that is handed out its name.
    let start = if source.is(start, "async") { start + 1 } else { start };
    source.word(if source.is(start, "function") { start + 1 } else { start })
}

/// The file that a relative import of another means.
fn file(folder: &Folder<'_>, from: &str, module: &str) -> Option<usize> {
    if !module.starts_with('.') {
        return None;
    }
    let folders = from.rsplit_once('/').map_or("", |(folders, _)| folders);
    let mut path: Vec<&str> = folders.split('/').filter(|one| !one.is_empty()).collect();
    for part in module.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            other => path.push(other),
        }
    }
    let path = path.join("/");
    // TypeScript names the file that will be made of the one that is there.
    let bare = [".js", ".mjs", ".cjs"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(&path);
    let endings = ["", ".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", "/index.ts", "/index.js", "/index.mjs"];
    [path.as_str(), bare]
        .iter()
        .flat_map(|stem| endings.iter().map(move |end| format!("{stem}{end}")))
        .find_map(|path| folder.at(&path).map(|(at, _)| at))
}
