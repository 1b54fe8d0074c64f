//! The folders that may be read. A repository of strangers may include any file of the machine that lints it, and a
//! diagnostic would print its lines: what leaves the linted folders is not opened unless the user permits it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::nginx_roots::{AVAILABLE, ENABLED};
use crate::repository::repository;

/// The folders that may be read, with all links resolved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds(Vec<PathBuf>);

impl Bounds {
    /// Whether `path` leads into one of them, once its links are resolved.
    pub(crate) fn hold(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| self.0.iter().any(|folder| real.starts_with(folder)))
    }
}

/// The folders that may be read, and what was asked about them so far.
#[derive(Debug, Default)]
pub(crate) struct Territory {
    bounds: Bounds,
    /// Whether folders may be read, by the path that led there: a thousand files of one folder ask once.
    answers: RefCell<HashMap<PathBuf, bool>>,
}

impl Territory {
    /// Adds a folder, or the folder of a file, and the working tree of the repository that it lies in. Enabled sites are
    /// links to the available ones beside them.
    pub(crate) fn add_linted(&mut self, path: &Path) {
        let Ok(canonical) = path.canonicalize() else { return };
        let folder = if canonical.is_dir() { Some(canonical.as_path()) } else { canonical.parent() };
        if let Some(folder) = folder {
            self.bounds.0.push(repository(folder).unwrap_or(folder).to_owned());
            if folder.ends_with(ENABLED) {
                self.add_permitted(&folder.with_file_name(AVAILABLE));
            }
        }
    }

    /// Adds a folder that the user permits.
    pub(crate) fn add_permitted(&mut self, path: &Path) {
        self.bounds.0.extend(path.canonicalize());
    }

    /// The folders alone, for whoever walks through them.
    pub(crate) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Whether the file or folder that `path` leads to, links resolved, may be read. What does not exist may not.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        match (path.symlink_metadata(), path.parent()) {
            (Ok(metadata), Some(folder)) if metadata.is_file() => self.holds_folder(folder),
            (Ok(_), _) => self.bounds.hold(path),
            (Err(_), _) => false,
        }
    }

    fn holds_folder(&self, folder: &Path) -> bool {
        if let Some(&answer) = self.answers.borrow().get(folder) {
            return answer;
        }
        let answer = self.bounds.hold(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        self.answers.borrow_mut().insert(folder.to_owned(), answer);
        answer
    }
}
