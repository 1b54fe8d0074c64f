//! Lists folders.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::error::ReadError;
use super::status::{Identity, Kind};
use super::system;

/// An open folder: what lies in it, in the order of the file system.
pub(super) struct Folder {
    /// Which folder it is.
    pub(super) identity: Identity,
    entries: system::Entries,
}

impl Folder {
    /// Opens the folder at `real`, an absolute path without links; one that a link took the place of is refused.
    pub(super) fn open(real: &Path) -> Result<Self, ReadError> {
        let (identity, entries) = system::open_folder(real)?;
        Ok(Self { identity, entries })
    }
}

impl Iterator for Folder {
    type Item = Result<(OsString, Kind), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.entries.next()?.map_err(ReadError::from))
    }
}

/// What lies in a folder, in byte order of the names.
pub(super) type List = Rc<[(OsString, Kind)]>;

/// The folders that patterns look into, each listed once, and how much they looked at.
#[derive(Debug, Default)]
pub(super) struct Lists {
    lists: RefCell<HashMap<PathBuf, List>>,
    looked_at: Cell<usize>,
}

impl Lists {
    /// How many entries of folders patterns may look at in one run. Ten thousand servers that include a hundred files
    /// each by a pattern look at a million.
    pub(super) const MOST: usize = 4_000_000;

    /// What lies in the folder at `real`, an absolute path without links; nothing any more once that was too much.
    pub(super) fn of(&self, real: &Path) -> List {
        if self.too_much() {
            return Rc::default();
        }
        let known = self.lists.borrow().get(real).cloned();
        let list = known.unwrap_or_else(|| {
            let room = Self::MOST - self.looked_at.get();
            let entries = Folder::open(real).into_iter().flatten().flatten().take(room + 1);
            let mut entries: Vec<(OsString, Kind)> = entries.collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            let list: List = entries.into();
            self.lists.borrow_mut().insert(real.to_owned(), Rc::clone(&list));
            list
        });
        // An empty folder is a look as well.
        self.look(list.len() + 1);
        list
    }

    /// Counts entries that were looked at.
    pub(super) fn look(&self, entries: usize) {
        self.looked_at.set(self.looked_at.get() + entries);
    }

    /// Whether more was looked at than may be.
    pub(super) fn too_much(&self) -> bool {
        self.looked_at.get() > Self::MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_itself_is_opened() {
        let scratch = tempfile::tempdir().expect("a folder");
        let at = |name: &str| scratch.path().join(name);
        std::fs::create_dir(at("folder")).expect("a folder");
        std::fs::write(at("folder/b"), "").expect("a file");
        std::os::unix::fs::symlink("b", at("folder/a")).expect("a link");
        std::os::unix::fs::symlink("folder", at("link")).expect("a link");
        let folder = at("folder");
        let mut entries: Vec<_> =
            Folder::open(&folder).expect("a folder").map(|entry| entry.expect("an entry")).collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        assert_eq!(entries, [("a".into(), Kind::Link), ("b".into(), Kind::File)]);
        for other in ["link", "folder/b", "nothing"] {
            assert!(Folder::open(&at(other)).is_err(), "{other}");
        }
    }

    #[test]
    fn what_patterns_look_at_is_counted() {
        let scratch = tempfile::tempdir().expect("a folder");
        let lists = Lists::default();
        assert!(lists.of(scratch.path()).is_empty());
        std::fs::write(scratch.path().join("a"), "").expect("a file");
        assert!(lists.of(scratch.path()).is_empty(), "a folder is listed once");
        let lists = Lists::default();
        assert_eq!(lists.of(scratch.path()).len(), 1);
        // The folder and its entry are two looks.
        lists.look(Lists::MOST - 2);
        assert!(!lists.too_much());
        assert_eq!(lists.of(scratch.path()).len(), 1);
        assert!(lists.too_much());
        assert!(lists.of(scratch.path()).is_empty());
    }
}
