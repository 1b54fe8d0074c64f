//! What FastAPI, Quart, Sanic and their like have in common: an app, routers with a prefix, and a decorator with a path.

use std::collections::HashSet;

use crate::folder::Folder;
use crate::found::Found;
use crate::links::mounts::{Mounts, Node, under};
use crate::links::python::Names;
use crate::path::Style;
use crate::text::{Call, Language, Source};

/// The words of one framework.
pub(super) struct Dialect {
    /// What is imported.
    pub(super) package: &'static str,
    /// The classes of apps.
    pub(super) apps: &'static [&'static str],
    /// The classes of routers, which have to be included.
    pub(super) routers: &'static [&'static str],
    /// The keyword of a prefix.
    pub(super) prefix: &'static str,
    /// The methods that include a router, which is the first argument.
    pub(super) include: &'static [&'static str],
    /// Whether the prefix of an inclusion takes the place of the router's own; else it stands before it.
    pub(super) replaces: bool,
    /// The methods and decorators whose first argument is the path.
    pub(super) declared_by: &'static [&'static str],
}

/// Reads all files that import the package.
pub(super) fn read(folder: &Folder<'_>, found: &mut Found, dialect: &Dialect) {
    let names = Names::of(folder);
    let mounts = mounts(folder, &names, dialect);
    for (at, source) in python(folder).filter(|(_, source)| source.has_word(dialect.package)) {
        for word in dialect.declared_by {
            for call in source.calls(word) {
                let Some(router) = source.receiver(call.name) else { continue };
                let arguments = source.arguments(call.open);
                let Some(path) =
                    arguments.iter().find(|one| matches!(one.name, None | Some("path" | "uri" | "rule")))
                else {
                    continue;
                };
                let place = source.place_of(path.value);
                under(
                    mounts.prefixes(&(at, router.to_owned())),
                    source.literal(path.value),
                    place,
                    found,
                    Style::Braces,
                );
            }
        }
    }
}

pub(super) fn python<'f, 'a>(folder: &'f Folder<'a>) -> impl Iterator<Item = (usize, &'f Source<'a>)> + 'f {
    folder.sources().iter().enumerate().filter(|(_, source)| source.language == Language::Python)
}

/// The apps and routers of a folder, and how they hang together.
pub(super) fn mounts(folder: &Folder<'_>, names: &Names<'_, '_>, dialect: &Dialect) -> Mounts {
    let mut mounts = Mounts::default();
    let mut made: HashSet<Node> = HashSet::new();
    for (at, source) in python(folder) {
        for class in dialect.apps {
            for name in source.positions(class) {
                // `app = FastAPI(…)`, or a function that is given `app: FastAPI`.
                let assigned = source.call(name).and_then(|call| source.assigned_to(start_of(source, call)));
                let given =
                    if source.precede(name, &[":"]) { source.word(name.wrapping_sub(2)) } else { None };
                if let Some(app) = assigned.or(given) {
                    mounts.root((at, app.to_owned()));
                }
            }
        }
        for class in dialect.routers {
            for call in source.calls(class) {
                let Some(router) = source.assigned_to(start_of(source, call)) else { continue };
                let keywords = source.keywords(call.open);
                let prefix = match keywords.get(dialect.prefix) {
                    Some(part) => source.literal(part),
                    None if keywords.is_open => None,
                    None => Some(String::new()),
                };
                let node = (at, router.to_owned());
                // The same name for another router.
                let prefix = if made.insert(node.clone()) { prefix } else { None };
                mounts.router(node, prefix);
            }
        }
    }
    // What is included may be made in a file that comes later.
    for (at, source) in python(folder) {
        for method in dialect.include {
            for call in source.calls(method) {
                include(names, at, source, call, dialect, &mut mounts);
            }
        }
        mounted(names, at, source, &mut mounts);
    }
    mounts
}

/// What `mount(prefix, app)` hangs below what it is called of.
pub(super) fn mounted(names: &Names<'_, '_>, at: usize, source: &Source<'_>, mounts: &mut Mounts) {
    for call in source.calls("mount") {
        let arguments = source.arguments(call.open);
        let (Some(prefix), Some(below)) = (arguments.first(), arguments.get(1)) else { continue };
        let below = names.node(at, below.value);
        if let (Some(above), Some(below)) = (source.receiver(call.name), below) {
            mounts.hang(below, (at, above.to_owned()), source.literal(prefix.value));
        }
    }
}

fn include(
    names: &Names<'_, '_>,
    at: usize,
    source: &Source<'_>,
    call: Call,
    dialect: &Dialect,
    mounts: &mut Mounts,
) {
    let Some(above) = source.receiver(call.name) else { return };
    let arguments = source.arguments(call.open);
    let Some(below) = arguments.first().and_then(|one| names.node(at, one.value)) else { return };
    let keywords = source.keywords(call.open);
    let prefix = match keywords.get(dialect.prefix) {
        Some(_) if dialect.replaces && mounts.has_prefix(&below) => None,
        Some(part) => source.literal(part),
        None if keywords.is_open => None,
        None => Some(String::new()),
    };
    mounts.hang(below, (at, above.to_owned()), prefix);
}

/// Where the expression of a call begins: `fastapi.FastAPI(` begins with the module.
pub(super) fn start_of(source: &Source<'_>, call: Call) -> usize {
    let mut start = call.name;
    while source.is_member(start) && start >= 2 && source.word(start - 2).is_some() {
        start -= 2;
    }
    start
}
