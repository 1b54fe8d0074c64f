//! uWebSockets.js.

use crate::declared::Transports;
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::{self, javascript};
use crate::path::{Path, Style};
use crate::settings::{Known, Settings, plain};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "uwebsockets",
    title: "uWebSockets.js",
    product: None,
    declared_by: &["uWS.App().ws('P', {…})"],
    path: "The first argument; `/*` is every path. `idleTimeout` is in seconds.",
    read,
};

/// The settings of one path. Times are in seconds.
static SETTINGS: [Known; 2] = [plain("idleTimeout"), plain("sendPingsAutomatically")];

fn read(folder: &Folder<'_>, found: &mut Found) {
    for (_, source) in javascript(folder) {
        if javascript::bound(source, |module| module == "uWebSockets.js").is_none() {
            continue;
        }
        for call in source.calls("ws").filter(|call| source.is_member(call.name)) {
            let arguments = source.arguments(call.open);
            let [path, options, ..] = arguments.as_slice() else { continue };
            let settings = source
                .object(options.value)
                .map(|options| Settings::read(source, &options, &SETTINGS))
                .unwrap_or_default();
            let place = source.place_of(path.value);
            match source.literal(path.value) {
                Some(path) if path == "/*" => found.any_path(settings, place),
                Some(path) => {
                    found.declare(Path::of(&path, Style::Colons), Transports::WebsocketOnly, settings, place)
                }
                None => found.unknown("its path is computed", place),
            }
        }
    }
}
