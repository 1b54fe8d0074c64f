//! Action Cable of Rails.

use crate::declared::Transports;
use crate::file::Place;
use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::path::Path;
use crate::settings::Settings;
use crate::text::{Language, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "actioncable",
    title: "Action Cable (Rails)",
    product: Some("actioncable"),
    declared_by: &[
        "mount ActionCable.server => 'P'",
        "config.action_cable.mount_path = 'P'",
        "class RoomChannel < ApplicationCable::Channel",
    ],
    path: "The argument; `/cable` where the application has channels and says nothing else.",
    read,
};

/// More engines than this in one file are made up.
const MOST: usize = 100;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let mut mounts: Vec<(Option<String>, Place)> = Vec::new();
    let mut channel = None;
    for source in folder.of(Language::Ruby) {
        for at in source.positions("mount").take(MOST) {
            // `mount ActionCable.server => '/cable'`, `mount(ActionCable.server, at: '/cable')`.
            let start = if source.is(at + 1, "(") { at + 2 } else { at + 1 };
            if source.are(start, &["ActionCable", ".", "server"]) {
                mounts.push(mounted(source, at, start + 3));
            }
        }
        for at in source.positions("mount_path") {
            if source.precede(at, &["action_cable", "."]) && source.is(at + 1, "=") {
                let part = Part { start: at + 2, end: at + 3 };
                mounts.push((source.literal(part).filter(|_| ends(source, at + 3)), source.place_of(part)));
            }
        }
        for at in source.positions("Channel") {
            if channel.is_none() && source.precede(at, &["<", "ApplicationCable", ":", ":"]) {
                channel = Some(source.place(at));
            }
        }
    }
    let default = channel.filter(|_| mounts.is_empty()).map(|place| (Some("/cable".to_owned()), place));
    for (path, place) in mounts.into_iter().chain(default) {
        match path {
            Some(path) => {
                found.declare(Path::exact(&path), Transports::WebsocketOnly, Settings::default(), place)
            }
            None => found.unknown("its path is computed", place),
        }
    }
}

/// The path behind `ActionCable.server`.
fn mounted(source: &Source<'_>, mount: usize, at: usize) -> (Option<String>, Place) {
    let value = if source.are(at, &["=", ">"]) {
        at + 2
    } else if source.are(at, &[",", "at", ":"]) {
        at + 3
    } else {
        return (None, source.place(mount));
    };
    let path = source.string(value).filter(|_| ends(source, value + 1) || source.is(value + 1, ")"));
    let place = source.place(value);
    let Some(path) = path else { return (None, place) };
    let path = format!("/{}", path.trim_start_matches('/'));
    (scopes(source, mount).map(|prefix| format!("{prefix}{path}")), place)
}

/// Whether an expression ends before a token.
fn ends(source: &Source<'_>, at: usize) -> bool {
    at >= source.len()
        || source.starts_line(at)
        || [",", ";", "}"].iter().any(|mark| source.is(at, mark))
        || ["if", "unless", "end"].iter().any(|word| source.is(at, word))
}

/// The prefix of the scopes around a line, by how far in it stands; nothing if one of them cannot be told.
fn scopes(source: &Source<'_>, mount: usize) -> Option<String> {
    let mut prefix = String::new();
    let mut indent = source.indent(mount);
    for at in (0..mount).rev() {
        if !source.starts_line(at) || source.indent(at) >= indent {
            continue;
        }
        indent = source.indent(at);
        match source.raw(at) {
            "namespace" if source.is(at + 1, ":") => prefix = format!("/{}{prefix}", source.word(at + 2)?),
            "scope" => {
                let value = if source.are(at + 1, &["path", ":"]) { at + 3 } else { at + 1 };
                let own = if source.is(value, ":") {
                    source.word(value + 1)?.to_owned()
                } else {
                    source.string(value)?
                };
                prefix = format!("/{}{prefix}", own.trim_matches('/'));
            }
            "namespace" | "resources" | "resource" | "constraints" | "concern" => return None,
            _ => {}
        }
    }
    Some(prefix)
}
