//! Sockets of Phoenix.

use crate::declared::{Setting, Transports, Value};
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::path::{Path, Style};
use crate::settings::Settings;
use crate::text::{Language, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "phoenix",
    title: "Phoenix",
    product: Some("phoenix"),
    declared_by: &["socket \"P\", UserSocket"],
    path: "The first argument in a module that uses `Phoenix.Endpoint`; clients ask for `P/websocket`. Another `path` of the \
           transport makes it unknown, and what stands in an `if` is left out.",
    read,
};

/// More sockets than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    for source in folder.of(Language::Elixir) {
        let is_endpoint = source.positions("use").any(|at| source.are(at + 1, &["Phoenix", ".", "Endpoint"]));
        if !is_endpoint {
            continue;
        }
        for at in source.positions("socket").take(MOST) {
            let is_bracket = source.is(at + 1, "(");
            let path = if is_bracket { at + 2 } else { at + 1 };
            if source.starts_line(at) && source.is(path + 1, ",") && !is_conditional(source, at) {
                socket(source, path, is_bracket.then_some(at + 1), found);
            }
        }
    }
}

/// Whether a line stands in an `if`, as the socket that reloads pages in development does.
fn is_conditional(source: &Source<'_>, at: usize) -> bool {
    let mut indent = source.indent(at);
    for before in (0..at).rev().filter(|before| source.starts_line(*before)) {
        let own = source.indent(before);
        if own < indent {
            indent = own;
            if ["if", "unless", "case", "cond"].iter().any(|word| source.is(before, word)) {
                return true;
            }
        }
    }
    false
}

fn socket(source: &Source<'_>, path: usize, bracket: Option<usize>, found: &mut Found) {
    let end = match bracket {
        Some(open) => source.close(open),
        None => end(source, path),
    };
    let options = Part { start: path, end };
    let place = source.place(path);
    let Some(written) = source.string(path) else { return found.unknown("its path is computed", place) };
    // `websocket: [path: "/x", timeout: 45_000]`, `longpoll: true`.
    let option = |name: &str| source.within(options, name).find(|at| source.is(at + 1, ":")).map(|at| at + 2);
    if option("websocket").is_some_and(|value| source.is(value, "false")) {
        return;
    }
    if option("path").is_some() {
        return found.unknown("its transport has a path of its own", place);
    }
    let polls = option("longpoll").is_some_and(|value| !source.is(value, "false"));
    let mut settings = Settings::default();
    if let Some(value) = option("timeout") {
        let number = source.number(Part { start: value, end: value + 1 }).map(Value::Number);
        settings.all.push(Setting { name: "timeout", value: number, place: source.place(value) });
    }
    let transports = if polls { Transports::PollingAndWebsocket } else { Transports::WebsocketOnly };
    let written = format!("{}/websocket", written.trim_end_matches('/'));
    found.declare(Path::of(&written, Style::Colons), transports, settings, place);
}

/// Where a call without brackets ends: at a line that no comma or bracket goes on.
fn end(source: &Source<'_>, start: usize) -> usize {
    let mut at = start;
    while at < source.len() {
        match source.raw(at) {
            "(" | "[" | "{" => at = source.close(at),
            _ => {}
        }
        at += 1;
        if source.starts_line(at) && !source.is(at - 1, ",") {
            break;
        }
    }
    at.min(source.len())
}
