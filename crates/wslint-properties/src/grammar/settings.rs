//! `wslint.yaml`.

use super::choices::{Choices, ODD, Slots};

/// Settings as a repository may bring them.
pub fn settings(choices: &mut Choices<'_>) -> String {
    let mut out = String::new();
    while let Some(choice) = choices.byte() {
        if choice < 4 {
            out.push_str(choices.pick(ODD));
        }
        choices.write(LINES, SLOTS, &mut out);
        out.push('\n');
    }
    out
}

#[rustfmt::skip]
const LINES: &[&str] = &[
    "websockets:\n  - path: <path>", "  - {path: <path>, host: <text>, framework: <framework>, heartbeat: <time>, min_idle: <time>}",
    "heartbeat: <time>", "min_idle: <time>", "rules:\n  <rule>: <level>", "  <rule>: <level>", "rules: {<rule>: <level>}",
    "roots:\n  <folder>: <folder>", "nginx_version: <version>", "haproxy_version: <version>", "nginx_prefix: <folder>",
    "exclude:\n  - <glob>", "  - <glob>", "exclude: [<glob>, <glob>]", "env:\n  <text>: <text>", "addresses:\n  <text>: <text>", "<text>: <text>",
    "# <text>", "---", "&a <text>", "*a",
];

#[rustfmt::skip]
const SLOTS: &Slots = &[
    ("path", &["/ws", "/socket.io/", "ws", "\"/a b\"", "<text>"]),
    ("framework", &["socket.io", "signalr", "phoenix", "<text>"]),
    ("time", &["25s", "10m", "never", "0", "-1", "1e9", "99999999999999h", "<text>"]),
    ("rule", &["nginx", "haproxy", "nginx/http10", "\"*/socketio-*\"", "\"[\"", "<text>"]),
    ("level", &["off", "info", "warning", "error", "false", "<text>"]),
    ("folder", &["/etc/nginx", "deploy", ".", "..", "/", "\"\"", "<text>"]),
    ("version", &["1.22.1", "1.30", "2.6.12", "3", "latest", "<text>"]),
    ("glob", &["\"*.conf\"", "conf.d", "\"!x\"", "\"[\"", "\"**\"", "<text>"]),
    ("text", &["a", "10.0.0.1:80", "\"é\"", "[a, b]", "{a: b}", "!!binary a", "*a", "|\n  a", "~", "\"\\u0000\"", "[[[[", "1.5", "app.example.com"]),
];
