//! Walks a folder and lists the files that may be configuration. Content decides later; here only what can never be
//! configuration is left out, so that a large repository is not read as a whole.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::WalkBuilder;

use crate::config::Exclude;

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Regular files that may be configuration, in byte order of their paths.
    pub(crate) files: Vec<PathBuf>,
    /// How many regular files are left out by their names.
    pub(crate) by_name: usize,
    /// What the user excludes, in byte order.
    pub(crate) excluded: Vec<PathBuf>,
    /// What could not be entered, with the reason.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
}

/// Walks `folder`, honouring .gitignore and what the user excludes. Symbolic links are followed, since `sites-enabled` consists of them; a loop of
/// links is left out, as the files in it are found on the direct way.
pub(crate) fn walk(folder: &Path, exclude: &Exclude) -> Walk {
    let mut found = Walk::default();
    let real = folder.canonicalize();
    let honour = match &real {
        Ok(canonical) => canonical.ancestors().all(|above| strange_ignore_file(above).is_none()),
        Err(_) => false,
    };
    // Globs are matched against paths as they are from the root of the file system.
    let real = real.unwrap_or_else(|_| folder.to_owned());
    let (named, exclude) = (folder.to_owned(), exclude.clone());
    let (leave, left) = mpsc::channel();
    let walker = WalkBuilder::new(folder)
        .follow_links(true)
        .hidden(false)
        .parents(honour)
        .ignore(honour)
        .git_ignore(honour)
        .filter_entry(move |entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let skipped =
                || is_skipped_folder(entry.file_name()) || strange_ignore_file(entry.path()).is_some();
            let excluded = || {
                let below = entry.path().strip_prefix(&named).unwrap_or(entry.path());
                let excluded = exclude.leaves_out(&real.join(below), folder);
                if excluded {
                    // Nobody listens any more when the walk is over.
                    let _ = leave.send(entry.path().to_owned());
                }
                excluded
            };
            entry.depth() == 0 || !((folder && skipped()) || excluded())
        })
        .build();
    for entry in walker {
        match entry {
            Ok(entry) => {
                let regular = entry.file_type().is_some_and(|kind| kind.is_file());
                if regular && may_be_configuration(entry.path()) {
                    found.files.push(entry.into_path());
                } else if regular {
                    found.by_name += 1;
                }
            }
            Err(error) => note_unreadable(error, None, &mut found.unreadable),
        }
    }
    found.files.sort();
    found.excluded = left.try_iter().collect();
    found.excluded.sort();
    found.unreadable.sort();
    found
}

/// An ignore file in `folder` that is there and not regular. The walker would open it, and reading a device or a
/// FIFO, or a link to one, never ends: such a folder is not walked, or its ignore files do not count.
fn strange_ignore_file(folder: &Path) -> Option<PathBuf> {
    [".gitignore", ".ignore"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()))
}

fn note_unreadable(error: ignore::Error, path: Option<PathBuf>, unreadable: &mut Vec<(PathBuf, String)>) {
    match error {
        ignore::Error::WithPath { path, err } => note_unreadable(*err, Some(path), unreadable),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            note_unreadable(*err, path, unreadable);
        }
        ignore::Error::Partial(errors) => {
            for error in errors {
                note_unreadable(error, path.clone(), unreadable);
            }
        }
        // A dangling link names nothing that could be linted; an include that needs it says so.
        ignore::Error::Io(error) if error.kind() != std::io::ErrorKind::NotFound => {
            if let Some(path) = path {
                let text = error.to_string();
                let words = text.split(" (os error").next().unwrap_or_default().to_owned();
                unreadable.push((path, words));
            }
        }
        _ => {}
    }
}

fn is_skipped_folder(name: &OsStr) -> bool {
    [".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", ".tox", ".terraform"]
        .iter()
        .any(|skipped| name == *skipped)
}

/// Everything but source code, documents, data and backups. An unknown ending stays: `app.example.com` in
/// `sites-available` is a file name like any other.
fn may_be_configuration(path: &Path) -> bool {
    let Some(name) = path.file_name().map(OsStr::to_string_lossy) else { return false };
    if name.ends_with('~') || name.starts_with(".#") || name.starts_with('#') {
        return false;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    !NEVER.contains(&ending.as_str())
}

/// Endings of what is never a configuration of either proxy.
#[rustfmt::skip]
static NEVER: &[&str] = &[
    // documents and data
    "md", "markdown", "rst", "adoc", "txt", "html", "htm", "xhtml", "css", "scss", "sass", "less", "xml", "xsd",
    "json", "json5", "jsonl", "yaml", "yml", "toml", "ini", "properties", "csv", "tsv", "sql", "lock", "log", "diff",
    "patch", "pdf", "po", "pot", "mo", "hcl", "tf", "tfvars", "nix", "env", "map", "svg", "graphql", "proto",
    // source code and what is made of it
    "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "py", "pyc", "rb", "php", "pl", "pm", "go", "rs", "java",
    "kt", "scala", "swift", "c", "h", "cc", "cpp", "hpp", "cs", "m", "lua", "sh", "bash", "zsh", "fish", "ps1", "bat",
    "cmd", "ex", "exs", "erl", "clj", "hs", "r", "dart", "vtc", "vcl", "vim", "el", "t", "o", "so", "a", "class",
    "jar", "wasm", "exe", "dll", "ipynb", "service", "socket", "timer",
    // pictures, archives, keys
    "png", "jpg", "jpeg", "gif", "ico", "webp", "bmp", "mp3", "mp4", "webm", "ogg", "woff", "woff2", "ttf", "eot",
    "otf", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "tar", "deb", "rpm", "iso", "bin", "db", "sqlite", "pem",
    "crt", "key", "csr", "der", "p12", "gpg", "asc", "sig", "pub", "tmp", "pid",
    // backups of editors and package managers
    "bak", "orig", "old", "swp", "swo", "rej", "save", "rpmsave", "rpmorig", "dpkg-old", "dpkg-dist", "dpkg-new",
    "dpkg-bak", "ucf-dist", "ucf-old",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{may_be_configuration, walk};
    use crate::config::Exclude;

    #[test]
    fn unknown_endings_may_be_configuration() {
        for name in
            ["nginx.conf", "app.example.com", "default", "nginx.conf.j2", "haproxy.cfg.tmpl", "site.vhost"]
        {
            assert!(may_be_configuration(Path::new(name)), "{name}");
        }
        for name in ["README.md", "nginx.conf.bak", "server.js", "nginx.conf~", "deploy.yaml"] {
            assert!(!may_be_configuration(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_walk_survives_link_loops_and_fifos() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("nginx.conf"), "events {}\n").expect("a file");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("a link");
        std::os::unix::fs::symlink("absent", folder.path().join("dangling")).expect("a link");
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("fifo.conf"), rustix::fs::Mode::RWXU)
            .expect("a FIFO");
        let found = walk(folder.path(), &Exclude::default());
        assert_eq!(found.files, [folder.path().join("nginx.conf")]);
        assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
    }
}
