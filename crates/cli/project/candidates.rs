//! The files below the linted folders by the ends of their paths: candidates for paths that only exist where the proxy
//! runs.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Files and their folders, by their last component.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    files: HashMap<OsString, BTreeSet<PathBuf>>,
    folders: HashMap<OsString, BTreeSet<PathBuf>>,
}

impl Candidates {
    /// Adds a file.
    pub(crate) fn add(&mut self, file: &Path) {
        let Some(name) = file.file_name() else { return };
        self.files.entry(name.to_owned()).or_default().insert(file.to_owned());
        if let Some(folder) = file.parent()
            && let Some(name) = folder.file_name()
        {
            self.folders.entry(name.to_owned()).or_default().insert(folder.to_owned());
        }
    }

    /// The files whose path ends in `end`, in byte order.
    pub(crate) fn files(&self, end: &Path) -> impl Iterator<Item = &Path> {
        ending(&self.files, end)
    }

    /// Whether a file has this name with an ending behind it: `proxy_params.conf` is installed as `proxy_params`.
    pub(crate) fn holds_stem(&self, stem: &OsStr) -> bool {
        self.files.keys().any(|name| name != stem && Path::new(name).file_stem() == Some(stem))
    }

    /// The folders of files whose path ends in `end`, in byte order.
    pub(crate) fn folders(&self, end: &Path) -> impl Iterator<Item = &Path> {
        ending(&self.folders, end)
    }
}

fn ending<'p>(paths: &'p HashMap<OsString, BTreeSet<PathBuf>>, end: &Path) -> impl Iterator<Item = &'p Path> {
    let named = end.file_name().and_then(|name| paths.get(name)).into_iter().flatten();
    named.map(PathBuf::as_path).filter(move |path| path.ends_with(end))
}
