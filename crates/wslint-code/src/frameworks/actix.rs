//! Actix Web.

use std::collections::HashMap;

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::rust::{Function, functions, is_in, sources, tests};
use crate::path::{Path, Style};
use crate::text::{Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "actix",
    title: "Actix Web",
    product: None,
    declared_by: &[
        "#[get(\"P\")] before a function that calls ws::start or actix_ws::handle",
        ".route(\"P\", web::get().to(handler))",
        "web::resource(\"P\").route(web::get().to(handler))",
    ],
    path: "The first argument. A folder with a `web::scope` makes it unknown, unless the scope stands around the route.",
    read,
};

/// More brackets around a route are made up.
const MOST_BRACKETS: usize = 64;

/// What functions of a name do.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Upgrade,
    Other,
    Unsure,
}

fn read(folder: &Folder<'_>, found: &mut Found) {
    if !sources(folder).any(|(_, source)| source.has_word("actix_ws") || source.has_word("actix_web_actors"))
    {
        return;
    }
    let has_scopes = sources(folder).any(|(_, source)| source.has_word("scope"));
    let mut handlers: HashMap<&str, Does> = HashMap::new();
    for (_, source) in sources(folder) {
        for function in functions(source) {
            let does = if upgrades(source, function.body) { Does::Upgrade } else { Does::Other };
            handlers
                .entry(function.name)
                .and_modify(|known| *known = if *known == does { does } else { Does::Unsure })
                .or_insert(does);
        }
    }
    for (_, source) in sources(folder) {
        let tests = tests(source);
        for function in functions(source).iter().filter(|function| upgrades(source, function.body)) {
            if let Some(path) = attribute(source, function) {
                declare(source, path, (!has_scopes).then(String::new), found);
            }
        }
        for word in ["route", "to"] {
            for call in
                source.calls(word).filter(|call| source.is_member(call.name) && !is_in(&tests, call.name))
            {
                let inside = source.inside(call.open);
                let Some(handler) = handler(source, word, inside) else { continue };
                let Some(path) = (match word {
                    "route" => source
                        .first_argument(call.open)
                        .map(|path| path.value)
                        .filter(|path| is_text(source, *path)),
                    _ => resource(source, call.name),
                }) else {
                    continue;
                };
                match handlers.get(handler) {
                    Some(Does::Upgrade) => declare(source, path, scope(source, call.name, has_scopes), found),
                    Some(Does::Unsure) => {
                        found.unknown("functions of its name differ", source.place_of(path))
                    }
                    Some(Does::Other) | None => {}
                }
            }
        }
    }
}

/// Whether a body calls `ws::start`, `ws::WsResponseBuilder` or `actix_ws::handle`.
fn upgrades(source: &Source<'_>, body: Part) -> bool {
    let of = |word: &str, module: &str| {
        source.within(body, word).any(|at| source.precede(at, &[module, ":", ":"]))
    };
    of("start", "ws") || of("WsResponseBuilder", "ws") || of("handle", "actix_ws")
}

/// The text of `#[get("P")]` before a function.
fn attribute(source: &Source<'_>, function: &Function<'_>) -> Option<Part> {
    let start = function.head.start;
    // Other attributes and `pub async` stand between.
    let get = (start.saturating_sub(60)..start).rev().take_while(|at| !source.is(*at, "}")).find(|at| {
        (source.is(*at, "get") || source.is(*at, "route"))
            && source.precede(*at, &["#", "["])
            && source.is(at + 1, "(")
    })?;
    source.first_argument(get + 1).map(|path| path.value)
}

fn is_text(source: &Source<'_>, part: Part) -> bool {
    source.literal(part).is_some()
}

/// The name of the function that a route ends at: `web::get().to(handler)`.
fn handler<'a>(source: &Source<'a>, word: &str, inside: Part) -> Option<&'a str> {
    let part = match word {
        "to" => inside,
        _ => source.inside(source.within(inside, "to").find(|to| source.is(to + 1, "("))? + 1),
    };
    source.word(part.end.checked_sub(1)?)
}

/// The path of the resource that a `to` belongs to.
fn resource(source: &Source<'_>, to: usize) -> Option<Part> {
    let mut token = to;
    for _ in 0..MOST_BRACKETS {
        // Back along the chain, and out of `route(…)`.
        while source.precede(token, &[")", "."]) {
            let open = source.opened_by(token - 2)?;
            token = open.checked_sub(1)?;
            if source.is(token, "resource") {
                return source.first_argument(open).map(|path| path.value);
            }
        }
        let open = source.outer(token)?;
        token = open.checked_sub(1).filter(|name| source.is(*name, "route"))?;
        if source.first_argument(open).is_some_and(|first| is_text(source, first.value)) {
            return None;
        }
    }
    None
}

/// The scopes around a route, or nothing where others may be.
fn scope(source: &Source<'_>, name: usize, has_scopes: bool) -> Option<String> {
    if !has_scopes {
        return Some(String::new());
    }
    let mut prefix = String::new();
    let mut token = name;
    for _ in 0..MOST_BRACKETS {
        while source.precede(token, &[")", "."]) {
            let open = source.opened_by(token - 2)?;
            token = open.checked_sub(1)?;
            if source.is(token, "scope") {
                let own = source.literal(source.first_argument(open)?.value)?;
                prefix = format!("{}{prefix}", own.trim_end_matches('/'));
            } else if source.precede(token, &["App", ":", ":"]) {
                return Some(prefix);
            }
        }
        token = source.outer(token)?.checked_sub(1)?;
    }
    None
}

fn declare(source: &Source<'_>, path: Part, prefix: Option<String>, found: &mut Found) {
    let place = source.place_of(path);
    let Some(prefix) = prefix else { return found.unknown("a scope may stand before it", place) };
    let path = source.literal(path).and_then(|path| Path::of(&format!("{prefix}{path}"), Style::Braces));
    found.websocket(path, place);
}
