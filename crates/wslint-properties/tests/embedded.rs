//! Files that hold texts, as they are in `fixtures/embedded` and with mistakes in them.

#![allow(clippy::disallowed_methods, reason = "the cases are read from disk")]

use std::path::{Path, PathBuf};

use wslint_embed::Format;
use wslint_properties::{FORMATS, embed};

/// How many times each file is spoilt. `WSLINT_TIMES` asks for more.
const TIMES: u64 = 60;

fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/embedded");
    let mut open = vec![top];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("the cases are there") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false => files.push((path.clone(), std::fs::read(&path).expect("a file"))),
            }
        }
    }
    files.sort();
    files
}

/// Numbers that are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }
}

/// What is put into files: what their formats have a meaning for.
const PARTS: [&[u8]; 24] = [
    b"\n", b"\r\n", b"\t", b"  ", b"'", b"\"", b"\\", b"$", b"$$", b"${", b"}", b"{{", b"}}", b"|", b"- ",
    b": ", b"#", b"<<EOF\n", b"EOF\n", b"---\n", b"&a ", b"*a", b"''", b"\xff",
];

fn spoilt(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut spoilt = bytes.to_vec();
    for _ in 0..=numbers.next(3) {
        let at = numbers.next(spoilt.len());
        let end = (at + numbers.next(12)).min(spoilt.len());
        match numbers.next(3) {
            0 => drop(spoilt.drain(at..end)),
            1 => drop(spoilt.splice(at..at, PARTS[numbers.next(PARTS.len())].iter().copied())),
            _ => {
                let copied = spoilt[at..end].to_vec();
                let to = numbers.next(spoilt.len());
                drop(spoilt.splice(to..to, copied));
            }
        }
    }
    spoilt
}

#[test]
fn files_are_read_and_written_as_they_are() {
    for (path, bytes) in files() {
        if let Some(format) = Format::by_name(&path) {
            embed(format, &bytes);
        }
    }
}

/// What fuzzing found.
#[test]
fn no_text_is_added_to_the_name_of_a_variable() {
    embed(Format::Script, b"cat > /etc/nginx/conf.d/a.conf <<EOF\n$host;\nserver { listen 80; }\nEOF\n");
}

/// What fuzzing found.
#[test]
fn no_line_is_written_beside_a_line_break_in_quotes() {
    let upgrade = "proxy_set_header Upgrade $http_upgrade;";
    for text in [
        format!("'\n  {upgrade}\n\n  location / {{ }}'"),
        format!("'{upgrade}\n\n\n  {upgrade}\n'"),
        format!("\"\\tserver {{\\n{upgrade}\\x0a\\t}}\""),
        format!(
            "\"cat > /etc/nginx/conf.d/a.conf <<'EOF'\n\n\n\n  {upgrade}\n\n  {upgrade}\n\n  EOF\n\n\n\""
        ),
        format!("\"\n  {upgrade}\\n\n  location / {{ }}\\n\n\n  {upgrade}\""),
    ] {
        embed(Format::Yaml, format!("data:\n  nginx.conf: {text}\n").as_bytes());
    }
}

/// What fuzzing found.
#[test]
fn no_line_is_written_in_front_of_a_tag_that_a_block_begins_with() {
    let block = "default.conf: |\n  {{ .Release.Name }}\n    server {\n      listen 80;\n    }\n";
    embed(Format::Yaml, format!("{{{{ .Chart.Name }}}}: a\ndata:\n  {block}").as_bytes());
}

#[test]
fn spoilt_files_are_read_too() {
    let mut numbers = Numbers(7);
    let asked = std::env::var("WSLINT_TIMES").ok().and_then(|times| times.parse().ok());
    for (path, bytes) in files() {
        for time in 0..asked.unwrap_or(TIMES) {
            let spoilt = spoilt(&bytes, &mut numbers);
            let own = Format::by_name(&path).filter(|_| time % 4 > 0);
            let format = own.unwrap_or(FORMATS[numbers.next(FORMATS.len())]);
            let told = format!("{} as {format:?}", path.display());
            let read = std::panic::catch_unwind(|| embed(format, &spoilt));
            assert!(read.is_ok(), "{told}:\n{}", String::from_utf8_lossy(&spoilt));
        }
    }
}
