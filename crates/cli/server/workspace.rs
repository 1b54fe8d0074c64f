//! The folders that are open in the editor. A file that lies in none of them is looked at by itself, with what it includes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::buffers::Buffers;
use super::place::{Change, Place};
use super::seen::Seen;
use crate::args::ConfigOptions;
use crate::exit::Failure;

/// All places.
#[derive(Default)]
pub(super) struct Workspace {
    folders: Vec<PathBuf>,
    /// The open documents that lie nowhere on disk.
    unsaved: BTreeSet<PathBuf>,
    places: BTreeMap<PathBuf, Place>,
    /// Whether places are gone of which something was told.
    lost: bool,
}

/// One look at some places.
pub(super) struct Look<'l> {
    /// What a place is looked at with.
    pub(super) options: &'l dyn Fn(&Path) -> ConfigOptions,
    /// What is open.
    pub(super) buffers: &'l mut Buffers,
    /// Whether the work is to be given up.
    pub(super) stops: &'l dyn Fn() -> bool,
}

/// What came of a look.
#[derive(Default)]
pub(super) struct Looked {
    /// What is told anew.
    pub(super) changes: Vec<Change>,
    /// What could not be looked at, for a `wslint.yaml` that is wrong. What was seen there before holds.
    pub(super) failures: Vec<Failure>,
}

impl Workspace {
    /// A workspace of these folders, of which none was looked at.
    pub(super) fn new(folders: Vec<PathBuf>) -> Self {
        let mut workspace = Self { folders, ..Self::default() };
        workspace.arrange(&Buffers::default());
        workspace
    }

    /// Folders came or went.
    pub(super) fn change(&mut self, added: Vec<PathBuf>, removed: &[PathBuf], buffers: &Buffers) {
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added);
        self.arrange(buffers);
    }

    /// Keeps the places of folders and of open files that lie in none or nowhere, and no others.
    pub(super) fn arrange(&mut self, buffers: &Buffers) {
        let unsaved = buffers.paths().filter(|path| buffers.unsaved(path).is_some());
        self.unsaved = unsaved.map(Path::to_owned).collect();
        let loose = |path: &&Path| self.place(path) == *path;
        let loose = buffers.paths().filter(loose).map(Path::to_owned);
        let wanted: BTreeSet<PathBuf> = self.folders.iter().cloned().chain(loose).collect();
        let known = self.places.len();
        self.places.retain(|path, _| wanted.contains(path));
        self.lost |= self.places.len() < known;
        for path in wanted {
            let folder = self.folder_around(&path);
            self.places.entry(path.clone()).or_insert_with(|| Place::new(path, folder));
        }
    }

    /// The folder that a file lies in; of what lies nowhere the one that is open.
    pub(super) fn folder_around(&self, path: &Path) -> PathBuf {
        let above = path.parent().filter(|above| path.is_absolute() && above.is_dir());
        above.unwrap_or_else(|| self.folder_of(path)).to_owned()
    }

    /// The folder that settings for a file start from: the one that is open, or else the one that the file lies in.
    pub(super) fn folder_of<'p>(&'p self, path: &'p Path) -> &'p Path {
        let open = self.folder(path).map(PathBuf::as_path);
        let above = || path.parent().filter(|_| path.is_absolute());
        let first = || self.folders.first().map(PathBuf::as_path);
        open.or_else(above).or_else(first).unwrap_or(Path::new("."))
    }

    /// The text of an open file changed.
    pub(super) fn edit(&mut self, path: &Path) {
        let of_path = self.place(path).to_owned();
        // What lies in no folder may include what lies in one.
        let reads = |name: &Path, place: &Place| name == of_path || place.reads(path);
        self.places
            .iter_mut()
            .filter(|(name, place)| reads(name, place))
            .for_each(|(_, place)| place.edit(path));
    }

    /// Anything may have changed, also on disk.
    pub(super) fn unsettle(&mut self, buffers: &Buffers) {
        self.arrange(buffers);
        self.places.values_mut().for_each(Place::unsettle);
    }

    /// Whether something changed that people wait for.
    pub(super) fn is_behind(&self) -> bool {
        self.lost || self.places.values().any(Place::is_behind)
    }

    /// Whether a place is still to be looked at as a whole.
    pub(super) fn is_unsettled(&self) -> bool {
        self.places.values().any(Place::is_unsettled)
    }

    /// Looks at what people wait for.
    pub(super) fn catch_up(&mut self, look: &mut Look<'_>) -> Looked {
        self.look(look, Place::is_behind, Place::catch_up)
    }

    /// Looks at all that may have changed.
    pub(super) fn settle(&mut self, look: &mut Look<'_>) -> Looked {
        self.look(look, Place::is_unsettled, Place::settle)
    }

    fn look(&mut self, look: &mut Look<'_>, wanted: fn(&Place) -> bool, at: At) -> Looked {
        let mut looked = Looked::default();
        looked.changes.extend(std::mem::take(&mut self.lost).then_some(Change::All));
        let folders: BTreeMap<PathBuf, PathBuf> =
            self.places.keys().map(|path| (path.clone(), self.folder_of(path).to_owned())).collect();
        for (path, place) in self.places.iter_mut().filter(|(_, place)| wanted(place)) {
            match at(place, &(look.options)(&folders[path]), look.buffers, look.stops) {
                Ok(change) => looked.changes.push(change),
                Err(failure) => looked.failures.push(failure),
            }
        }
        looked
    }

    fn folder(&self, path: &Path) -> Option<&PathBuf> {
        self.folders
            .iter()
            .filter(|folder| path.starts_with(folder))
            .max_by_key(|folder| folder.as_os_str().len())
    }

    /// The folder or file that is looked at for a file.
    pub(super) fn place<'p>(&'p self, path: &'p Path) -> &'p Path {
        let folder = self.folder(path).filter(|_| !self.unsaved.contains(path));
        folder.map_or(path, PathBuf::as_path)
    }

    /// What was seen of a file.
    pub(super) fn seen(&self, path: &Path) -> Option<&Seen> {
        self.places.get(self.place(path))?.seen(path)
    }

    /// Makes ready for questions about a file.
    pub(super) fn narrow(&mut self, path: &Path) {
        let place = self.place(path).to_owned();
        if let Some(place) = self.places.get_mut(&place) {
            place.narrow(path);
        }
    }

    /// All places.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }
}

/// A way to look at a place.
type At = fn(&mut Place, &ConfigOptions, &mut Buffers, &dyn Fn() -> bool) -> Result<Change, Failure>;
