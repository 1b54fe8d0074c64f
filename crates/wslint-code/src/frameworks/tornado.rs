//! Tornado.

use std::collections::BTreeSet;

use crate::declared::{Heartbeat, Set};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::python;
use crate::path::{Path, Style};
use crate::settings;
use crate::text::Source;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "tornado",
    title: "Tornado",
    product: Some("tornado"),
    declared_by: &["(r'P', Handler)", "url(r'P', Handler)"],
    path: "The first of the pair, a regular expression, where the class extends `WebSocketHandler`. \
           `websocket_ping_interval` is the heartbeat.",
    read,
};

/// More classes than this are made up.
const MOST: usize = 500;

/// Classes that extend each other further than this are made up.
const DEEPEST: usize = 6;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let handlers = handlers(folder);
    if handlers.is_empty() || handlers.len() > MOST {
        return;
    }
    let from = found.declared.len();
    for (_, source) in python(folder) {
        for handler in &handlers {
            for name in source.positions(handler) {
                route(source, name, found);
            }
        }
    }
    let heartbeat = heartbeat(folder);
    found.beats_from(from, &heartbeat);
}

/// The classes that extend `WebSocketHandler`, by their names. A name that another class has, too, is left out.
fn handlers<'a>(folder: &Folder<'a>) -> BTreeSet<&'a str> {
    let mut classes: Vec<(&'a str, Vec<&'a str>)> = Vec::new();
    for (_, source) in python(folder) {
        for class in source.positions("class") {
            let Some(name) = source.word(class + 1) else { continue };
            let bases =
                if source.is(class + 2, "(") { source.split(source.inside(class + 2)) } else { Vec::new() };
            let bases = bases.iter().filter_map(|base| source.word(base.end.checked_sub(1)?)).collect();
            classes.push((name, bases));
        }
    }
    let mut found = BTreeSet::from(["WebSocketHandler"]);
    for _ in 0..DEEPEST {
        let more: Vec<&str> = classes
            .iter()
            .filter(|(name, bases)| !found.contains(name) && bases.iter().any(|base| found.contains(base)))
            .map(|(name, _)| *name)
            .collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    for (name, bases) in &classes {
        if !bases.iter().any(|base| found.contains(base)) {
            found.remove(name);
        }
    }
    found.remove("WebSocketHandler");
    found
}

/// The pair whose second part is a handler.
fn route(source: &Source<'_>, name: usize, found: &mut Found) {
    let Some(open) = source.outer(name).filter(|open| source.is(*open, "(")) else { return };
    let before = open.checked_sub(1).and_then(|before| source.word(before));
    let is_pair = before.is_none() || ["url", "URLSpec", "Rule"].iter().any(|word| before == Some(word));
    let mut parts = source.parts(source.inside(open));
    let (Some(path), Some(handler)) = (parts.next(), parts.next()) else { return };
    if !is_pair || !(handler.start..handler.end).contains(&name) || handler.end != name + 1 {
        return;
    }
    let place = source.place_of(path);
    match source.literal(path) {
        Some(written) => found.websocket(Path::of(&written, Style::Regex), place),
        None => found.unknown("its path is computed", place),
    }
}

/// `websocket_ping_interval=30`, in seconds, as a keyword or a key of the settings.
fn heartbeat(folder: &Folder<'_>) -> Set<Heartbeat> {
    let mut heartbeat = Set::Not;
    for (_, source) in python(folder) {
        for at in 0..source.len() {
            let is_name = source.is(at, "websocket_ping_interval")
                || source.string(at).is_some_and(|text| text == "websocket_ping_interval");
            if !is_name || !(source.is(at + 1, "=") || source.is(at + 1, ":")) {
                continue;
            }
            let open = source.outer(at).unwrap_or(0);
            let end = (at + 2..source.close(open).min(at + 10))
                .find(|end| source.is(*end, ",") || source.starts_line(*end));
            let part =
                crate::text::Part { start: at + 2, end: end.unwrap_or(source.close(open).min(at + 10)) };
            let set = settings::heartbeat(source.value(part).as_ref(), 1000.0, source.place_of(part));
            heartbeat = if heartbeat == Set::Not { set } else { Set::Unknown(source.place_of(part)) };
        }
    }
    heartbeat
}
