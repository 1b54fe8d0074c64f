//! Go: the standard library's mux, and the routers that are written after it.

mod functions;
mod heartbeat;
mod routers;

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::path::{Path, Style};
use crate::text::{Language, Source};

use functions::{Functions, Handles};
use routers::Routers;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "go",
    title: "Go: net/http, gorilla/mux, chi, gin, echo, fiber",
    product: None,
    declared_by: &[
        "http.HandleFunc(\"P\", handler)",
        "r.GET(\"P\", handler)",
        "r.Get(\"P\", handler)",
        "r.Handle(\"P\", handler)",
    ],
    path: "The first argument, where the handler or what it calls upgrades: gorilla/websocket, coder/websocket, \
           golang.org/x/net/websocket, gofiber, gobwas. It stands behind the prefixes of `Group`, `Route`, `PathPrefix` and \
           `StripPrefix`, which have to lead to a router that is made in the files at hand.",
    read,
};

/// The methods of routers that take a path and then handlers.
const METHODS: [&str; 7] = ["HandleFunc", "Handle", "GET", "Get", "Any", "All", "Path"];

fn read(folder: &Folder<'_>, found: &mut Found) {
    let sources: Vec<(usize, &Source<'_>)> =
        folder.sources().iter().enumerate().filter(|(_, source)| source.language == Language::Go).collect();
    let functions = Functions::of(&sources);
    if !functions.any_upgrades() {
        return;
    }
    let routers = Routers::of(&sources, &functions);
    let from = found.declared.len();
    for &(at, source) in &sources {
        for method in METHODS {
            for call in source.calls(method).filter(|call| source.is_member(call.name)) {
                let arguments = source.arguments(call.open);
                let Some((path, handlers)) =
                    arguments.split_first().filter(|(_, handlers)| !handlers.is_empty())
                else {
                    continue;
                };
                let place = source.place_of(path.value);
                let handles =
                    handlers.iter().map(|handler| functions.handles(at, source, handler.value)).max();
                match handles {
                    None | Some(Handles::Other) => {}
                    Some(Handles::Unsure) => found.unknown("functions of its name differ", place),
                    Some(Handles::Upgrade) => {
                        let Some(prefixes) = routers.prefixes(at, source, call.name) else {
                            found.unknown("the prefix of its router cannot be told", place);
                            continue;
                        };
                        let Some(written) = source.literal(path.value) else {
                            found.unknown("its path is computed", place);
                            continue;
                        };
                        for prefix in prefixes {
                            found.websocket(full(&prefix, &written), place.clone());
                        }
                    }
                }
            }
        }
    }
    heartbeat::set(&sources, &functions, &mut found.declared[from..]);
}

/// A path behind a prefix: `"GET /ws"` has its method before it, and a slash at the end stands for all below.
fn full(prefix: &str, written: &str) -> Option<Path> {
    let written = written.rsplit_once(' ').map_or(written, |(_, path)| path);
    let written = written.strip_suffix("{$}").unwrap_or(written);
    let path = format!("{}/{}", prefix.trim_end_matches('/'), written.trim_start_matches('/'));
    let style = if path.contains("/:") || path.contains("/*") { Style::Colons } else { Style::Braces };
    Path::of(&path, style)
}
