//! WebSockets of Java by annotations: Jakarta EE, Quarkus and Micronaut.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::java::{self, ContextPath};
use crate::path::{Path, Style};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "jakarta",
    title: "Jakarta WebSocket, Quarkus, Micronaut",
    product: None,
    declared_by: &["@ServerEndpoint(\"P\")", "@WebSocket(path = \"P\")", "@ServerWebSocket(\"P\")"],
    path: "The argument, behind the context path that `application.properties` or `.yml` gives. A `.war` without one has the \
           name of its file before it, which is not known.",
    read,
};

fn read(folder: &Folder<'_>, found: &mut Found) {
    let context = ContextPath::of(folder);
    // A container of servlets puts the name of the archive before.
    let is_war = folder
        .files()
        .iter()
        .any(|file| file.path.ends_with("pom.xml") && file.text.contains("<packaging>war</packaging>"));
    for source in java::sources(folder) {
        for word in ["ServerEndpoint", "WebSocket", "ServerWebSocket"] {
            for call in source.calls(word).filter(|call| source.precede(call.name, &["@"])) {
                let arguments = source.arguments(call.open);
                let names = if word == "WebSocket" { &["path"][..] } else { &["value", "uri"][..] };
                let path = arguments.iter().find(|one| match one.name {
                    None => word != "WebSocket",
                    Some(name) => names.contains(&name),
                });
                let Some(path) = path else { continue };
                let place = source.place_of(path.value);
                let Some(prefix) = context.prefix().filter(|prefix| !is_war || !prefix.is_empty()) else {
                    found.unknown("the context path cannot be told", place);
                    continue;
                };
                let path = source
                    .literal(path.value)
                    .map(|path| format!("{prefix}/{}", path.trim_start_matches('/')));
                found.websocket(path.and_then(|path| Path::of(&path, Style::Braces)), place);
            }
        }
    }
}
