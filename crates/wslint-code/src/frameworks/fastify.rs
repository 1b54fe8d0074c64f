//! @fastify/websocket.

use crate::declared::Value;
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, Import, Names, javascript};
use crate::links::mounts::{Mounts, Node, under};
use crate::path::Style;
use crate::text::{Call, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "fastify",
    title: "@fastify/websocket",
    product: Some("ws"),
    declared_by: &["fastify.get('P', {websocket: true}, …)", "fastify.route({url: 'P', wsHandler})"],
    path: "The first argument behind the option `prefix` of the `register` calls around it, or of the one that is given the \
           function. Plugins that are loaded by folder make it unknown.",
    read,
};

/// More brackets around a route, and more apps in a file, are made up.
const MOST: usize = 100;

/// The name of what takes requests itself.
const APP: &str = "(app)";

fn read(folder: &Folder<'_>, found: &mut Found) {
    let is_there = javascript(folder).any(|(_, source)| {
        javascript::bound(source, |module| ["@fastify/websocket", "fastify-websocket"].contains(&module))
            .is_some()
    });
    if !is_there {
        return;
    }
    let names = Names::of(folder);
    let mounts = mounts(folder, &names);
    for (at, source) in javascript(folder) {
        for call in source.calls("get").filter(|call| source.is_member(call.name)) {
            let arguments = source.arguments(call.open);
            let [path, options, _, ..] = arguments.as_slice() else { continue };
            let is_websocket = source
                .object(options.value)
                .and_then(|options| options.get("websocket"))
                .is_some_and(|value| source.value(value) == Some(Value::Flag(true)));
            if is_websocket {
                route(source, at, call, path.value, &mounts, found);
            }
        }
        for call in source.calls("route").filter(|call| source.is_member(call.name)) {
            let options = source.first_argument(call.open).and_then(|options| source.object(options.value));
            let Some(options) = options.filter(|options| options.has("wsHandler")) else { continue };
            if let Some(url) = options.get("url") {
                route(source, at, call, url, &mounts, found);
            }
        }
    }
}

fn route(
    source: &Source<'_>,
    at: usize,
    call: Call,
    path: crate::text::Part,
    mounts: &Mounts,
    found: &mut Found,
) {
    let place = source.place_of(path);
    let prefixes = around(source, at, call.name).and_then(|(prefix, node)| {
        let all = mounts.prefixes(&node)?;
        Some(all.into_iter().map(|one| format!("{one}{prefix}")).collect())
    });
    under(prefixes, source.literal(path), place, found, Style::Colons);
}

/// The prefix of the `register` calls around a token, and the function or app that it lies in.
fn around(source: &Source<'_>, at: usize, token: usize) -> Option<(String, Node)> {
    let mut prefix = String::new();
    let mut token = token;
    for _ in 0..MOST {
        let Some(open) = source.outer(token) else { return Some((prefix, (at, APP.to_owned()))) };
        if source.precede(open, &["register"]) {
            prefix = format!("{}{prefix}", own_prefix(source, open)?);
        } else if let Some(name) = function(source, open) {
            return Some((prefix, (at, name.to_owned())));
        }
        token = open;
    }
    None
}

/// The option `prefix` of a `register`.
fn own_prefix(source: &Source<'_>, open: usize) -> Option<String> {
    let Some(options) = source.parts(source.inside(open)).nth(1) else { return Some(String::new()) };
    let options = source.object(options)?;
    match options.get("prefix") {
        Some(prefix) => source.literal(prefix).map(|prefix| prefix.trim_end_matches('/').to_owned()),
        None => (!options.is_open).then(String::new),
    }
}

/// The name of the function whose body a brace opens.
fn function<'a>(source: &Source<'a>, open: usize) -> Option<&'a str> {
    if !source.is(open, "{") {
        return None;
    }
    // `const plugin = async (app) => {`, `function plugin(app) {`; a type of what it returns is stepped over.
    let before = (open.saturating_sub(12)..open).rev().find(|at| source.is(*at, ")"))?;
    let parameters = source.opened_by(before)?;
    let name = parameters.checked_sub(1)?;
    if source.precede(name, &["function"]) {
        return source.word(name);
    }
    let is_arrow = source.precede(open, &["=", ">"]);
    // `const plugin: FastifyPluginAsync = async (app) => {`.
    let start = if source.is(name, "async") { name } else { parameters };
    is_arrow.then(|| source.assigned_to(start)).flatten()
}

/// Which functions are registered below which prefix.
fn mounts(folder: &Folder<'_>, names: &Names<'_, '_>) -> Mounts {
    let mut mounts = Mounts::default();
    for (at, source) in javascript(folder) {
        if let Some(bound) = javascript::bound(source, |module| module == "fastify") {
            let makers: Vec<&str> = bound
                .names
                .iter()
                .filter(|(_, import)| matches!(import, Import::Whole | Import::Named("fastify" | "Fastify")))
                .map(|(name, _)| *name)
                .collect();
            let mut apps: Vec<usize> =
                makers.iter().flat_map(|name| source.calls(name)).map(|call| call.name).collect();
            apps.extend(bound.used.iter().filter(|close| source.is(*close + 1, "(")));
            for app in apps.into_iter().take(MOST) {
                // The app is made in a function, or in the file itself.
                let node = around(source, at, app).map_or_else(|| (at, APP.to_owned()), |(_, node)| node);
                mounts.root(node);
            }
        }
        for call in source.calls("register").filter(|call| source.is_member(call.name)).take(MOST * 10) {
            let Some(plugin) = source.first_argument(call.open) else { continue };
            let Some(below) = names.node(at, plugin.value) else { continue };
            let Some((prefix, above)) = around(source, at, call.name) else { continue };
            if above != below {
                let own = own_prefix(source, call.open);
                mounts.hang(below, above, own.map(|own| format!("{prefix}{own}")));
            }
        }
    }
    mounts
}
