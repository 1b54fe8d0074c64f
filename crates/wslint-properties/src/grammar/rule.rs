//! Rule files.

use super::choices::{Choices, ODD, Slots};

/// A rule file: the parts of a sound one, some of them missing, twice, or with other values.
pub fn rule(choices: &mut Choices<'_>) -> String {
    let mut out = String::new();
    for line in SOUND {
        match choices.byte() {
            None | Some(40..) => choices.write(&[line], SLOTS, &mut out),
            Some(0..10) => "",
            Some(_) => choices.write(LINES, SLOTS, &mut out),
        };
        out.push('\n');
    }
    while let Some(choice) = choices.byte() {
        choices.write(LINES, SLOTS, &mut out);
        out.push_str(if choice < 8 { choices.pick(ODD) } else { "\n" });
    }
    out
}

#[rustfmt::skip]
const SOUND: &[&str] = &[
    "id: <id>", "title: <text>", "severity: <severity>", "at: <question>", "when:\n  <question>: <value>", "message: <words>", "help: <words>", "why: <words>",
    "examples:\n  - bad: |\n      location /ws { proxy_pass http://app; }   # here\n    good: |\n      location /ws { return 404; }",
];

#[rustfmt::skip]
const LINES: &[&str] = &[
    "id: <id>", "severity: <severity>", "at: <question>", "when:\n  <question>: <value>", "  <question>: <value>", "unless:\n  - {<question>: <value>}",
    "unless:\n  <question>: <value>", "message: <words>", "help: <words>", "why: <words>", "references: [<words>]", "fix: {recipe: <recipe>, safety: <safety>}",
    "adjust:\n  - {when: {<question>: <value>}, severity: <severity>}", "examples: <text>", "  - bad: <text>\n    good: <text>", "    peer: <text>", "    proof: <text>",
    "    version: <text>", "<text>: <text>", "---", "&a [<text>]", "*a",
];

#[rustfmt::skip]
const SLOTS: &Slots = &[
    ("id", &["nginx/rule", "haproxy/rule", "nginx/Rule", "<text>"]),
    ("severity", &["error", "warning", "info", "<text>"]),
    ("question", &["websocket", "upgrade", "connection", "idle-timeout", "idle-verdict", "framework", "handshake", "path", "http-version", "tunnel-timeout", "<text>"]),
    ("value", &["present", "absent", "yes", "no", "strong", "[strong, certain]", "\"< 60s\"", "\"<= 1h\"", "60s", "{below: 1}", "missing", "<text>"]),
    ("recipe", &["set-headers", "add-tunnel-timeout", "set-read-timeout", "<text>"]),
    ("safety", &["safe", "unsafe", "<text>"]),
    ("words", &["plain", "\"`{route}` on `{path}`\"", "\"{idle-timeout}\"", "\"{\"", "\"{nothing}\"", "|\n  more\n  lines", "<text>"]),
    ("text", &["a", "\"é\"", "[a, b]", "{a: b}", "!!binary a", "*a", "|\n  a", "~", "\"\\u0000\"", "[[[[", "1.5", "true"]),
];
