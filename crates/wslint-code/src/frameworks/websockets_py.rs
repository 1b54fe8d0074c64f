//! The Python library websockets.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::python;
use crate::settings::{Known, Settings, beat, plain};
use crate::text::{Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "websockets",
    title: "websockets (Python)",
    product: Some("websockets-py"),
    declared_by: &["websockets.serve(handler, host, port)"],
    path: "It takes every path.",
    read,
};

/// More servers than this in one file are made up.
const MOST: usize = 100;

/// The settings of a server. Times are in seconds.
static SETTINGS: [Known; 2] = [beat("ping_interval", 1000.0), plain("ping_timeout")];

fn read(folder: &Folder<'_>, found: &mut Found) {
    for (_, source) in python(folder).filter(|(_, source)| source.has_word("websockets")) {
        for call in source.calls("serve").take(MOST).filter(|call| is_of_websockets(source, call.name)) {
            let keywords = source.keywords(call.open);
            found.any_path(Settings::read(source, &keywords, &SETTINGS), source.place(call.name));
        }
    }
}

/// `websockets.serve(`, or `serve` of `from websockets… import serve`.
fn is_of_websockets(source: &Source<'_>, name: usize) -> bool {
    if source.is_member(name) {
        return source.receiver(name) == Some("websockets");
    }
    source.positions("from").any(|from| {
        source.is(from + 1, "websockets") && source.holds(Part { start: from, end: from + 20 }, "serve")
    })
}
