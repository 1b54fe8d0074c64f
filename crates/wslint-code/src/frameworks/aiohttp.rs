//! aiohttp.

use std::collections::HashMap;

use crate::declared::{Heartbeat, Set, Transports};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::python;
use crate::links::python::block;
use crate::path::{Path, Style};
use crate::settings::{self, Settings};
use crate::text::{Call, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "aiohttp",
    title: "aiohttp",
    product: Some("aiohttp"),
    declared_by: &["app.router.add_get('P', handler)", "web.get('P', handler)", "@routes.get('P')"],
    path: "The first argument, where the function makes a `WebSocketResponse`. A folder with `add_subapp` makes it unknown.",
    read,
};

/// What the functions of a name say of WebSockets.
enum Handler {
    /// It makes a response with this heartbeat.
    Makes(Set<Heartbeat>),
    /// Functions of this name differ.
    Unsure,
    /// It makes none.
    Other,
}

fn read(folder: &Folder<'_>, found: &mut Found) {
    if !python(folder).any(|(_, source)| source.has_word("WebSocketResponse") && source.has_word("aiohttp")) {
        return;
    }
    let handlers = handlers(folder);
    let has_subapps = python(folder).any(|(_, source)| source.has_word("add_subapp"));
    for (_, source) in python(folder) {
        for word in ["add_get", "get", "add_route", "route"] {
            for call in source.calls(word).filter(|call| source.is_member(call.name)) {
                route(source, call, &handlers, has_subapps, found);
            }
        }
    }
}

/// The functions of all files that make responses, by their names.
fn handlers<'a>(folder: &Folder<'a>) -> HashMap<&'a str, Handler> {
    let mut handlers: HashMap<&'a str, Handler> = HashMap::new();
    for (_, source) in python(folder) {
        for def in source.positions("def") {
            let Some(name) = source.word(def + 1) else { continue };
            let start = if source.precede(def, &["async"]) { def - 1 } else { def };
            // Inner functions answer nothing by themselves, and have their own entry.
            let body = block(source, start);
            let made = source.within(body, "WebSocketResponse").find_map(|at| source.call(at));
            let handler = match made {
                Some(call) => Handler::Makes(heartbeat(source, call)),
                None => Handler::Other,
            };
            let known = handlers.remove(name);
            let handler = match (known, handler) {
                (None, handler) => handler,
                (Some(Handler::Makes(one)), Handler::Makes(other)) if one == other => Handler::Makes(one),
                (Some(Handler::Other), Handler::Other) => Handler::Other,
                _ => Handler::Unsure,
            };
            handlers.insert(name, handler);
        }
    }
    handlers
}

/// `WebSocketResponse(heartbeat=30)`, in seconds.
fn heartbeat(source: &Source<'_>, call: Call) -> Set<Heartbeat> {
    let keywords = source.keywords(call.open);
    match keywords.get("heartbeat") {
        Some(part) => settings::heartbeat(source.value(part).as_ref(), 1000.0, source.place_of(part)),
        None if keywords.is_open => Set::Unknown(source.place(call.name)),
        None => Set::Not,
    }
}

fn route(
    source: &Source<'_>,
    call: Call,
    handlers: &HashMap<&str, Handler>,
    has_subapps: bool,
    found: &mut Found,
) {
    let arguments = source.arguments(call.open);
    // `route` and `add_route` begin with the method.
    let skipped = usize::from(source.raw(call.name).ends_with("route"));
    let Some(path) = arguments.get(skipped) else { return };
    let handler = match arguments.get(skipped + 1).filter(|handler| handler.name.is_none()) {
        Some(handler) => handler.value.end.checked_sub(1).and_then(|last| source.word(last)),
        None => decorated(source, call),
    };
    let place = source.place_of(path.value);
    match handler.and_then(|name| handlers.get(name)) {
        None | Some(Handler::Other) => {}
        Some(Handler::Unsure) => found.unknown("functions of its name differ", place),
        Some(Handler::Makes(_)) if has_subapps => found.unknown("apps are mounted below each other", place),
        Some(Handler::Makes(heartbeat)) => {
            let path = source.literal(path.value).and_then(|path| Path::of(&path, Style::Braces));
            let settings = Settings { heartbeat: heartbeat.clone(), all: Vec::new() };
            found.declare(path, Transports::WebsocketOnly, settings, place);
        }
    }
}

/// The function that a decorator is written before.
fn decorated<'a>(source: &Source<'a>, call: Call) -> Option<&'a str> {
    // `@routes.get('P')`.
    if !source.precede(call.name.checked_sub(2)?, &["@"]) {
        return None;
    }
    let close = source.close(call.open);
    let def = (close..close + 40).find(|at| source.is(*at, "def"))?;
    source.word(def + 1)
}
