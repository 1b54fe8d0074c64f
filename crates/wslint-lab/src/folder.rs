//! The private folder of one run.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use crate::guard::Guard;

/// A folder that only its owner may enter. It goes away with this; where there is a guard, also if this process is killed.
pub(crate) struct Folder {
    folder: TempDir,
    _guard: Option<Arc<Guard>>,
}

impl Folder {
    /// A new folder, in that of the guard if there is one.
    pub(crate) fn new(guard: Option<Arc<Guard>>) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("wslint-lab-");
        let folder = match &guard {
            Some(guard) => builder.tempdir_in(guard.folder())?,
            None => builder.tempdir()?,
        };
        Ok(Self { folder, _guard: guard })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}
