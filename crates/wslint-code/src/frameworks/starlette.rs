//! Routes of Starlette.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::{mounted, python, start_of};
use crate::links::mounts::{Mounts, Node, under};
use crate::links::python::Names;
use crate::path::Style;
use crate::text::Source;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "starlette",
    title: "Starlette",
    product: None,
    declared_by: &["WebSocketRoute('P', handler)"],
    path: "The first argument, behind the paths of the `Mount`s around it, where its list is the routes of an app.",
    read,
};

/// More brackets around a route are made up.
const MOST_BRACKETS: usize = 64;

/// What takes a list of routes: its position among the arguments, and its keyword.
const TAKERS: [(&str, &str); 4] =
    [("Starlette", "routes"), ("FastAPI", "routes"), ("Router", "routes"), ("Mount", "routes")];

fn read(folder: &Folder<'_>, found: &mut Found) {
    if !python(folder).any(|(_, source)| source.has_word("WebSocketRoute")) {
        return;
    }
    let names = Names::of(folder);
    let mounts = mounts(folder, &names);
    for (at, source) in python(folder) {
        for call in source.calls("WebSocketRoute") {
            let Some(path) = source.first_argument(call.open) else { continue };
            let place = source.place_of(path.value);
            let written = source.literal(path.value);
            match around(source, at, call.name) {
                None => found.unknown("the path around it cannot be told", place),
                Some((prefix, Holder::App)) => {
                    under(Some(vec![prefix]), written, place, found, Style::Braces)
                }
                Some((prefix, Holder::Named(node))) => {
                    let prefixes = mounts.prefixes(&node);
                    let prefixes =
                        prefixes.map(|all| all.into_iter().map(|one| format!("{one}{prefix}")).collect());
                    under(prefixes, written, place, found, Style::Braces);
                }
            }
        }
    }
}

/// What holds a route in the end.
enum Holder {
    /// An app.
    App,
    /// A name for a list, an app or a router.
    Named(Node),
}

/// The paths of the mounts around a token, and what holds it all.
fn around(source: &Source<'_>, at: usize, token: usize) -> Option<(String, Holder)> {
    let mut prefix = String::new();
    let mut outermost = token;
    for _ in 0..MOST_BRACKETS {
        let Some(open) = source.outer(outermost) else {
            let start = if source.is(outermost, "(") { outermost.checked_sub(1)? } else { outermost };
            // `routes += […]` and `routes.append(…)` belong to the name, too.
            let named = source.assigned_to(start).or_else(|| {
                let adds = source.is(start.wrapping_sub(1), "=") && source.is(start.wrapping_sub(2), "+");
                if adds { source.word(start.wrapping_sub(3)) } else { source.receiver(start) }
            })?;
            return Some((prefix, Holder::Named((at, named.to_owned()))));
        };
        outermost = open;
        if source.precede(open, &["Mount"]) {
            let own = source.literal(source.first_argument(open)?.value)?;
            prefix = format!("{}{prefix}", own.trim_end_matches('/'));
        } else if source.precede(open, &["Starlette"]) || source.precede(open, &["FastAPI"]) {
            let name = source.assigned_to(start_of(source, crate::text::Call { name: open - 1, open }));
            return Some((prefix, name.map_or(Holder::App, |name| Holder::Named((at, name.to_owned())))));
        }
    }
    None
}

/// Which lists of routes belong to which apps.
fn mounts(folder: &Folder<'_>, names: &Names<'_, '_>) -> Mounts {
    let mut mounts = Mounts::default();
    for (at, source) in python(folder) {
        for (class, keyword) in TAKERS {
            for call in source.calls(class) {
                let is_app = class == "Starlette" || class == "FastAPI";
                let name = source.assigned_to(start_of(source, call)).map(|name| (at, name.to_owned()));
                if let Some(app) = name.clone().filter(|_| is_app) {
                    mounts.root(app);
                }
                let keywords = source.keywords(call.open);
                for keyword in [keyword, "app"] {
                    let Some(part) = keywords.get(keyword) else { continue };
                    let Some(list) = names.node(at, part) else { continue };
                    match around(source, at, part.start) {
                        Some((prefix, Holder::Named(above))) if above != list => {
                            mounts.hang(list, above, Some(prefix))
                        }
                        Some((prefix, Holder::App)) => {
                            // An app without a name, which the place tells apart.
                            let above = (at, format!("({})", part.start));
                            mounts.root(above.clone());
                            mounts.hang(list, above, Some(prefix));
                        }
                        _ => {}
                    }
                }
            }
        }
        mounted(names, at, source, &mut mounts);
    }
    mounts
}
