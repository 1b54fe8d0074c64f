//! SockJS on Node.

use crate::declared::Transports;
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, javascript};
use crate::path::Path;
use crate::settings::{Known, Settings, beat, plain};
use crate::text::{Call, Options, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "sockjs",
    title: "SockJS on Node",
    product: Some("sockjs"),
    declared_by: &["sockjs.createServer({prefix: 'P'})", "server.installHandlers(http, {prefix: 'P'})"],
    path: "The option `prefix` of either; the endpoint is all below it.",
    read,
};

/// More servers than this in one file are made up.
const MOST: usize = 100;

/// The settings of a server. Times are in milliseconds.
static SETTINGS: [Known; 3] = [beat("heartbeat_delay", 1.0), plain("disconnect_delay"), plain("websocket")];

fn read(folder: &Folder<'_>, found: &mut Found) {
    for (_, source) in javascript(folder) {
        if javascript::bound(source, |module| module == "sockjs").is_none() {
            continue;
        }
        for call in source
            .calls("createServer")
            .filter(|call| source.receiver(call.name) == Some("sockjs"))
            .take(MOST)
        {
            server(source, call, found);
        }
    }
}

fn server(source: &Source<'_>, call: Call, found: &mut Found) {
    let mut options = given(source, call, 0);
    if let Some(name) = source.assigned_to(call.name - 2) {
        for install in source.calls("installHandlers").take(MOST) {
            if source.receiver(install.name) == Some(name) {
                options.extend(given(source, install, 1));
            }
        }
    }
    let settings = Settings::read(source, &options, &SETTINGS);
    let place = source.place(call.name);
    let Some(prefix) = options.get("prefix") else {
        return found.unknown("its prefix is not given here", place);
    };
    let place = source.place_of(prefix);
    match source.literal(prefix) {
        Some(path) => found.declare(Path::folder(&path), Transports::PollingAndWebsocket, settings, place),
        None => found.unknown("its path is computed", place),
    }
}

/// The options that a call is given at a position.
fn given<'a>(source: &Source<'a>, call: Call, position: usize) -> Options<'a> {
    let arguments = source.arguments(call.open);
    let object = arguments.get(position).and_then(|options| source.object(options.value));
    object.unwrap_or_default()
}
