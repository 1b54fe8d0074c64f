//! Socket.IO on Node.

use crate::declared::{Transports, Value};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, Bound, Import};
use crate::path::Path;
use crate::settings::{Known, Settings, beat, plain};
use crate::text::{Call, Language, Options, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "socket.io",
    title: "Socket.IO",
    product: Some("socket.io"),
    declared_by: &["new Server(http, {path: '/talk'})", "require('socket.io')(http)", "io.listen(3000)"],
    path: "The option `path`, `/socket.io/` without it. Namespaces are no paths. A port of its own beside other \
           servers makes it unknown.",
    read,
};

/// The settings of a server of Socket.IO. Times are in milliseconds.
pub(super) static SETTINGS: [Known; 8] = [
    plain("path"),
    beat("pingInterval", 1.0),
    plain("pingTimeout"),
    plain("transports"),
    plain("addTrailingSlash"),
    plain("allowEIO3"),
    plain("allowUpgrades"),
    plain("cookie"),
];

/// More servers than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let from = found.declared.len();
    for source in folder.of(Language::JavaScript) {
        if let Some(bound) = javascript::bound(source, |module| module == "socket.io") {
            for call in servers(source, &bound).into_iter().take(MOST) {
                server(folder, source, call, found);
            }
        }
    }
    one_path(found, from);
}

/// Several servers at different paths: which of them this folder's process runs is not known.
pub(super) fn one_path(found: &mut Found, from: usize) {
    let mut paths = found.declared[from..].iter().map(|one| &one.path);
    let Some(first) = paths.next() else { return };
    if paths.any(|path| path != first) {
        for declared in found.declared.split_off(from) {
            found.unknown("other code in this folder gives another path", declared.place);
        }
    }
}

/// The calls that make a server.
fn servers(source: &Source<'_>, bound: &Bound<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    for (local, import) in &bound.names {
        match import {
            Import::Named("Server") => {
                calls.extend(source.calls(local).filter(|call| is_made(source, call.name)))
            }
            Import::Named(_) => {}
            // `socketIo(http)`, `socketIo.listen(http)`, `new socketIo.Server(http)`.
            Import::Whole => {
                for name in source.positions(local).filter(|name| !source.is_member(*name)) {
                    let member = name + 2;
                    let is_maker = source.is(name + 1, ".")
                        && (source.is(member, "Server") || source.is(member, "listen"));
                    calls.extend(source.call(if is_maker { member } else { name }));
                }
            }
        }
    }
    for close in &bound.used {
        let name = if source.is(close + 1, ".") { close + 2 } else { *close };
        calls.extend(source.call(name));
    }
    calls
}

fn is_made(source: &Source<'_>, name: usize) -> bool {
    !source.is_member(name) && source.precede(name, &["new"])
}

fn server(folder: &Folder<'_>, source: &Source<'_>, call: Call, found: &mut Found) {
    // Of `require('socket.io')(…)` the name of the module.
    let place = source.place(if source.is(call.name, ")") { call.name - 1 } else { call.name });
    let arguments = source.arguments(call.open);
    let mut options = Options::default();
    // The options are the last of at most two arguments; a lone name is the HTTP server.
    for (at, argument) in arguments.iter().enumerate() {
        match source.object(argument.value) {
            Some(object) => options.extend(object),
            None if at > 0 => options.is_open = true,
            None => {}
        }
    }
    let holder = holder(source, call.name);
    if let Some(name) = holder {
        attached(source, name, &mut options);
    }
    // `new Server(3000)`, `io.listen(3000)`.
    let has_port = arguments.first().is_some_and(|first| source.number(first.value).is_some())
        || source.is(call.name, "listen")
        || holder
            .is_some_and(|name| source.positions(name).any(|at| source.are(at + 1, &[".", "listen", "("])));
    let own = [holder, source.receiver(call.name)];
    let own: Vec<&str> = own.into_iter().flatten().collect();
    if has_port && javascript::others_listen(folder, &own) {
        return found.unknown("it listens on a port of its own", place);
    }
    declare(source, &options, place, found);
}

/// The name of the server that a call makes.
fn holder<'a>(source: &Source<'a>, name: usize) -> Option<&'a str> {
    let mut start = name;
    // Back over `new`, a module and its dot.
    if source.is(start.wrapping_sub(1), ".") {
        start = start.checked_sub(2)?;
    }
    if source.is(start.wrapping_sub(1), "new") {
        start -= 1;
    }
    if source.is(start.wrapping_sub(1), "await") {
        start -= 1;
    }
    source.assigned_to(start)
}

/// What `io.attach(http, {…})`, `io.listen(3000, {…})` and `io.path('/x')` say later.
fn attached<'a>(source: &Source<'a>, name: &str, options: &mut Options<'a>) {
    for at in source.positions(name) {
        if !source.is(at + 1, ".") {
            continue;
        }
        let Some(call) = source.call(at + 2) else { continue };
        let arguments = source.arguments(call.open);
        match source.raw(call.name) {
            "attach" | "listen" => match arguments.get(1).map(|argument| source.object(argument.value)) {
                Some(Some(object)) => options.extend(object),
                Some(None) => options.is_open = true,
                None => {}
            },
            "path" => options.extend(match arguments.first() {
                Some(argument) => {
                    let mut path = Options::default();
                    path.push("path", argument.value);
                    path
                }
                None => Options::default(),
            }),
            _ => {}
        }
    }
}

/// The endpoint of a server with such options, which NestJS hands on as they are.
pub(super) fn declare(
    source: &Source<'_>,
    options: &Options<'_>,
    place: crate::file::Place,
    found: &mut Found,
) {
    let settings = Settings::read(source, options, &SETTINGS);
    if options.is_open && !settings.has("path") {
        return found.unknown("its options are not literal", place);
    }
    let (path, place) = match options.get("path") {
        None => (Some("/socket.io".to_owned()), place),
        Some(part) => (source.literal(part), source.place_of(part)),
    };
    let Some(path) = path else { return found.unknown("its path is computed", place) };
    let path = match settings.value("addTrailingSlash") {
        None if settings.has("addTrailingSlash") => {
            return found.unknown("its slash at the end is computed", place);
        }
        Some(Value::Flag(false)) => Path::exact(path.trim_end_matches('/')),
        _ => Path::folder(&path),
    };
    found.declare(path, transports(&settings, options.is_open), settings, place);
}

/// What the option `transports` allows.
fn transports(settings: &Settings, is_open: bool) -> Transports {
    match settings.value("transports") {
        Some(Value::Words(words)) => {
            let has = |word: &str| words.iter().any(|one| one == word);
            match (has("websocket"), has("polling")) {
                (true, true) => Transports::PollingAndWebsocket,
                (true, false) => Transports::WebsocketOnly,
                _ => Transports::Unknown,
            }
        }
        None if !settings.has("transports") && !is_open => Transports::PollingAndWebsocket,
        _ => Transports::Unknown,
    }
}
