//! Client code: it never declares an endpoint. It confirms one that a server declares, and tells by which transports it
//! comes.

use std::collections::HashMap;

use crate::declared::{Declared, Transports, Value};
use crate::file::{File, Place};
use crate::folder::{self, Folder};
use crate::links::javascript::{self, Import};
use crate::path::{Path, PathKind};
use crate::text::{Call, Language, Options, Part, Source};

/// More calls than this in one file are made up.
const MOST: usize = 100;

/// More calls in a folder are made up.
const MOST_ASKED: usize = 2_000;

/// More clients of one endpoint are not noted.
const MOST_NOTED: usize = 20;

/// A call that opens a connection.
struct Asked {
    path: String,
    /// Whether it is a call of Socket.IO's client, to which no other server answers.
    is_socket_io: bool,
    transports: Transports,
    place: Place,
}

/// Notes which client code asks for the endpoints, and what it tells of their transports.
pub(crate) fn confirm(folder: &Folder<'_>, elsewhere: &[File<'_>], declared: &mut [Declared]) {
    if declared.is_empty() {
        return;
    }
    let mut asked = Vec::new();
    for source in folder.of(Language::JavaScript) {
        read(source, &mut asked);
    }
    for source in folder.browser() {
        read(&source, &mut asked);
    }
    for (at, file) in (folder.files().len()..).zip(elsewhere) {
        if let Some(source) = folder::client(at, file) {
            read(&source, &mut asked);
        }
    }
    asked.truncate(MOST_ASKED);
    asked.sort_by_key(|one| one.place.order());
    let mut by_path: HashMap<&str, Vec<&Asked>> = HashMap::new();
    for one in &asked {
        by_path.entry(one.path.trim_end_matches('/')).or_default().push(one);
    }
    for one in declared {
        let is_socket_io = matches!(one.product, Some("socket.io" | "python-socketio"));
        let near = match one.path.kind {
            PathKind::Pattern => asked.iter().filter(|asked| is_asked(&one.path, &asked.path)).collect(),
            _ => by_path.get(one.path.literal.trim_end_matches('/')).cloned().unwrap_or_default(),
        };
        let clients: Vec<&Asked> =
            near.into_iter().filter(|asked| asked.is_socket_io == is_socket_io).collect();
        one.transports = agreed(one.transports, &clients);
        one.clients = clients.iter().take(MOST_NOTED).map(|asked| asked.place.clone()).collect();
    }
}

/// Whether a path is one with parameters, of which clients write the first.
fn is_asked(path: &Path, asked: &str) -> bool {
    asked.starts_with(&path.literal)
}

/// What a server and its clients make of it together.
fn agreed(server: Transports, clients: &[&Asked]) -> Transports {
    let only_websocket = |asked: &&Asked| asked.transports == Transports::WebsocketOnly;
    match server {
        Transports::PollingAndWebsocket if clients.is_empty() => server,
        Transports::PollingAndWebsocket if clients.iter().all(only_websocket) => Transports::WebsocketOnly,
        // One that polls is enough for polls to come.
        Transports::PollingAndWebsocket
            if clients.iter().any(|asked| asked.transports == Transports::PollingAndWebsocket) =>
        {
            server
        }
        Transports::PollingAndWebsocket => Transports::Unknown,
        Transports::WebsocketOnly | Transports::Unknown => server,
    }
}

fn read(source: &Source<'_>, asked: &mut Vec<Asked>) {
    socket_io(source, asked);
    for call in source.calls("WebSocket").filter(|call| source.precede(call.name, &["new"])).take(MOST) {
        plain(source, call, "", Transports::WebsocketOnly, asked);
    }
    for call in source.calls("withUrl").take(MOST) {
        let options = source.arguments(call.open).get(1).and_then(|options| source.object(options.value));
        let skips = options
            .and_then(|options| options.get("skipNegotiation"))
            .is_some_and(|value| source.value(value) == Some(Value::Flag(true)));
        let transports = if skips { Transports::WebsocketOnly } else { Transports::PollingAndWebsocket };
        plain(source, call, "", transports, asked);
    }
    for call in source.calls("createConsumer").take(MOST) {
        plain(source, call, "", Transports::WebsocketOnly, asked);
    }
    for word in ["Socket", "LiveSocket"] {
        for call in source.calls(word).filter(|call| source.precede(call.name, &["new"])).take(MOST) {
            let polls = source.holds(source.inside(call.open), "longPollFallbackMs");
            let transports = if polls { Transports::PollingAndWebsocket } else { Transports::WebsocketOnly };
            plain(source, call, "/websocket", transports, asked);
        }
    }
    for call in source.calls("SockJS").filter(|call| source.precede(call.name, &["new"])).take(MOST) {
        plain(source, call, "", Transports::PollingAndWebsocket, asked);
    }
}

/// A call whose first argument is the URL.
fn plain(source: &Source<'_>, call: Call, behind: &str, transports: Transports, asked: &mut Vec<Asked>) {
    let Some(url) = source.first_argument(call.open) else { return };
    let Some(path) = path(source, url.value) else { return };
    let place = source.place_of(url.value);
    asked.push(Asked { path: format!("{path}{behind}"), is_socket_io: false, transports, place });
}

/// The path of a URL that is literal, or whose host alone is computed.
fn path(source: &Source<'_>, url: Part) -> Option<String> {
    let text = match source.literal(url) {
        Some(text) => text,
        None => {
            let last = url.end.checked_sub(1)?;
            let tail = source.behind_host(last).filter(|_| url.end == url.start + 1).map(str::to_owned);
            // `base + '/ws'`.
            let added = if source.precede(last, &["+"]) { source.string(last) } else { None };
            tail.or(added)?
        }
    };
    let behind_host = match text.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => &text,
    };
    let path = behind_host.split(['?', '#']).next()?;
    path.starts_with('/').then(|| path.to_owned())
}

/// `io(url?, {path, transports})`.
fn socket_io(source: &Source<'_>, asked: &mut Vec<Asked>) {
    let bound = javascript::bound(source, |module| module == "socket.io-client");
    let mut calls: Vec<Call> = Vec::new();
    match &bound {
        Some(bound) => {
            for (local, import) in &bound.names {
                if matches!(import, Import::Whole | Import::Named("io" | "connect" | "Manager")) {
                    calls.extend(source.positions(local).filter(|at| !source.is_member(*at)).filter_map(
                        |name| {
                            let member = name + 2;
                            let is_connect =
                                source.are(name + 1, &[".", "connect"]) || source.are(name + 1, &[".", "io"]);
                            source.call(if is_connect { member } else { name })
                        },
                    ));
                }
            }
            calls.extend(bound.used.iter().filter_map(|close| source.call(*close)));
        }
        // A page has it as a global name.
        None if !source.positions("io").any(|at| source.is(at + 1, "=")) => {
            calls.extend(source.calls("io").filter(|call| !source.is_member(call.name)));
        }
        None => {}
    }
    for call in calls.into_iter().take(MOST) {
        let mut options = Options::default();
        for (at, argument) in source.arguments(call.open).into_iter().enumerate() {
            match source.object(argument.value) {
                Some(object) => options.extend(object),
                None if at > 0 => options.is_open = true,
                None => {}
            }
        }
        let path = match options.get("path") {
            Some(part) => source.literal(part),
            None => Some("/socket.io".to_owned()).filter(|_| !options.is_open),
        };
        let transports = match options.get("transports").map(|part| source.value(part)) {
            None if options.is_open => Transports::Unknown,
            None => Transports::PollingAndWebsocket,
            Some(Some(Value::Words(words))) if words == ["websocket"] => Transports::WebsocketOnly,
            Some(Some(Value::Words(words))) if words.iter().any(|one| one == "polling") => {
                Transports::PollingAndWebsocket
            }
            Some(_) => Transports::Unknown,
        };
        if let Some(path) = path {
            asked.push(Asked { path, is_socket_io: true, transports, place: source.place(call.name) });
        }
    }
}
