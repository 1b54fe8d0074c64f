//! The folders that files are replaced in: locked against other runs of wslint, and written to disk at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::system::{Locked, open_folder};
use crate::files::status_of;

/// Folders that no other run of wslint replaces files in while this lives.
pub(super) struct Folders(Vec<Locked>);

impl Folders {
    /// Waits until no other run replaces files in the folders of these files. Hooks run in parallel on parts of one
    /// repository: of two runs the second one shall see what the first one wrote.
    ///
    /// # Errors
    /// A folder cannot be opened.
    pub(super) fn lock<'p>(files: impl Iterator<Item = &'p Path>) -> io::Result<Self> {
        let names: BTreeSet<&Path> = files.map(folder).collect();
        // All runs lock in the same order, so that no two wait for each other; and each folder once, whatever its names,
        // so that none waits for itself.
        let mut folders = BTreeMap::new();
        for name in names {
            let folder = open_folder(name)?;
            folders.insert(status_of(&folder)?.identity, folder);
        }
        Ok(Self(folders.into_iter().map(|(identity, folder)| Locked::wait(folder, identity)).collect()))
    }

    /// Has the names of the files on disk too, so that they last over a power cut.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.iter().try_for_each(Locked::sync)
    }
}

/// The folder that a file lies in.
pub(super) fn folder(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
