//! Names of Python across files: what a name that is imported stands for, and how far a function reaches.

use std::collections::HashMap;

use super::mounts::Node;
use crate::folder::Folder;
use crate::text::{Part, Source};

/// Imports that lead from file to file are followed this far.
const MOST_HOPS: usize = 5;

/// The imports of all files of Python.
pub(crate) struct Names<'f, 'a> {
    folder: &'f Folder<'a>,
    /// For each source: local names, and the module and member that they stand for.
    imports: HashMap<usize, HashMap<&'a str, Origin>>,
}

/// Where a name comes from.
#[derive(Clone, Debug)]
struct Origin {
    /// How many dots stand before the module.
    level: usize,
    module: Vec<String>,
    /// What is taken out of the module; nothing for the module itself.
    member: Option<String>,
}

/// What a name stands for.
#[derive(Debug)]
enum Meaning {
    Module(usize),
    Member(Node),
}

impl<'f, 'a> Names<'f, 'a> {
    /// The imports of the files at these positions of the folder.
    pub(crate) fn of(folder: &'f Folder<'a>) -> Self {
        let python = folder.sources().iter().enumerate().filter(|(_, source)| source.path.ends_with(".py"));
        Self { folder, imports: python.map(|(at, source)| (at, imports(source))).collect() }
    }

    /// The variable that an expression such as `router` or `routes.chat.router` means. What is not imported is the file's
    /// own.
    pub(crate) fn node(&self, at: usize, part: Part) -> Option<Node> {
        let source = &self.folder.sources()[at];
        let words: Vec<&str> = (part.start..part.end)
            .step_by(2)
            .map(|word| {
                let dotted = word + 1 >= part.end || source.is(word + 1, ".");
                source.word(word).filter(|_| dotted)
            })
            .collect::<Option<_>>()?;
        let (first, rest) = words.split_first()?;
        // Of `self.app` the last word is what the file calls it.
        let rest = if *first == "self" { &rest[rest.len().saturating_sub(1)..] } else { rest };
        let mut meaning = if *first == "self" {
            return rest.first().map(|name| (at, (*name).to_owned()));
        } else {
            self.meaning(at, first, MOST_HOPS)?
        };
        for word in rest {
            meaning = match meaning {
                Meaning::Module(module) => self.member(module, word, MOST_HOPS)?,
                Meaning::Member(_) => return None,
            };
        }
        match meaning {
            Meaning::Member(node) => Some(node),
            Meaning::Module(_) => None,
        }
    }

    fn meaning(&self, at: usize, name: &str, hops: usize) -> Option<Meaning> {
        let Some(origin) = self.imports.get(&at).and_then(|imports| imports.get(name)) else {
            return Some(Meaning::Member((at, name.to_owned())));
        };
        let from = self.folder.sources()[at].path;
        match &origin.member {
            None => self.module(from, origin.level, &origin.module).map(Meaning::Module),
            Some(member) => {
                let mut submodule = origin.module.clone();
                submodule.push(member.clone());
                match self.module(from, origin.level, &submodule) {
                    Some(module) => Some(Meaning::Module(module)),
                    None => self.member(self.module(from, origin.level, &origin.module)?, member, hops),
                }
            }
        }
    }

    /// What a module hands out by a name: a variable, something that it imports itself, or a module in its folder.
    fn member(&self, module: usize, name: &str, hops: usize) -> Option<Meaning> {
        if self.imports.get(&module).is_some_and(|imports| imports.contains_key(name)) {
            return self.meaning(module, name, hops.checked_sub(1)?);
        }
        let path = self.folder.sources()[module].path;
        if let Some(folder) = path.strip_suffix("__init__.py") {
            let files = [format!("{folder}{name}.py"), format!("{folder}{name}/__init__.py")];
            if let Some(module) = files.iter().find_map(|path| self.folder.at(path)) {
                return Some(Meaning::Module(module.0));
            }
        }
        Some(Meaning::Member((module, name.to_owned())))
    }

    /// The file of a module. An absolute one is looked for in all folders around the file, where one only may have it.
    fn module(&self, from: &str, level: usize, module: &[String]) -> Option<usize> {
        let mut around: Vec<&str> = from.split('/').collect();
        around.pop();
        let file = |folders: &[&str]| {
            let stem = folders
                .iter()
                .copied()
                .chain(module.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join("/");
            let files = [format!("{stem}.py"), format!("{stem}/__init__.py")];
            files.iter().find_map(|path| self.folder.at(path)).map(|(at, _)| at)
        };
        if level > 0 {
            return file(around.get(..(around.len() + 1).checked_sub(level)?)?);
        }
        let mut found = (0..=around.len()).filter_map(|length| file(&around[..length]));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}

/// The names that a file imports.
fn imports<'a>(source: &Source<'a>) -> HashMap<&'a str, Origin> {
    let mut names = HashMap::new();
    for at in source.positions("import") {
        if source.starts_line(at) {
            // `import a.b as c`; without `as` the first word is a package whose modules are rarely named in full.
            let (module, end) = dotted(source, at + 1);
            if source.is(end, "as") {
                let origin = Origin { level: 0, module, member: None };
                names.extend(source.word(end + 1).map(|name| (name, origin)));
            } else if module.len() == 1 {
                let name = source.raw(at + 1);
                names.insert(name, Origin { level: 0, module, member: None });
            }
            continue;
        }
        let mut start = at;
        while start > 0 && at - start < 40 && !source.starts_line(start) {
            start -= 1;
        }
        if !source.is(start, "from") {
            continue;
        }
        let mut module = start + 1;
        while source.is(module, ".") {
            module += 1;
        }
        let level = module - start - 1;
        let (module, _) = if module == at { (Vec::new(), at) } else { dotted(source, module) };
        for entry in members(source, at + 1) {
            let Some(member) = source.word(entry.start) else { continue };
            let local =
                if source.is(entry.start + 1, "as") { source.word(entry.start + 2) } else { Some(member) };
            let origin = Origin { level, module: module.clone(), member: Some(member.to_owned()) };
            names.extend(local.map(|local| (local, origin)));
        }
    }
    names
}

/// What follows `import`: in brackets, or to the end of the line.
fn members(source: &Source<'_>, start: usize) -> Vec<Part> {
    if source.is(start, "(") {
        return source.split(source.inside(start));
    }
    let mut end = start;
    while end < source.len() && !source.starts_line(end) && !source.is(end, ";") {
        end += 1;
    }
    source.split(Part { start, end })
}

fn dotted(source: &Source<'_>, start: usize) -> (Vec<String>, usize) {
    let mut words = Vec::new();
    let mut at = start;
    while let Some(word) = source.word(at) {
        words.push(word.to_owned());
        if !source.is(at + 1, ".") {
            return (words, at + 1);
        }
        at += 2;
    }
    (words, at)
}

/// The lines of a `def` or `class` and what is further in than it.
pub(crate) fn block(source: &Source<'_>, start: usize) -> Part {
    let indent = source.indent(start);
    let mut end = start + 1;
    while let Some(token) = source.token(end) {
        // A closing bracket of the head may stand as far out.
        if token.first && source.indent(end) <= indent && !source.is(end, ")") {
            break;
        }
        end += 1;
    }
    Part { start, end }
}
