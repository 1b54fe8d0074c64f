//! WebSockets of ASP.NET Core without a framework above them.

use crate::declared::{Heartbeat, Set};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::path::{Path, Style};
use crate::settings;
use crate::text::{Language, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "aspnet",
    title: "ASP.NET Core",
    product: None,
    declared_by: &[
        "app.UseWebSockets() and context.Request.Path == \"P\" with AcceptWebSocketAsync",
        "app.Map(\"P\", …) with AcceptWebSocketAsync",
    ],
    path: "What `Request.Path` is compared with in the same block, or the first argument of the `Map`.",
    read,
};

/// More brackets around a call are made up.
const MOST_BRACKETS: usize = 64;

/// And so are more calls or groups in one file, and a longer condition, in tokens.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    for source in folder.of(Language::CSharp) {
        for accept in source.positions("AcceptWebSocketAsync").take(MOST) {
            accepted(source, accept, found);
        }
    }
}

/// What stands around a call that accepts: the comparison before a block, or the path of a `Map`.
fn accepted(source: &Source<'_>, accept: usize, found: &mut Found) {
    let mut at = accept;
    for _ in 0..MOST_BRACKETS {
        let Some(open) = source.outer(at) else { return };
        // `if (context.Request.Path == "/ws") {`: the bracket before the block.
        let condition = open.checked_sub(1).and_then(|close| source.opened_by(close));
        if let Some(condition) = condition.filter(|open| source.precede(*open, &["if"]))
            && let Some(path) = compared(source, source.inside(condition))
        {
            let place = source.place(path);
            let full = prefix(source, open).and_then(|prefix| Some(joined(&prefix, &source.string(path)?)));
            return found.websocket(full.and_then(|path| Path::exact(&path)), place);
        }
        if let Some(name) = open.checked_sub(1).filter(|name| maps(source, *name)) {
            let Some(argument) = source.first_argument(open) else { return };
            let place = source.place_of(argument.value);
            let full = prefix(source, name)
                .and_then(|prefix| Some(joined(&prefix, &source.literal(argument.value)?)));
            return found.websocket(full.and_then(|path| Path::of(&path, Style::Braces)), place);
        }
        at = open;
    }
}

fn maps(source: &Source<'_>, name: usize) -> bool {
    ["Map", "MapGet"].iter().any(|word| source.is(name, word)) && source.is_member(name)
}

/// The string with which a path is compared in a condition.
fn compared(source: &Source<'_>, part: Part) -> Option<usize> {
    let path = source.within(part, "Path").next()?;
    let text = (path + 1..part.end)
        .take(MOST)
        .find(|at| source.string(*at).is_some_and(|text| text.starts_with('/')))?;
    (source.precede(text, &["=", "="]) || source.precede(text, &["StartsWithSegments", "("])).then_some(text)
}

/// The prefix of the groups and branches around a call; nothing if one of them cannot be told.
pub(super) fn prefix(source: &Source<'_>, name: usize) -> Option<String> {
    let mut prefix = group(source, name)?;
    let mut at = name;
    for _ in 0..MOST_BRACKETS {
        let Some(open) = source.outer(at) else { return Some(prefix) };
        if let Some(map) =
            open.checked_sub(1).filter(|name| source.is(*name, "Map") && source.is_member(*name))
        {
            let own = source.literal(source.first_argument(open)?.value)?;
            prefix = joined(&own, &prefix);
            prefix = joined(&group(source, map)?, &prefix);
        }
        at = open;
    }
    None
}

/// The path of the group that a call is made of: `app.MapGroup("/api").MapHub`, `var api = app.MapGroup("/api")`.
fn group(source: &Source<'_>, name: usize) -> Option<String> {
    if source.precede(name, &[")", "."]) {
        let open = source.opened_by(name - 2)?;
        if source.precede(open, &["MapGroup"]) {
            return source.literal(source.first_argument(open)?.value);
        }
        return Some(String::new());
    }
    let Some(receiver) = source.receiver(name) else { return Some(String::new()) };
    let mut groups = source.calls("MapGroup").take(MOST).filter(|call| {
        // `var api = app.MapGroup(`.
        call.name.checked_sub(2).and_then(|start| source.assigned_to(start)) == Some(receiver)
    });
    match (groups.next(), groups.next()) {
        (None, _) => Some(String::new()),
        (Some(call), None) => {
            let above = source.receiver(call.name).filter(|above| *above != receiver);
            let is_plain = above.is_some_and(|above| {
                !source.calls("MapGroup").take(MOST).any(|other| {
                    other.name.checked_sub(2).and_then(|start| source.assigned_to(start)) == Some(above)
                })
            });
            is_plain.then(|| source.literal(source.first_argument(call.open)?.value)).flatten()
        }
        _ => None,
    }
}

/// A path behind a prefix.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    match path {
        "" => prefix.to_owned(),
        _ if path.starts_with('/') => format!("{prefix}{path}"),
        _ => format!("{prefix}/{path}"),
    }
}

/// `= TimeSpan.FromSeconds(10)` at a place, in milliseconds.
pub(super) fn time(source: &Source<'_>, sign: usize) -> Set<Heartbeat> {
    let place = source.place(sign + 3);
    let unit = match source.raw(sign + 3) {
        "FromMilliseconds" => 1.0,
        "FromSeconds" => 1000.0,
        "FromMinutes" => 60_000.0,
        _ => return Set::Unknown(place),
    };
    let number =
        source.call(sign + 3).and_then(|call| source.number(source.first_argument(call.open)?.value));
    match number.filter(|_| source.are(sign, &["=", "TimeSpan", "."])) {
        Some(number) => settings::every(number * unit, place),
        None => Set::Unknown(place),
    }
}
