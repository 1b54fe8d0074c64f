//! Elysia.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, javascript};
use crate::links::mounts::under;
use crate::path::Style;
use crate::text::{Call, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "elysia",
    title: "Elysia",
    product: None,
    declared_by: &["new Elysia().ws('P', {…})"],
    path: "The first argument behind the option `prefix` and the `group`s around it. A folder that uses plugins in groups makes \
           it unknown.",
    read,
};

/// More calls in one chain, and more brackets around one, are made up.
const MOST: usize = 200;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let users: Vec<&Source<'_>> = javascript(folder)
        .filter(|(_, source)| javascript::bound(source, |module| module == "elysia").is_some())
        .map(|(_, source)| source)
        .collect();
    let groups_plugins = users.iter().any(|source| {
        source.calls("group").take(MOST).any(|call| source.holds(source.inside(call.open), "use"))
    });
    for source in users {
        for call in source.calls("ws").filter(|call| source.is_member(call.name)).take(MOST) {
            let Some(path) = source.first_argument(call.open) else { continue };
            let prefix = if groups_plugins { None } else { prefix(source, call) };
            let prefixes = prefix.map(|prefix| vec![prefix]);
            under(prefixes, source.literal(path.value), source.place_of(path.value), found, Style::Colons);
        }
    }
}

/// The prefix of the app at the start of the chain, and of the groups around it.
fn prefix(source: &Source<'_>, call: Call) -> Option<String> {
    let mut prefix = String::new();
    let mut token = call.name;
    for _ in 0..MOST {
        let start = start(source, token)?;
        if let Start::Made(open) = start {
            return Some(format!("{}{prefix}", own(source, open)?));
        }
        // A name is what the nearest group gives it, if there is one.
        let group = std::iter::successors(source.outer(token), |open| source.outer(*open))
            .take(MOST)
            .find(|open| source.precede(*open, &["group"]) && source.is(*open, "("));
        let Some(open) = group else {
            let Start::Named(name) = start else { return None };
            return Some(format!("{}{prefix}", own(source, made(source, name)?)?));
        };
        let own = source.literal(source.first_argument(open)?.value)?;
        prefix = format!("{}{prefix}", own.trim_end_matches('/'));
        token = open - 1;
    }
    None
}

/// What a chain of calls begins with.
enum Start<'a> {
    /// `new Elysia(`, by its bracket.
    Made(usize),
    /// A variable.
    Named(&'a str),
}

/// The start of the chain in which a method is called.
fn start<'a>(source: &Source<'a>, name: usize) -> Option<Start<'a>> {
    let mut name = name;
    for _ in 0..MOST {
        let before = name.checked_sub(2).filter(|_| source.is_member(name))?;
        let Some(open) = source.opened_by(before).filter(|open| source.is(*open, "(")) else {
            return source.word(before).map(Start::Named);
        };
        name = open.checked_sub(1)?;
        if source.is(name, "Elysia") && source.precede(name, &["new"]) {
            return Some(Start::Made(open));
        }
    }
    None
}

/// The bracket of the one app that a variable stands for.
fn made(source: &Source<'_>, variable: &str) -> Option<usize> {
    let mut made = source.calls("Elysia").take(MOST).filter(|call| {
        source.precede(call.name, &["new"]) && source.assigned_to(call.name - 1) == Some(variable)
    });
    match (made.next(), made.next()) {
        (Some(call), None) => Some(call.open),
        _ => None,
    }
}

/// The option `prefix` of an app.
fn own(source: &Source<'_>, open: usize) -> Option<String> {
    let Some(argument) = source.first_argument(open) else { return Some(String::new()) };
    let options = source.object(argument.value)?;
    match options.get("prefix") {
        Some(prefix) => source.literal(prefix).map(|prefix| prefix.trim_end_matches('/').to_owned()),
        None => (!options.is_open).then(String::new),
    }
}
