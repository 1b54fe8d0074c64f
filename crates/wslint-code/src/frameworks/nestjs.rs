//! NestJS gateways.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::socket_io;
use crate::links::javascript;
use crate::path::Path;
use crate::settings::Settings;
use crate::text::{Call, Language, Options, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "nestjs",
    title: "NestJS gateways",
    product: Some("socket.io"),
    declared_by: &["@WebSocketGateway({path: 'P'})"],
    path: "The option `path`, `/socket.io/` without it; with the adapter for ws the path itself. A port of its own or an \
           adapter of the project's own makes it unknown, and `namespace` is no path.",
    read,
};

/// What turns the messages of gateways into WebSockets.
enum Adapter {
    SocketIo,
    Ws,
    /// A class of the project, which may give paths of its own.
    Own,
}

fn read(folder: &Folder<'_>, found: &mut Found) {
    let from = found.declared.len();
    let adapter = adapter(folder);
    for source in folder.of(Language::JavaScript) {
        if javascript::bound(source, |module| module == "@nestjs/websockets").is_none() {
            continue;
        }
        for call in source.calls("WebSocketGateway").filter(|call| source.precede(call.name, &["@"])) {
            gateway(source, call, &adapter, found);
        }
    }
    if !matches!(adapter, Adapter::Ws) {
        socket_io::one_path(found, from);
    }
}

fn adapter(folder: &Folder<'_>) -> Adapter {
    let mut adapter = Adapter::SocketIo;
    for source in folder.of(Language::JavaScript) {
        // A class that makes the server itself may give it a path.
        let makes = source.positions("createIOServer").any(|at| source.is(at + 1, "("));
        if makes && source.has_word("path") {
            return Adapter::Own;
        }
        for call in source.calls("useWebSocketAdapter") {
            let inside = source.inside(call.open);
            if source.holds(inside, "WsAdapter") {
                adapter = Adapter::Ws;
            }
        }
    }
    adapter
}

fn gateway(source: &Source<'_>, call: Call, adapter: &Adapter, found: &mut Found) {
    let place = source.place(call.name);
    let mut options = Options::default();
    for argument in source.arguments(call.open).into_iter().take(2) {
        match (source.number(argument.value), source.object(argument.value)) {
            (Some(0.0), _) => {}
            (Some(_), _) => return found.unknown("it listens on a port of its own", place),
            (None, Some(object)) => options.extend(object),
            (None, None) => options.is_open = true,
        }
    }
    match adapter {
        Adapter::Own => found.unknown("an adapter of the project makes its server", place),
        Adapter::SocketIo => socket_io::declare(source, &options, place, found),
        Adapter::Ws => match options.get("path") {
            Some(part) => {
                let place = source.place_of(part);
                let path = source.literal(part).and_then(|path| Path::exact(&path));
                let before = found.declared.len();
                found.websocket(path, place);
                for declared in &mut found.declared[before..] {
                    declared.product = Some("ws");
                }
            }
            None if options.is_open => found.unknown("its options are not literal", place),
            None => found.any_path(Settings::default(), place),
        },
    }
}
