//! Bun's own server.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::links::javascript::javascript;
use crate::path::Path;
use crate::settings::{Known, Settings, plain};
use crate::text::{Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "bun",
    title: "Bun",
    product: None,
    declared_by: &["Bun.serve({fetch, websocket}) with pathname === 'P' and server.upgrade"],
    path: "What the path is compared with where the block or the condition calls `upgrade`; without that it takes every path.",
    read,
};

/// More servers, and more comparisons in one, are made up.
const MOST: usize = 100;

/// The settings of `websocket`. Times are in seconds.
static SETTINGS: [Known; 2] = [plain("idleTimeout"), plain("sendPings")];

fn read(folder: &Folder<'_>, found: &mut Found) {
    for (_, source) in javascript(folder) {
        for call in source.calls("serve").filter(|call| source.receiver(call.name) == Some("Bun")).take(MOST)
        {
            let Some(options) =
                source.first_argument(call.open).and_then(|options| source.object(options.value))
            else {
                continue;
            };
            let Some(websocket) = options.get("websocket") else { continue };
            let settings = source
                .object(websocket)
                .map(|own| Settings::read(source, &own, &SETTINGS))
                .unwrap_or_default();
            let inside = source.inside(call.open);
            let compared = compared(source, inside);
            if compared.is_empty() {
                let has_path =
                    source.holds(inside, "pathname") || options.has("routes") || !options.has("fetch");
                match has_path {
                    true => found.unknown("its paths cannot be told", source.place(call.name)),
                    false => found.any_path(settings.clone(), source.place(call.name)),
                }
            }
            for at in compared {
                let path = source.string(at).and_then(|path| Path::exact(&path));
                found.declare(
                    path,
                    crate::declared::Transports::WebsocketOnly,
                    settings.clone(),
                    source.place(at),
                );
            }
        }
    }
}

/// The strings with which a path is compared before `upgrade`.
fn compared(source: &Source<'_>, part: Part) -> Vec<usize> {
    let mut found = Vec::new();
    for at in source.within(part, "pathname").take(MOST) {
        let text = at + 4;
        if !source.are(at + 1, &["=", "=", "="]) || source.string(text).is_none() {
            continue;
        }
        let Some(condition) = source.outer(at).filter(|open| source.precede(*open, &["if"])) else {
            continue;
        };
        let close = source.close(condition);
        let body = match source.is(close + 1, "{") {
            true => source.inside(close + 1),
            false => Part { start: close + 1, end: close + 8 },
        };
        if source.holds(source.inside(condition), "upgrade") || source.holds(body, "upgrade") {
            found.push(text);
        }
    }
    found
}
