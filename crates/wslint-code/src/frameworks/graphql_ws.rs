//! graphql-ws on a server of ws.

use crate::declared::{Heartbeat, Set, Transports};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, javascript};
use crate::path::Path;
use crate::settings::{self, Settings};
use crate::text::{Argument, Call, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "graphql-ws",
    title: "graphql-ws",
    product: Some("graphql-ws"),
    declared_by: &["useServer({schema}, new WebSocketServer({server, path: 'P'}))"],
    path: "The option `path` of the server of ws in the same file. The third argument of `useServer` is the heartbeat in \
           milliseconds.",
    read,
};

/// More servers than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    for (_, source) in javascript(folder) {
        if !is_user(source) {
            continue;
        }
        for call in source.calls("useServer").take(MOST) {
            let arguments = source.arguments(call.open);
            let Some(made) = arguments.get(1).and_then(|server| made(source, server)) else {
                found.unknown("its server is made elsewhere", source.place(call.name));
                continue;
            };
            let settings = Settings { heartbeat: heartbeat(source, arguments.get(2)), all: Vec::new() };
            let options = source.first_argument(made.open).and_then(|options| source.object(options.value));
            match options.as_ref().and_then(|options| options.get("path")) {
                Some(part) => {
                    let path = source.literal(part).and_then(|path| Path::exact(&path));
                    found.declare(path, Transports::WebsocketOnly, settings, source.place_of(part));
                }
                None => found.unknown("the path of its server is not given here", source.place(call.name)),
            }
        }
    }
}

fn is_user(source: &Source<'_>) -> bool {
    javascript::bound(source, |module| module.starts_with("graphql-ws")).is_some()
}

/// The call that makes a server: the argument itself, or the one that its name stands for.
fn made(source: &Source<'_>, server: &Argument<'_>) -> Option<Call> {
    let start = server.value.start;
    if source.is(start, "new") {
        return source.call(start + 1);
    }
    let name = source.word(start).filter(|_| server.value.end == start + 1)?;
    let mut made = ["WebSocketServer", "Server", "WSWebSocketServer"]
        .into_iter()
        .flat_map(|class| source.calls(class).take(MOST))
        .filter(|call| holder(source, *call) == Some(name));
    match (made.next(), made.next()) {
        (Some(call), None) => Some(call),
        _ => None,
    }
}

/// The name of a server that is made with `new`.
fn holder<'a>(source: &Source<'a>, call: Call) -> Option<&'a str> {
    let start = if source.is_member(call.name) { call.name.checked_sub(2)? } else { call.name };
    source.assigned_to(start.checked_sub(1).filter(|new| source.is(*new, "new"))?)
}

/// Whether a server of ws is handed to `useServer`, which says what it does.
pub(super) fn uses(source: &Source<'_>, call: Call) -> bool {
    is_user(source)
        && source.calls("useServer").take(MOST).any(|user| {
            let inside = source.inside(user.open);
            let is_inline = (inside.start..inside.end).contains(&call.name);
            is_inline || holder(source, call).is_some_and(|name| source.holds(inside, name))
        })
}

fn heartbeat(source: &Source<'_>, argument: Option<&Argument<'_>>) -> Set<Heartbeat> {
    match argument {
        Some(argument) => {
            settings::heartbeat(source.value(argument.value).as_ref(), 1.0, source.place_of(argument.value))
        }
        None => Set::Not,
    }
}
