//! Globs as in a .gitignore that lies beside `wslint.yaml`: what is not searched, and where rules are as loud as `paths`
//! says.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::values::IgnoreGlob;

/// Globs of one file of settings.
#[derive(Clone, Debug)]
pub(super) struct Globs(Gitignore, Vec<String>);

impl Globs {
    /// The globs of a file in `folder`, an absolute path with all links resolved.
    pub(super) fn new(folder: &Path, globs: &[IgnoreGlob]) -> Self {
        let mut builder = GitignoreBuilder::new(folder);
        for glob in globs {
            // Each was tried when it was read.
            let _ = builder.add_line(None, &glob.0);
        }
        let written = globs.iter().map(|glob| glob.0.clone()).collect();
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()), written)
    }

    /// The globs as they are written.
    pub(super) fn written(&self) -> impl Iterator<Item = &str> {
        self.1.iter().map(String::as_str)
    }

    /// Whether they match a file at an absolute path, or a folder above it.
    pub(super) fn hold(&self, path: &Path) -> bool {
        let below = path.strip_prefix(self.0.path());
        below.is_ok_and(|below| self.0.matched_path_or_any_parents(below, false).is_ignore())
    }
}

/// What is not searched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exclude(Vec<Globs>);

impl Exclude {
    /// Adds what another file excludes.
    pub(super) fn add(&mut self, globs: Globs) {
        self.0.push(globs);
    }

    /// The globs as they are written.
    pub(super) fn globs(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Globs::written)
    }

    /// Whether the file or folder at an absolute path is left out. The folders above it were asked about before.
    pub(crate) fn leaves_out(&self, path: &Path, is_folder: bool) -> bool {
        self.0.iter().any(|globs| globs.0.matched(path, is_folder).is_ignore())
    }
}
