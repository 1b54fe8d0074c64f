//! The folders that files are replaced in: locked against other runs of wslint, and written to disk at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::{Errno, retry_on_intr};

use crate::files::Identity;

/// Folders that no other run of wslint replaces files in while this lives.
pub(super) struct Folders(Vec<File>);

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
            let folder = File::open(name)?;
            folders.insert(Identity::of(&folder.metadata()?), folder);
        }
        for folder in folders.values() {
            // Some file systems know no locks. Then runs at the same time see each other only by what they wrote.
            let _ = retry_on_intr(|| flock(folder, FlockOperation::LockExclusive));
        }
        Ok(Self(folders.into_values().collect()))
    }

    /// Has the names of the files on disk too, so that they last over a power cut.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn sync(&self) -> io::Result<()> {
        for folder in &self.0 {
            match folder.sync_all() {
                // This file system has nothing to write for a folder.
                Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => {}
                synced => synced?,
            }
        }
        Ok(())
    }
}

/// The folder that a file lies in.
pub(super) fn folder(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
