//! python-socketio and Flask-SocketIO.

use crate::declared::{Transports, Value};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::{python, start_of};
use crate::frameworks::socket_io::one_path;
use crate::links::mounts::Node;
use crate::links::python::Names;
use crate::path::Path;
use crate::settings::{Known, Settings, beat, plain};
use crate::text::{Call, Options, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "python-socketio",
    title: "Flask-SocketIO, python-socketio",
    product: Some("python-socketio"),
    declared_by: &["SocketIO(app, path='P')", "socketio.ASGIApp(sio, socketio_path='P')", "sio.attach(app)"],
    path: "`path` or `socketio_path`, `/socket.io/` without them, behind the path of a `mount`.",
    read,
};

/// The settings of a server. Times are in seconds.
static SETTINGS: [Known; 6] = [
    plain("path"),
    plain("socketio_path"),
    beat("ping_interval", 1000.0),
    plain("ping_timeout"),
    plain("transports"),
    plain("allow_upgrades"),
];

/// More servers than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let names = Names::of(folder);
    let from = found.declared.len();
    for (at, source) in python(folder) {
        if source.has_word("flask_socketio") {
            flask(source, found);
        }
        if source.has_word("socketio") {
            for word in ["ASGIApp", "WSGIApp", "Middleware"] {
                for call in source.calls(word).take(MOST).filter(|call| is_of_socketio(source, call.name)) {
                    app(folder, &names, at, call, found);
                }
            }
            for call in source.calls("attach").take(MOST) {
                attached(&names, folder, at, call, found);
            }
        }
    }
    one_path(found, from);
}

/// Whether a name is the package's: `socketio.ASGIApp`, or imported from it.
fn is_of_socketio(source: &Source<'_>, name: usize) -> bool {
    if source.is_member(name) {
        return source.receiver(name) == Some("socketio");
    }
    let word = source.raw(name);
    source.positions("from").any(|from| {
        source.are(from + 1, &["socketio", "import"])
            && source.within(Part { start: from, end: from + 40 }, word).next().is_some()
    })
}

/// `SocketIO(app, …)` and `socketio.init_app(app, …)`.
fn flask(source: &Source<'_>, found: &mut Found) {
    for call in source.calls("SocketIO").take(MOST) {
        let mut options = source.keywords(call.open);
        // One that is given a queue and no app sends only.
        let arguments = source.arguments(call.open);
        let name = source.assigned_to(start_of(source, call));
        let inits: Vec<Call> = source
            .calls("init_app")
            .filter(|init| name.is_some() && source.receiver(init.name) == name)
            .collect();
        if arguments.iter().all(|argument| argument.name.is_some())
            && options.has("message_queue")
            && inits.is_empty()
        {
            continue;
        }
        for init in inits {
            options.extend(source.keywords(init.open));
        }
        let path = options.get("path").or_else(|| options.get("resource"));
        declare(source, &options, path, Some(String::new()), source.place(call.name), found);
    }
}

/// `socketio.ASGIApp(sio, …)`, with the options of the server that it is given.
fn app(folder: &Folder<'_>, names: &Names<'_, '_>, at: usize, call: Call, found: &mut Found) {
    let source = &folder.sources()[at];
    let own = source.keywords(call.open);
    let arguments = source.arguments(call.open);
    let server = arguments.first().and_then(|server| names.node(at, server.value));
    let path = own.get("socketio_path");
    let prefix = mounted(folder, names, at, call);
    let is_computed = path.is_none() && own.is_open;
    if is_computed {
        return found.unknown("its options are not literal", source.place(call.name));
    }
    let written = path.map(|path| source.literal(path));
    let place = path.map_or_else(|| source.place(call.name), |path| source.place_of(path));
    let (settings, is_open) =
        server.map_or((Settings::default(), true), |server| server_settings(folder, &server));
    finish(written, settings, is_open, prefix, place, found);
}

/// The settings of the server that a name stands for, and whether there may be more.
fn server_settings(folder: &Folder<'_>, server: &Node) -> (Settings, bool) {
    let source = &folder.sources()[server.0];
    let mut calls = ["AsyncServer", "Server"]
        .into_iter()
        .flat_map(|word| source.calls(word))
        .filter(|call| source.assigned_to(start_of(source, *call)) == Some(&server.1));
    match (calls.next(), calls.next()) {
        (Some(call), None) => {
            let options = source.keywords(call.open);
            (Settings::read(source, &options, &SETTINGS), options.is_open)
        }
        _ => (Settings::default(), true),
    }
}

/// `sio.attach(app, socketio_path='P')`.
fn attached(names: &Names<'_, '_>, folder: &Folder<'_>, at: usize, call: Call, found: &mut Found) {
    let source = &folder.sources()[at];
    let Some(name) = call.name.checked_sub(2) else { return };
    let Some(server) = names.node(at, Part { start: name, end: name + 1 }) else { return };
    let home = &folder.sources()[server.0];
    let is_server = home.has_word("socketio")
        && ["AsyncServer", "Server"]
            .into_iter()
            .flat_map(|word| home.calls(word))
            .any(|call| home.assigned_to(start_of(home, call)) == Some(&server.1));
    if !is_server || !source.is_member(call.name) {
        return;
    }
    let own = source.keywords(call.open);
    let path = own.get("socketio_path");
    let place = path.map_or_else(|| source.place(call.name), |path| source.place_of(path));
    let (settings, is_open) = server_settings(folder, &server);
    finish(path.map(|path| source.literal(path)), settings, is_open, Some(String::new()), place, found);
}

/// The path at which an app is mounted: none where it is not, nothing where it cannot be told.
fn mounted(folder: &Folder<'_>, names: &Names<'_, '_>, at: usize, call: Call) -> Option<String> {
    let source = &folder.sources()[at];
    let name = source.assigned_to(start_of(source, call)).map(|name| (at, name.to_owned()));
    let mut prefixes = Vec::new();
    for (other, mounting) in python(folder) {
        for word in ["mount", "Mount"] {
            for mount in mounting.calls(word) {
                let arguments = mounting.arguments(mount.open);
                let (Some(prefix), Some(below)) = (arguments.first(), arguments.get(1)) else { continue };
                let is_inline = other == at && (below.value.start..below.value.end).contains(&call.name);
                if is_inline || name.is_some() && names.node(other, below.value) == name {
                    prefixes.push(mounting.literal(prefix.value));
                }
            }
        }
    }
    match prefixes.as_slice() {
        [] => Some(String::new()),
        [one] => one.clone(),
        _ => None,
    }
}

fn declare(
    source: &Source<'_>,
    options: &Options<'_>,
    path: Option<Part>,
    prefix: Option<String>,
    place: crate::file::Place,
    found: &mut Found,
) {
    if path.is_none() && options.is_open {
        return found.unknown("its options are not literal", place);
    }
    let place = path.map_or(place, |path| source.place_of(path));
    let settings = Settings::read(source, options, &SETTINGS);
    finish(path.map(|path| source.literal(path)), settings, options.is_open, prefix, place, found);
}

/// The endpoint. `written` is the path: none given, or nothing that can be told.
fn finish(
    written: Option<Option<String>>,
    settings: Settings,
    is_open: bool,
    prefix: Option<String>,
    place: crate::file::Place,
    found: &mut Found,
) {
    let Some(path) = written.unwrap_or_else(|| Some("socket.io".to_owned())) else {
        return found.unknown("its path is computed", place);
    };
    let Some(prefix) = prefix else { return found.unknown("the path of its mount cannot be told", place) };
    let (path, prefix) = (path.trim_start_matches('/'), prefix.trim_end_matches('/'));
    // A mount that hands on the whole path has it in both.
    let is_whole = format!("/{path}").starts_with(&format!("{prefix}/"));
    let path = if is_whole { format!("/{path}") } else { format!("{prefix}/{path}") };
    let transports = match settings.value("transports") {
        Some(Value::Words(words)) if words.len() == 1 && words[0] == "websocket" => Transports::WebsocketOnly,
        Some(Value::Text(word)) if word == "websocket" => Transports::WebsocketOnly,
        Some(Value::Words(words)) if words.len() == 2 => Transports::PollingAndWebsocket,
        None if !settings.has("transports") && !is_open => Transports::PollingAndWebsocket,
        _ => Transports::Unknown,
    };
    found.declare(Path::folder(&path), transports, settings, place);
}
