//! File names and values of strangers in what machines read: they stay values.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::Value;

use crate::support::{Ran, Scratch, formats};
use crate::validators::{validate, xml};

const NAMES: [&[u8]; 12] = [
    b"a\n::error::x.conf",
    b"::error title=b::c.conf",
    b" \t::add-mask::d.conf",
    b"e##[error]e.conf",
    b"%0A::warning::f,g:h=i.conf",
    b"a\r\n::notice::j.conf",
    b"q\"uo'te<&>]]>.conf",
    b"\x1b[31m\x07k.conf",
    b"\xff\xfe.conf",
    "\u{202e}\u{2028}\u{9b}\u{fffe}\u{ffff}é漢.conf".as_bytes(),
    b"http:..l#m?n.conf",
    b"o\\p..conf",
];

/// Locations that certainly carry WebSocket traffic and lose half of the handshake, with values that findings quote.
const SERVER: &[u8] = b"server {\n    listen 80;\n    location /ws {\n        proxy_pass http://127.0.0.1:3000;\n        \
    proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection \"\n\
    ::error::a ##[group]b %0A ]]> <a b='c'>&amp;\\\" \x1b]8;;http://evil\x07 \xff\xe2\x80\xae\xc2\x9b\r\n::warning::\";\n    }\n    \
    location \"/io\n::error::x <a b='c'>&amp;]]> \\\"\" {\n        proxy_pass http://127.0.0.1:3000;\n        \
    proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n    }\n}\n";

fn project() -> Scratch {
    let scratch = Scratch::new(&[]);
    for name in NAMES {
        scratch.write(OsStr::from_bytes(name), SERVER);
    }
    scratch.write("broken/nginx.conf", b"server {\n listen \"::error::a ##[b]\" }\n");
    scratch
}

/// Runs the command as a step of a workflow.
fn in_workflow(scratch: &Scratch, args: &[&str]) -> Ran {
    let mut command = scratch.wslint(args);
    Ran::from(command.env("GITHUB_ACTIONS", "true").output().expect("the command runs"))
}

/// A command as the runner reads it: its name, its properties, its data.
type Command = (String, Vec<(String, String)>, String);

/// What the runner takes for commands, after the rules of its parser.
fn commands(text: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    for line in text.split(['\n', '\r']) {
        let Some((head, data)) = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::"))
        else {
            let old_style = line.split_once("##[").is_some_and(|(_, rest)| rest.contains(']'));
            assert!(!old_style, "{line:?}");
            continue;
        };
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let properties = properties.split(',').filter_map(|property| property.split_once('='));
        let unescape = |text: &str, escapes: &[(&str, &str)]| {
            escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        let of_data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
        let of_properties = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
        commands.push((
            name.to_owned(),
            properties.map(|(key, value)| (key.to_owned(), unescape(value, &of_properties))).collect(),
            unescape(data, &of_data),
        ));
    }
    commands
}

#[test]
fn a_workflow_obeys_what_wslint_means_and_nothing_else() {
    let scratch = project();
    let ran = in_workflow(&scratch, &["."]).expect(2);
    assert_eq!(commands(&ran.stderr), []);
    let told = scratch.run(&[".", "--format", "json"]).json();
    let expected = |field: &str| told[field].as_array().expect("a list").len();
    let commands = commands(&ran.stdout);
    assert_eq!(commands.len(), expected("findings") + expected("errors"), "{ran:?}");
    assert!(expected("findings") >= 2 * NAMES.len(), "{told}");
    for (name, properties, data) in &commands {
        assert!(["error", "warning", "notice"].contains(&name.as_str()) && !data.is_empty(), "{name}");
        let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
        assert!(
            matches!(
                keys[..],
                ["file", "line", "col", "endColumn", "title"] | ["file", "line", "endLine", "title"]
            ),
            "{properties:?}"
        );
    }
    let files: Vec<&str> = commands.iter().map(|(_, properties, _)| properties[0].1.as_str()).collect();
    for exact in ["a\n::error::x.conf", "::error title=b::c.conf", "%0A::warning::f,g:h=i.conf"] {
        assert!(files.contains(&exact), "{exact:?} {files:?}");
    }
    let order: Vec<u8> = commands
        .iter()
        .map(|(name, _, _)| {
            ["error", "warning", "notice"].iter().position(|known| known == name).map_or(9, |at| at as u8)
        })
        .collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn no_format_hands_a_command_of_a_stranger_to_a_workflow() {
    let scratch = project();
    // That format is made of commands.
    for format in formats().iter().filter(|format| *format != "github") {
        let ran = in_workflow(&scratch, &[".", "--format", format]).expect(2);
        assert_eq!(commands(&ran.stdout), [], "{format}");
        assert_eq!(commands(&ran.stderr), [], "{format}");
    }
    for args in [&["facts", "."][..], &["trace", "ws://a/ws", "."], &["."], &["--diff", "."]] {
        in_workflow(&scratch, args);
    }
}

#[test]
fn every_format_is_valid_whatever_the_names() {
    let scratch = project();
    for format in &formats() {
        let ran = scratch.run(&[".", "--format", format]).expect(2);
        scratch.write("report", ran.stdout.as_bytes());
        validate(format, &[scratch.path().join("report")]);
        fs::remove_file(scratch.path().join("report")).expect("removable");
    }
}

#[test]
fn names_are_read_back_by_other_parsers() {
    let scratch = project();
    let read = |format: &str| scratch.run(&[".", "--format", format]).expect(2);
    let sarif = read("sarif").json();
    let uris: Vec<Vec<u8>> = sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        .map(|uri| percent_decoded(uri.as_str().expect("an address")))
        .collect();
    for name in NAMES {
        assert!(uris.iter().any(|uri| uri == name), "{:?}", String::from_utf8_lossy(name));
    }
    let gitlab = read("gitlab").json();
    let paths: Vec<&str> = gitlab
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|issue| issue["location"]["path"].as_str())
        .collect();
    for name in NAMES.iter().filter_map(|name| std::str::from_utf8(name).ok()) {
        assert!(paths.contains(&name), "{name:?}");
    }
    for format in ["junit", "checkstyle"] {
        scratch.write("report", read(format).stdout.as_bytes());
        let document = xml(&scratch.path().join("report"));
        let files: Vec<&Value> =
            document[3].as_array().expect("files").iter().map(|file| &file[1]["name"]).collect();
        for name in
            ["a\n::error::x.conf", " \t::add-mask::d.conf", "a\r\n::notice::j.conf", "q\"uo'te<&>]]>.conf"]
        {
            assert!(files.iter().any(|file| *file == name), "{format} {name:?} {files:?}");
        }
        assert!(files.iter().any(|file| *file == "\\u{1b}[31m\\u{7}k.conf"), "{format} {files:?}");
    }
}

fn percent_decoded(uri: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, behind @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(&behind[..2]).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal"));
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    bytes
}
