//! Flask-Sock and the older Flask-Sockets.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::{self, Dialect, python, start_of};
use crate::links::mounts::under;
use crate::links::python::Names;
use crate::path::Style;
use crate::settings;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "flask-sock",
    title: "Flask-Sock, Flask-Sockets",
    product: Some("simple-websocket"),
    declared_by: &["@sock.route('P')", "@sockets.route('P')"],
    path: "The first argument; behind the `url_prefix` of the blueprint if `Sock` or the route is given one. `ping_interval` \
           of `SOCK_SERVER_OPTIONS` is the heartbeat.",
    read,
};

fn read(folder: &Folder<'_>, found: &mut Found) {
    let names = Names::of(folder);
    let mut mounts = python_routers::mounts(
        folder,
        &names,
        &Dialect {
            package: "flask",
            apps: &["Flask"],
            routers: &["Blueprint"],
            prefix: "url_prefix",
            include: &["register_blueprint"],
            replaces: true,
            declared_by: &[],
        },
    );
    for (at, source) in python(folder).filter(|(_, source)| is_user(source)) {
        for class in ["Sock", "Sockets"] {
            for call in source.calls(class) {
                let Some(name) = source.assigned_to(start_of(source, call)) else { continue };
                let node = (at, name.to_owned());
                let below = source.first_argument(call.open).and_then(|app| names.node(at, app.value));
                match below.filter(|below| mounts.is_router(below)) {
                    Some(blueprint) => mounts.hang(node, blueprint, Some(String::new())),
                    // It is given the app, or will be.
                    None => mounts.root(node),
                }
            }
        }
    }
    let from = found.declared.len();
    for (at, source) in python(folder) {
        for call in source.calls("route") {
            let Some(name) = call.name.checked_sub(2).filter(|_| source.is_member(call.name)) else {
                continue;
            };
            let part = crate::text::Part { start: name, end: name + 1 };
            let Some(sock) = names.node(at, part).filter(|sock| is_sock(folder, sock)) else { continue };
            let arguments = source.arguments(call.open);
            let Some(path) = arguments.first() else { continue };
            let place = source.place_of(path.value);
            let blueprint = arguments.iter().skip(1).find(|one| matches!(one.name, None | Some("bp")));
            let prefixes = match blueprint {
                Some(blueprint) => names.node(at, blueprint.value).and_then(|node| mounts.prefixes(&node)),
                None => mounts.prefixes(&sock),
            };
            under(prefixes, source.literal(path.value), place, found, Style::Braces);
        }
    }
    let heartbeat = heartbeat(folder);
    found.beats_from(from, &heartbeat);
}

fn is_user(source: &crate::text::Source<'_>) -> bool {
    source.has_word("flask_sock") || source.has_word("flask_sockets")
}

/// Whether a name is a `Sock` in its file.
fn is_sock(folder: &Folder<'_>, node: &crate::links::mounts::Node) -> bool {
    let source = &folder.sources()[node.0];
    is_user(source)
        && ["Sock", "Sockets"].into_iter().any(|class| {
            source
                .calls(class)
                .take(20)
                .any(|call| source.assigned_to(start_of(source, call)) == Some(&node.1))
        })
}

/// `app.config['SOCK_SERVER_OPTIONS'] = {'ping_interval': 25}`, in seconds.
fn heartbeat(folder: &Folder<'_>) -> crate::declared::Set<crate::declared::Heartbeat> {
    use crate::declared::Set;
    let mut heartbeat = Set::Not;
    for (_, source) in python(folder) {
        for at in 0..source.len() {
            let is_name = source.is(at, "SOCK_SERVER_OPTIONS")
                || source.string(at).is_some_and(|text| text == "SOCK_SERVER_OPTIONS");
            let sign = if source.is(at + 1, "]") { at + 2 } else { at + 1 };
            if !is_name || !(source.is(sign, "=") || source.is(sign, ":")) {
                continue;
            }
            let part = crate::text::Part { start: sign + 1, end: source.close(sign + 1) + 1 };
            let Some(options) = source.object(part) else { continue };
            let Some(value) = options.get("ping_interval") else { continue };
            let set = settings::heartbeat(source.value(value).as_ref(), 1000.0, source.place_of(value));
            heartbeat = if heartbeat == Set::Not { set } else { Set::Unknown(source.place_of(value)) };
        }
    }
    heartbeat
}
