//! Hono.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, Names, javascript};
use crate::links::mounts::{Mounts, under};
use crate::path::Style;
use crate::text::{Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "hono",
    title: "Hono",
    product: None,
    declared_by: &["app.get('P', upgradeWebSocket(…))"],
    path: "The first argument behind literal `basePath`s and the paths at which `route` mounts the app.",
    read,
};

fn read(folder: &Folder<'_>, found: &mut Found) {
    let users: Vec<(usize, &Source<'_>)> = javascript(folder)
        .filter(|(_, source)| {
            javascript::bound(source, |module| module == "hono" || module.starts_with("hono/")).is_some()
        })
        .collect();
    if users.is_empty() {
        return;
    }
    let names = Names::of(folder);
    let mut mounts = Mounts::default();
    for &(at, source) in &users {
        for call in source.calls("Hono").filter(|call| source.precede(call.name, &["new"])) {
            let Some(name) = source.assigned_to(call.name - 1) else { continue };
            let node = (at, name.to_owned());
            mounts.root(node.clone());
            let close = source.close(call.open);
            if source.are(close + 1, &[".", "basePath", "("]) {
                let base = source.first_argument(close + 3).and_then(|path| source.literal(path.value));
                mounts.router(node, base);
            }
        }
        for call in source.calls("route") {
            let (Some(above), arguments) = (source.receiver(call.name), source.arguments(call.open)) else {
                continue;
            };
            let [path, below, ..] = arguments.as_slice() else { continue };
            if let Some(below) = names.node(at, below.value) {
                mounts.hang(below, (at, above.to_owned()), source.literal(path.value));
            }
        }
    }
    for (at, source) in users {
        for call in source.calls("get") {
            let Some(app) = source.receiver(call.name) else { continue };
            let arguments = source.arguments(call.open);
            let Some((path, handlers)) = arguments.split_first() else { continue };
            let upgrades =
                |part: Part| source.within(part, "upgradeWebSocket").any(|at| source.call(at).is_some());
            if handlers.iter().any(|handler| upgrades(handler.value)) {
                let prefixes = mounts.prefixes(&(at, app.to_owned()));
                under(
                    prefixes,
                    source.literal(path.value),
                    source.place_of(path.value),
                    found,
                    Style::Colons,
                );
            }
        }
    }
}
