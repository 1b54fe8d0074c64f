//! express-ws.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, Names, javascript};
use crate::links::mounts::{Mounts, under};
use crate::path::Style;
use crate::text::{Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "express-ws",
    title: "express-ws",
    product: Some("ws"),
    declared_by: &["app.ws('P', …)", "router.ws('P', …)"],
    path: "The first argument behind the paths at which `use` mounts the router, all of them literal.",
    read,
};

fn read(folder: &Folder<'_>, found: &mut Found) {
    let is_there = javascript(folder).any(|(_, source)| {
        javascript::bound(source, |module| module == "express-ws" || module == "@wll8/express-ws").is_some()
    });
    if !is_there {
        return;
    }
    let names = Names::of(folder);
    let mounts = mounts(folder, &names);
    for (at, source) in javascript(folder) {
        for call in source.calls("ws") {
            let Some(router) = receiver(source, call.name) else { continue };
            let Some(path) = source.first_argument(call.open) else { continue };
            let Some(node) = names.node(at, router) else { continue };
            under(
                mounts.prefixes(&node),
                source.literal(path.value),
                source.place_of(path.value),
                found,
                Style::Colons,
            );
        }
    }
}

/// The name before the dot.
fn receiver(source: &Source<'_>, name: usize) -> Option<Part> {
    source.receiver(name)?;
    Some(Part { start: name - 2, end: name - 1 })
}

/// The apps and routers, and at which paths they are used.
fn mounts(folder: &Folder<'_>, names: &Names<'_, '_>) -> Mounts {
    let mut mounts = Mounts::default();
    for (at, source) in javascript(folder) {
        for call in source.calls("express") {
            // `const app = express()`, `const { app } = expressWs(express())`.
            let whole = source.outer(call.name).and_then(|open| open.checked_sub(1)).unwrap_or(call.name);
            for start in [call.name, whole] {
                if let Some(name) = source.assigned_to(start) {
                    mounts.root((at, name.to_owned()));
                } else if let Some(open) = start.checked_sub(2).and_then(|close| source.opened_by(close))
                    && source.is(start - 1, "=")
                    && source.holds(source.inside(open), "app")
                {
                    mounts.root((at, "app".to_owned()));
                }
            }
        }
        // `const app = require('express')()`.
        let express = javascript::bound(source, |module| module == "express");
        for close in express.iter().flat_map(|bound| &bound.used) {
            let start = source.opened_by(*close).and_then(|open| open.checked_sub(1));
            if let Some(name) = start.and_then(|start| source.assigned_to(start)) {
                mounts.root((at, name.to_owned()));
            }
        }
        for call in source.calls("Router") {
            let start = if source.is_member(call.name) { call.name.saturating_sub(2) } else { call.name };
            if let Some(name) = source.assigned_to(start) {
                mounts.router((at, name.to_owned()), Some(String::new()));
            }
        }
        for call in source.calls("use") {
            let Some(above) = receiver(source, call.name).and_then(|above| names.node(at, above)) else {
                continue;
            };
            let arguments = source.arguments(call.open);
            let path = arguments.first().and_then(|first| source.literal(first.value));
            // A lone name is what is used; before others it may be a path or a handler.
            let prefix = match arguments.as_slice() {
                [_] => Some(String::new()),
                _ => path,
            };
            for argument in &arguments {
                if let Some(below) = names.node(at, argument.value).filter(|below| *below != above) {
                    mounts.hang(below, above.clone(), prefix.clone());
                }
            }
        }
    }
    mounts
}
