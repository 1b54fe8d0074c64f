//! warp.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::rust::{is_in, sources, tests};
use crate::path::{Path, Style};
use crate::text::Source;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "warp",
    title: "warp",
    product: None,
    declared_by: &["warp::path(\"P\").and(warp::ws())", "warp::path!(\"P\" / String).and(warp::ws())"],
    path: "All paths of the chain that ends in `warp::ws()`, where the chain begins with one of them.",
    read,
};

/// Longer chains are made up.
const MOST: usize = 60;

fn read(folder: &Folder<'_>, found: &mut Found) {
    for (_, source) in sources(folder) {
        let tests = tests(source);
        for at in source.positions("ws") {
            if !is_in(&tests, at)
                && source.precede(at, &["warp", ":", ":"])
                && source.are(at + 1, &["(", ")"])
            {
                chain(source, at, found);
            }
        }
    }
}

/// The chain in whose `and(…)` a filter stands.
fn chain(source: &Source<'_>, ws: usize, found: &mut Found) {
    let Some(and) = source.outer(ws).filter(|open| source.precede(*open, &["and"])) else { return };
    let place = source.place(ws);
    let mut pieces: Vec<String> = Vec::new();
    let mut at = None;
    let mut name = and - 1;
    for _ in 0..MOST {
        let Some(open) =
            name.checked_sub(2).filter(|_| source.is_member(name)).and_then(|close| source.opened_by(close))
        else {
            return found.unknown("its path stands elsewhere", place);
        };
        let own = if source.precede(open, &["!"]) { open - 2 } else { open - 1 };
        match source.raw(own) {
            "and" => {
                let inside = source.inside(open);
                if let Some(path) =
                    source.within(inside, "path").find(|path| source.precede(*path, &["warp", ":", ":"]))
                {
                    let Some(piece) = piece(source, path) else {
                        return found.unknown("its path is computed", place);
                    };
                    pieces.push(piece);
                    at = Some(path);
                }
            }
            "path" => {
                let Some(piece) = piece(source, own) else {
                    return found.unknown("its path is computed", place);
                };
                pieces.push(piece);
                at = Some(own);
            }
            "end" | "get" | "any" | "map" | "query" | "param" => {}
            _ => return found.unknown("its path stands elsewhere", place),
        }
        if source.precede(own, &["warp", ":", ":"]) {
            break;
        }
        name = own;
    }
    pieces.reverse();
    if let Some(at) = at {
        found.websocket(Path::of(&pieces.concat(), Style::Braces), source.place(at));
    }
}

/// What one `warp::path(…)` or `warp::path!(…)` adds.
fn piece(source: &Source<'_>, path: usize) -> Option<String> {
    let open = if source.is(path + 1, "!") { path + 2 } else { path + 1 };
    if source.are(path + 1, &[":", ":"]) {
        // `warp::path::end()` adds nothing, `warp::path::param()` one segment.
        return match source.raw(path + 3) {
            "end" => Some(String::new()),
            "param" => Some("/{}".to_owned()),
            _ => None,
        };
    }
    let inside = source.inside(open);
    let mut text = String::new();
    for at in (inside.start..inside.end).take(MOST) {
        match source.string(at) {
            Some(segment) if !segment.contains('/') => text.push_str(&format!("/{segment}")),
            Some(_) => return None,
            None if source.is(at, "/") => {}
            // A type stands for any value.
            None if source.word(at).is_some() && source.is(path + 1, "!") => text.push_str("/{}"),
            None => return None,
        }
    }
    Some(text)
}
