//! Walks a folder and lists the files that may be configuration. Content decides later; here only what can never be
//! configuration is left out, so that a large repository is not read as a whole.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder};

use super::file_names::may_be_configuration;
use super::territory::Bounds;
use crate::config::Exclude;
use crate::repository::repository;

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Regular files that may be configuration, in byte order of their paths.
    pub(crate) files: Vec<PathBuf>,
    /// How many regular files are left out by their names.
    pub(crate) by_name: usize,
    /// What the user excludes, in byte order.
    pub(crate) excluded: Vec<PathBuf>,
    /// Links out of what may be read, in byte order.
    pub(crate) outside: Vec<PathBuf>,
    /// What could not be entered, with the reason.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
}

/// Why something that could be walked is not.
enum Left {
    Excluded(PathBuf),
    Outside(PathBuf),
}

/// Walks `folder`, honouring .gitignore and what the user excludes. Symbolic links are followed, since `sites-enabled`
/// consists of them, unless they lead out of `bounds`; a loop of links is left out, as the files in it are found on the
/// direct way.
pub(crate) fn walk(folder: &Path, exclude: &Exclude, bounds: &Bounds) -> Walk {
    let mut found = Walk::default();
    let real = folder.canonicalize();
    let honour = match &real {
        Ok(canonical) => canonical.ancestors().all(|above| strange_ignore_file(above).is_none()),
        Err(_) => false,
    };
    // Globs are matched against paths as they are from the root of the file system.
    let real = real.unwrap_or_else(|_| folder.to_owned());
    let parents = honour && repository(&real).is_some();
    let (named, exclude, bounds) = (folder.to_owned(), exclude.clone(), bounds.clone());
    let (leave, left) = mpsc::channel();
    let why_left = move |entry: &DirEntry| {
        let below = entry.path().strip_prefix(&named).unwrap_or(entry.path());
        if exclude.leaves_out(&real.join(below), is_folder(entry)) {
            Some(Left::Excluded(entry.path().to_owned()))
        } else if leads_out(entry, &bounds) {
            Some(Left::Outside(entry.path().to_owned()))
        } else {
            None
        }
    };
    let walker = WalkBuilder::new(folder)
        .follow_links(true)
        .hidden(false)
        // Outside of a repository only the folder itself speaks: a .gitignore above it is about something else.
        .parents(parents)
        .require_git(false)
        .ignore(honour)
        .git_ignore(honour)
        .filter_entry(move |entry| {
            if entry.depth() == 0 {
                return true;
            }
            if is_folder(entry)
                && (is_skipped_folder(entry.file_name()) || strange_ignore_file(entry.path()).is_some())
            {
                return false;
            }
            let left = why_left(entry);
            let walked = left.is_none();
            // Nobody listens any more when the walk is over.
            left.map(|left| leave.send(left));
            walked
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
    for left in left.try_iter() {
        match left {
            Left::Excluded(path) => found.excluded.push(path),
            Left::Outside(path) => found.outside.push(path),
        }
    }
    found.files.sort();
    found.excluded.sort();
    found.outside.sort();
    found.unreadable.sort();
    found
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// Whether an entry is a link to a folder or file that may not be read, but could be configuration. A repository of
/// strangers may link to any file of the machine that lints it.
fn leads_out(entry: &DirEntry, bounds: &Bounds) -> bool {
    let regular = entry.file_type().is_some_and(|kind| kind.is_file());
    entry.path_is_symlink()
        && (is_folder(entry) || (regular && may_be_configuration(entry.path())))
        && !bounds.hold(entry.path())
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
                // Its own words say the path once more.
                unreadable.push((path, error.kind().to_string()));
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

#[cfg(test)]
mod tests {
    use super::walk;
    use crate::config::Exclude;
    use crate::project::territory::Territory;

    #[test]
    fn a_walk_survives_link_loops_and_fifos() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("nginx.conf"), "events {}\n").expect("a file");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("a link");
        std::os::unix::fs::symlink("absent", folder.path().join("dangling")).expect("a link");
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("fifo.conf"), rustix::fs::Mode::RWXU)
            .expect("a FIFO");
        let mut territory = Territory::default();
        territory.add_linted(folder.path());
        let found = walk(folder.path(), &Exclude::default(), territory.bounds());
        assert_eq!(found.files, [folder.path().join("nginx.conf")]);
        assert!(found.outside.is_empty(), "{:?}", found.outside);
        assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
    }
}
