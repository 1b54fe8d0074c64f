//! ws on Node.

use crate::declared::{Heartbeat, Set};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::graphql_ws;
use crate::links::javascript::{self, Bound, Import};
use crate::path::Path;
use crate::settings::{self, Settings};
use crate::text::{Call, Language, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "ws",
    title: "ws",
    product: Some("ws"),
    declared_by: &[
        "new WebSocketServer({server, path: 'P'})",
        "server.on('upgrade', …) with pathname === 'P' and handleUpgrade",
    ],
    path: "The option `path`; with `noServer` what the listener of `upgrade` compares the path with. Without either it takes \
           every path. A port of its own beside other servers makes it unknown.",
    read,
};

/// More servers than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    for source in folder.of(Language::JavaScript) {
        let Some(bound) = javascript::bound(source, |module| module == "ws") else { continue };
        let from = (found.declared.len(), found.any_path.len());
        let heartbeat = heartbeat(source);
        let mut has_no_server = false;
        let servers = servers(source, &bound).into_iter().take(MOST);
        for call in servers.filter(|call| !graphql_ws::uses(source, *call)) {
            has_no_server |= server(folder, source, call, found);
        }
        if has_no_server {
            upgrades(source, found);
        }
        found.beats_from(from.0, &heartbeat);
        for any in &mut found.any_path[from.1..] {
            any.heartbeat = heartbeat.clone();
        }
    }
}

/// `new WebSocketServer(`, `new WebSocket.Server(`, `new ws.WebSocketServer(`.
fn servers(source: &Source<'_>, bound: &Bound<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    for (local, import) in &bound.names {
        let names = source.positions(local).filter(|name| source.precede(*name, &["new"]));
        match import {
            Import::Named("WebSocketServer" | "Server") => {
                calls.extend(names.filter_map(|name| source.call(name)))
            }
            Import::Named(_) if *local != "WebSocket" => {}
            _ => {
                for name in names {
                    let member = name + 2;
                    let makes =
                        ["Server", "WebSocketServer"].iter().any(|word| source.are(name + 1, &[".", word]));
                    calls.extend(source.call(member).filter(|_| makes));
                }
            }
        }
    }
    calls
}

/// Reads one server. Returns whether it waits for upgrades that are handed to it.
fn server(folder: &Folder<'_>, source: &Source<'_>, call: Call, found: &mut Found) -> bool {
    let place = source.place(call.name);
    let Some(argument) = source.first_argument(call.open) else { return false };
    let Some(options) = source.object(argument.value) else {
        found.unknown("its options are not literal", place);
        return false;
    };
    if options.get("noServer").is_some_and(|part| source.is(part.start, "true")) {
        return true;
    }
    if options.has("port") && javascript::others_listen(folder, &[]) {
        found.unknown("it listens on a port of its own", place);
        return false;
    }
    match options.get("path") {
        Some(part) => {
            let place = source.place_of(part);
            found.websocket(source.literal(part).and_then(|path| Path::exact(&path)), place);
        }
        None if options.is_open => found.unknown("its options are not literal", place),
        None => found.any_path(Settings::default(), place),
    }
    false
}

/// The listeners of `upgrade`: which paths they compare before they hand the connection on.
fn upgrades(source: &Source<'_>, found: &mut Found) {
    for call in source.calls("on").take(MOST) {
        let arguments = source.arguments(call.open);
        let is_upgrade = arguments
            .first()
            .and_then(|name| source.literal(name.value))
            .is_some_and(|name| name == "upgrade");
        let Some(listener) = arguments.get(1).filter(|_| is_upgrade) else { continue };
        if !source.holds(listener.value, "handleUpgrade") {
            found.unknown("another function hands its upgrades on", source.place(call.name));
            continue;
        }
        let before = found.declared.len();
        compared(source, listener.value, found);
        if found.declared.len() == before {
            found.any_path(Settings::default(), source.place(call.name));
        }
    }
}

/// `pathname === 'P'`, `case 'P':`, `startsWith('P')` in a part.
fn compared(source: &Source<'_>, part: Part, found: &mut Found) {
    for at in part.start..part.end {
        let Some(text) = source.string(at).filter(|text| text.starts_with('/')) else { continue };
        let place = source.place(at);
        if source.precede(at, &["=", "=", "="]) || source.precede(at, &["case"]) && source.is(at + 1, ":") {
            if is_denied(source, at) {
                continue;
            }
            found.websocket(Path::exact(&text), place);
        } else if source.precede(at, &["!", "=", "="]) {
            // All others are refused: this one is not.
            found.websocket(Path::exact(&text), place);
        } else if source.precede(at, &["startsWith", "("]) {
            let path = if text.ends_with('/') { Path::folder(&text) } else { Path::exact(&text) };
            found.websocket(path, place);
        }
    }
}

/// Whether what is compared is refused: `if (path === '/x') { socket.destroy() }`.
fn is_denied(source: &Source<'_>, at: usize) -> bool {
    let Some(open) = source.outer(at) else { return false };
    let body = source.close(open) + 1;
    let body = if source.is(body, "{") { source.inside(body) } else { Part { start: body, end: body + 6 } };
    let refuses =
        source.holds(body, "destroy") || source.holds(body, "end") || source.is(body.start, "return");
    refuses && !source.holds(body, "handleUpgrade")
}

/// `setInterval(() => { … ws.ping() … }, 30000)`.
fn heartbeat(source: &Source<'_>) -> Set<Heartbeat> {
    for call in source.calls("setInterval").take(MOST) {
        let arguments = source.arguments(call.open);
        let [beat, interval, ..] = arguments.as_slice() else { continue };
        let pings =
            source.within(beat.value, "ping").any(|at| source.is_member(at) && source.is(at + 1, "("));
        if pings {
            let place = source.place_of(interval.value);
            return match source.number(interval.value) {
                Some(milliseconds) => settings::every(milliseconds, place),
                None => Set::Unknown(place),
            };
        }
    }
    Set::Not
}
