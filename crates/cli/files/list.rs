//! Lists folders.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustix::fs::{Dir, FileType, Mode, OFlags, fstat, open};
use rustix::io::Errno;

use super::error::ReadError;
use super::open::{Identity, Kind};

/// An open folder: what lies in it, in the order of the file system.
pub(super) struct Folder<'p> {
    /// Which folder it is.
    pub(super) identity: Identity,
    real: &'p Path,
    entries: Dir,
}

impl<'p> Folder<'p> {
    /// Opens the folder at `real`, an absolute path without links; one that a link took the place of is refused.
    #[expect(clippy::disallowed_methods, reason = "the one place that opens folders")]
    pub(super) fn open(real: &'p Path) -> Result<Self, ReadError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = open(real, flags, Mode::empty()).map_err(|error| match error {
            Errno::LOOP => ReadError::Changed,
            other => std::io::Error::from(other).into(),
        })?;
        let status = fstat(&folder).map_err(std::io::Error::from)?;
        let entries = Dir::new(folder).map_err(std::io::Error::from)?;
        #[allow(clippy::unnecessary_cast, reason = "the types of the two numbers differ between systems")]
        let identity = Identity::new(status.st_dev as u64, status.st_ino as u64);
        Ok(Self { identity, real, entries })
    }
}

impl Iterator for Folder<'_> {
    type Item = Result<(OsString, Kind), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(std::io::Error::from(error).into())),
            };
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let name = OsString::from_vec(name.to_vec());
            let kind = match entry.file_type() {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Folder,
                FileType::Symlink => Kind::Link,
                FileType::Fifo => Kind::Special("FIFO"),
                FileType::Socket => Kind::Special("socket"),
                FileType::CharacterDevice | FileType::BlockDevice => Kind::Special("device"),
                // Some file systems do not say it here.
                FileType::Unknown => match self.real.join(&name).symlink_metadata() {
                    Ok(metadata) => Kind::of(metadata.file_type()),
                    // It went away meanwhile.
                    Err(_) => continue,
                },
            };
            return Some(Ok((name, kind)));
        }
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
