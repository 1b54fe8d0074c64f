//! Trees of files, for what looks at more than one.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::grammar::{Choices, haproxy, nginx, settings};

/// What lies at a path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file with this content.
    File(Vec<u8>),
    /// A symbolic link to this path.
    Link(String),
}

/// What separates the files of a tree in one text: `=== path`, or `=== path -> target` for a link.
const MARK: &[u8] = b"=== ";

/// The entries of a tree, by their paths, none of which leaves it. Bytes that begin with NUL are choices of which the
/// tree is made, others are its text: the files one after the other, each behind a line `=== path`.
pub fn tree(bytes: &[u8]) -> Vec<(String, Entry)> {
    match bytes.split_first() {
        Some((0, choices)) => grown(&mut Choices::new(choices)),
        _ => written(bytes),
    }
}

/// Lays the entries out in a folder. Of two that want the same place the first one has it.
pub fn plant(entries: &[(String, Entry)], folder: &Path) {
    for (path, entry) in entries {
        let place = folder.join(path);
        let parent = place.parent().unwrap_or(folder);
        // A part of the path may be a file, or a link that leads out of the folder, where nothing is to be written.
        let inside = fs::create_dir_all(parent).is_ok()
            && parent.canonicalize().is_ok_and(|parent| parent.starts_with(folder));
        if inside && place.symlink_metadata().is_err() {
            let planted = match entry {
                Entry::File(content) => fs::write(&place, content),
                Entry::Link(target) => symlink(target, &place),
            };
            planted.unwrap_or_else(|error| panic!("{}: {error}", place.display()));
        }
    }
}

/// Up to so many bytes of choices make one file.
const LONGEST: usize = 160;

fn grown(choices: &mut Choices<'_>) -> Vec<(String, Entry)> {
    let mut entries = Vec::new();
    while let Some(choice) = choices.byte() {
        let path = choices.pick(PATHS).to_owned();
        if choice < 24 {
            entries.push((path, Entry::Link(choices.pick(TARGETS).to_owned())));
            continue;
        }
        let length = usize::from(choices.byte().unwrap_or(0)).min(LONGEST);
        let mut part = choices.part(length);
        let text = match (path.rsplit('/').next().unwrap_or_default(), choice) {
            (_, 24..32) => String::new(),
            ("wslint.yaml", _) => settings(&mut part),
            (".gitignore", _) => {
                part.pick(&["*.conf\n", "!nginx.conf\n", "/\n", "[\n", "**\n", "conf.d/\n", "*\n"]).to_owned()
            }
            ("dump.txt", _) => dump(&mut part),
            ("haproxy.cfg" | "a.cfg" | "b.cfg" | "hosts.map", _) => haproxy(&mut part),
            (_, 32..40) => haproxy(&mut part),
            (_, 40..44) => format!("{}\0{}", nginx(&mut part), nginx(&mut part)),
            ("Dockerfile", _) => format!("FROM a\nRUN <<E\n{}E\n", nginx(&mut part)),
            ("values.yaml", _) => format!("a: |\n  {}", nginx(&mut part).replace('\n', "\n  ")),
            _ => nginx(&mut part),
        };
        entries.push((path, Entry::File(text.into_bytes())));
    }
    entries
}

/// What `nginx -T` prints of three files.
fn dump(choices: &mut Choices<'_>) -> String {
    let mut out = String::new();
    for name in ["nginx.conf", "conf.d/a.conf", "b"] {
        let text = nginx(&mut choices.part(LONGEST / 3));
        out.push_str(&format!("# configuration file /etc/nginx/{name}:\n{text}\n"));
    }
    out
}

#[rustfmt::skip]
const PATHS: &[&str] = &[
    "nginx.conf", "nginx.conf", "haproxy.cfg", "conf.d/a.conf", "conf.d/b.conf", "sites-available/app", "sites-enabled/app", "snippets/ws.conf",
    "haproxy/a.cfg", "haproxy/b.cfg", "haproxy/hosts.map", "hosts.map", "wslint.yaml", ".gitignore", "conf.d/.gitignore", "dump.txt", "Dockerfile",
    "values.yaml", "nginx/nginx.conf", "nginx/mime.types", "README.md", "conf.d/wslint.yaml", "a b.conf.j2", ".git/config", "mime.types",
];

/// Where links lead: into the tree, beside it, and to files of the system that nothing can write to.
#[rustfmt::skip]
const TARGETS: &[&str] = &[
    "nginx.conf", ".", "..", "../sites-available/app", "/dev/null", "/dev/zero", "absent", "conf.d", "../nginx.conf", "hosts.map", "../conf.d",
    "../outside/secret.conf", "../../outside/secret.conf", "/proc/self/environ",
];

fn written(text: &[u8]) -> Vec<(String, Entry)> {
    let mut entries: Vec<(String, Entry)> = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_prefix(MARK) {
            Some(head) => {
                let head = String::from_utf8_lossy(head);
                let (path, target) = head.trim_end().split_once(" -> ").unwrap_or((head.trim_end(), ""));
                let entry =
                    if target.is_empty() { Entry::File(Vec::new()) } else { Entry::Link(target.to_owned()) };
                entries.push((path.to_owned(), entry));
            }
            None => {
                if let Some((_, Entry::File(content))) = entries.last_mut() {
                    content.extend_from_slice(line);
                }
            }
        }
    }
    // The fixes are tried too, so no link may lead to what is worth anything.
    let harmless =
        |entry: &Entry| !matches!(entry, Entry::Link(target) if !TARGETS.contains(&target.as_str()));
    entries.retain(|(path, entry)| stays_inside(path) && harmless(entry));
    entries
}

fn stays_inside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0') && part.len() < 200;
    path.len() < 1000 && path.split('/').all(plain)
}
