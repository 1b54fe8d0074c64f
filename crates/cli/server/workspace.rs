//! The folders that are open in the editor, each with what was seen in it last. A file that lies in none of them is
//! looked at by itself, with what it includes.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::buffers::Buffers;
use super::seen::Seen;
use crate::args::ConfigOptions;
use crate::config::Configuration;
use crate::exit::Failure;

/// A folder or file, and what was seen of it.
pub(super) struct Place {
    /// With the text of each open file as it stands.
    pub(super) now: Seen,
    /// With the last readable state of each file that is broken; none if no file is.
    pub(super) before: Option<Seen>,
    /// The open files that are broken.
    pub(super) broken: HashSet<PathBuf>,
}

impl Place {
    fn look(path: &Path, options: &ConfigOptions, buffers: &mut Buffers) -> Result<Self, Failure> {
        let configuration = Configuration::new(&[path.to_owned()], options)?;
        let now = Seen::new(path, &configuration, &buffers.overlay(|_| false))?;
        let broken = now.broken();
        let is_broken = |path: &Path| broken.contains(path);
        buffers.keep_readable(is_broken);
        let kept = |path: &Path| {
            is_broken(path) && buffers.get(path).is_some_and(|buffer| buffer.readable.is_some())
        };
        let broken: HashSet<PathBuf> =
            buffers.paths().filter(|path| kept(path)).map(Path::to_owned).collect();
        let before = match broken.is_empty() {
            true => None,
            false => Some(Seen::new(path, &configuration, &buffers.overlay(|path| broken.contains(path)))?),
        };
        Ok(Self { now, before, broken })
    }

    /// What holds for a file: of a broken one what it says now, of the others what was so before it broke.
    pub(super) fn seen(&self, path: &Path) -> &Seen {
        match &self.before {
            Some(before) if !self.broken.contains(path) => before,
            _ => &self.now,
        }
    }
}

/// All folders.
#[derive(Default)]
pub(super) struct Workspace {
    folders: Vec<PathBuf>,
    places: BTreeMap<PathBuf, Place>,
}

impl Workspace {
    /// A workspace of these folders, of which none was looked at.
    pub(super) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, places: BTreeMap::new() }
    }

    /// Folders came or went.
    pub(super) fn change(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added);
    }

    /// Looks at everything anew. What cannot be looked at, for a `wslint.yaml` that is wrong, is said, and what was seen
    /// there before holds.
    pub(super) fn look(
        &mut self,
        options: &dyn Fn(&Path) -> ConfigOptions,
        buffers: &mut Buffers,
    ) -> Vec<Failure> {
        let loose = buffers.paths().filter(|path| self.folder(path).is_none());
        let wanted: Vec<PathBuf> = self.folders.iter().cloned().chain(loose.map(Path::to_owned)).collect();
        self.places.retain(|path, _| wanted.contains(path));
        let mut failures = Vec::new();
        for path in wanted {
            match Place::look(&path, &options(&path), buffers) {
                Ok(place) => {
                    self.places.insert(path, place);
                }
                Err(failure) => failures.push(failure),
            }
        }
        failures
    }

    fn folder(&self, path: &Path) -> Option<&PathBuf> {
        self.folders
            .iter()
            .filter(|folder| path.starts_with(folder))
            .max_by_key(|folder| folder.as_os_str().len())
    }

    /// The folder or file that is looked at for a file.
    pub(super) fn place<'p>(&'p self, path: &'p Path) -> &'p Path {
        self.folder(path).map_or(path, PathBuf::as_path)
    }

    /// What was seen of a file.
    pub(super) fn seen(&self, path: &Path) -> Option<&Seen> {
        Some(self.places.get(self.place(path))?.seen(path))
    }

    /// All places.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }
}
