//! What is not searched: globs as in a .gitignore that lies beside `wslint.yaml`.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::values::IgnoreGlob;

/// What is not searched.
#[derive(Clone, Debug)]
pub(crate) struct Exclude(Gitignore);

impl Default for Exclude {
    fn default() -> Self {
        Self(Gitignore::empty())
    }
}

impl Exclude {
    /// The globs of a file in `folder`, an absolute path with all links resolved.
    pub(super) fn new(folder: &Path, globs: Vec<IgnoreGlob>) -> Self {
        let mut builder = GitignoreBuilder::new(folder);
        for glob in globs {
            // Each was tried when it was read.
            let _ = builder.add_line(None, &glob.0);
        }
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// Whether the file or folder at an absolute path is left out. The folders above it were asked about before.
    pub(crate) fn leaves_out(&self, path: &Path, is_folder: bool) -> bool {
        self.0.matched(path, is_folder).is_ignore()
    }
}
