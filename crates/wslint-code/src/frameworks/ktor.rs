//! Ktor.

use crate::declared::{Heartbeat, Set};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::path::{Path, Style};
use crate::settings;
use crate::text::{Language, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "ktor",
    title: "Ktor",
    product: None,
    declared_by: &["webSocket(\"P\") { … }"],
    path: "The first argument behind the `route`s around it, where they end in `routing`. `pingPeriod` is the heartbeat.",
    read,
};

/// More braces around a route are made up.
const MOST: usize = 64;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let from = found.declared.len();
    let mut heartbeat = Set::Not;
    for source in folder.of(Language::Kotlin).filter(|source| source.text.contains("io.ktor")) {
        for word in ["webSocket", "webSocketRaw"] {
            for call in source.calls(word) {
                let Some(path) = source.first_argument(call.open) else { continue };
                let place = source.place_of(path.value);
                let Some(prefix) = around(source, call.name) else {
                    found.unknown("the route around it cannot be told", place);
                    continue;
                };
                let path = source
                    .literal(path.value)
                    .map(|path| format!("{prefix}/{}", path.trim_start_matches('/')));
                found.websocket(path.and_then(|path| Path::of(&path, Style::Braces)), place);
            }
        }
        for at in source.positions("pingPeriod").filter(|at| source.is(at + 1, "=")) {
            let set = period(source, at + 2);
            heartbeat = if heartbeat == Set::Not { set } else { Set::Unknown(source.place(at)) };
        }
        for at in source.positions("pingPeriodMillis").filter(|at| source.is(at + 1, "=")) {
            let part = Part { start: at + 2, end: at + 3 };
            let set = settings::heartbeat(source.value(part).as_ref(), 1.0, source.place_of(part));
            heartbeat = if heartbeat == Set::Not { set } else { Set::Unknown(source.place(at)) };
        }
    }
    found.beats_from(from, &heartbeat);
}

/// The routes around a token up to `routing {`.
fn around(source: &Source<'_>, token: usize) -> Option<String> {
    let mut prefix = String::new();
    let mut token = token;
    for _ in 0..MOST {
        let brace = source.outer(token)?;
        let before = brace.checked_sub(1)?;
        if source.is(before, "routing") {
            return Some(prefix);
        }
        if let Some(open) = source.opened_by(before).filter(|open| source.precede(*open, &["route"])) {
            let own = source.literal(source.first_argument(open)?.value)?;
            prefix = format!("/{}{prefix}", own.trim_matches('/'));
        }
        token = brace;
    }
    None
}

/// `Duration.ofSeconds(15)`, `15.seconds`, `null`.
fn period(source: &Source<'_>, at: usize) -> Set<Heartbeat> {
    let place = source.place(at);
    if source.is(at, "null") {
        return Set::To(Heartbeat::Off, place);
    }
    let unit = |word: &str| match word {
        "ofMillis" | "milliseconds" => Some(1.0),
        "ofSeconds" | "seconds" => Some(1000.0),
        "ofMinutes" | "minutes" => Some(60_000.0),
        _ => None,
    };
    let of_call = source.are(at, &["Duration", "."]).then(|| {
        let call = source.call(at + 2)?;
        Some(source.number(source.first_argument(call.open)?.value)? * unit(source.raw(at + 2))?)
    });
    // `15.seconds` is one token as numbers are cut.
    let of_number = source
        .raw(at)
        .split_once('.')
        .and_then(|(number, word)| Some(number.parse::<f64>().ok()? * unit(word)?));
    match of_call.flatten().or(of_number) {
        Some(milliseconds) => settings::every(milliseconds, place),
        None => Set::Unknown(place),
    }
}
