//! Directives of modules whose doings the configuration does not show: those that decide who may enter, and those that
//! answer by themselves, some of them WebSockets.

use crate::config::{ContextId, Line};
use crate::model::Model;

/// The values by which they let everyone in.
const LETS_IN: [&str; 3] = ["off", "no", "monitoring"];

/// What answers by itself, by how the names begin or by name. So does every `…_pass` that is not one of nginx's own.
const ANSWERING_BEGIN: &str = "content_by_lua";
const ANSWERING: [&str; 18] = [
    "echo",
    "echo_duplicate",
    "echo_exec",
    "echo_sleep",
    "empty_gif",
    "js_content",
    "nchan_publisher",
    "nchan_pubsub",
    "nchan_stub_status",
    "nchan_subscriber",
    "passenger_enabled",
    "perl",
    "push_stream_channels_statistics",
    "push_stream_publisher",
    "push_stream_subscriber",
    "push_stream_websocket",
    "stub_status",
    "websocket_echo",
];

/// The lines in force at a level by which a module decides who may enter, one for each directive.
pub(super) fn deciding(model: &Model<'_>, level: ContextId) -> Vec<Line> {
    let config = model.config();
    let mut seen: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for (level, _) in config.outwards(level) {
        for line in config.deciding(level).rev() {
            let name = config.name(line);
            if seen.iter().any(|seen| *seen == name) {
                continue;
            }
            seen.push(name.into_owned());
            let value = config.known_arg(line, 0);
            if value.is_none_or(|value| !LETS_IN.iter().any(|word| value.eq_ignore_ascii_case(word))) {
                found.push(line);
            }
        }
    }
    found
}

/// The line of a level by which a module answers by itself.
pub(super) fn answering(model: &Model<'_>, level: ContextId) -> Option<Line> {
    let config = model.config();
    let unnamed = config.context(level).lines.iter().copied().filter(|line| line.name.is_none());
    unnamed.into_iter().find(|&line| {
        let name = config.name(line);
        name.ends_with("_pass") || ANSWERING.contains(&name.as_ref()) || name.starts_with(ANSWERING_BEGIN)
    })
}
