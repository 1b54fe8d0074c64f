//! SignalR hubs and Blazor of ASP.NET Core.

use crate::declared::{Heartbeat, Set, Transports};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::aspnet::{self, prefix};
use crate::path::{Path, Style};
use crate::settings::Settings;
use crate::text::{Call, Language, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "signalr",
    title: "SignalR and Blazor (ASP.NET Core)",
    product: Some("signalr"),
    declared_by: &["app.MapHub<Hub>(\"P\")", "app.MapBlazorHub()"],
    path: "The first argument, behind literal `MapGroup`s and `Map`s around it; `/_blazor` for Blazor. `UsePathBase` serves \
           it without its base, too.",
    read,
};

/// More hubs than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let heartbeat = heartbeat(folder);
    let from = found.declared.len();
    for source in folder.of(Language::CSharp) {
        for call in source.calls("MapHub").take(MOST) {
            hub(source, call, found);
        }
        for call in source.calls("MapBlazorHub").take(MOST) {
            let argument = source.first_argument(call.open);
            let written = argument.and_then(|argument| source.literal(argument.value));
            let path = match (argument, written) {
                (_, Some(path)) => Path::exact(&path),
                (None, None) => Path::exact("/_blazor"),
                // What is given are options.
                (Some(_), None) => None,
            };
            let path = path.filter(|_| prefix(source, call.name).is_some_and(|prefix| prefix.is_empty()));
            let before = found.declared.len();
            found.declare(
                path,
                Transports::PollingAndWebsocket,
                Settings::default(),
                source.place(call.name),
            );
            for declared in &mut found.declared[before..] {
                declared.product = Some("blazor-server");
            }
        }
    }
    found.beats_from(from, &heartbeat);
}

fn hub(source: &Source<'_>, call: Call, found: &mut Found) {
    let arguments = source.arguments(call.open);
    let Some(written) = arguments.first() else { return };
    let place = source.place_of(written.value);
    let Some(prefix) = prefix(source, call.name) else {
        return found.unknown("the group around it cannot be told", place);
    };
    let Some(path) = source.literal(written.value) else {
        return found.unknown("its path is computed", place);
    };
    let path = Path::of(&aspnet::joined(&prefix, &path), Style::Braces);
    let transports =
        arguments.get(1).map_or(Transports::PollingAndWebsocket, |options| transports(source, options.value));
    found.declare(path, transports, Settings::default(), place);
}

/// `options => { options.Transports = HttpTransportType.WebSockets; }`.
fn transports(source: &Source<'_>, options: Part) -> Transports {
    let Some(at) = source.within(options, "Transports").next() else {
        return Transports::PollingAndWebsocket;
    };
    let kinds: Vec<&str> = source
        .within(Part { start: at, end: options.end.min(at + 40) }, "HttpTransportType")
        .map(|kind| source.raw(kind + 2))
        .collect();
    match kinds.as_slice() {
        ["WebSockets"] => Transports::WebsocketOnly,
        kinds if kinds.contains(&"WebSockets") && kinds.contains(&"LongPolling") => {
            Transports::PollingAndWebsocket
        }
        _ => Transports::Unknown,
    }
}

/// `options.KeepAliveInterval = TimeSpan.FromSeconds(10)` in a call of `AddSignalR` or of one hub's options.
fn heartbeat(folder: &Folder<'_>) -> Set<Heartbeat> {
    let mut heartbeat = Set::Not;
    for source in folder.of(Language::CSharp) {
        for call in source.calls("AddSignalR").take(100) {
            let Some(at) = source.within(source.inside(call.open), "KeepAliveInterval").next() else {
                continue;
            };
            let value = aspnet::time(source, at + 1);
            heartbeat = if heartbeat == Set::Not { value } else { Set::Unknown(source.place(at)) };
        }
    }
    heartbeat
}
