//! The folders that may be read. A repository of strangers may include any file of the machine that lints it, and a
//! diagnostic would print its lines: what leaves the linted folders is not opened unless the user permits it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::error::ReadError;
use super::links::{Way, follow, read_link};
use super::list::{Folder, Lists};
use super::named::Named;
use super::open::{Entry, Kind};
use super::repository::{GitFolder, repository};
use super::sites::available_beside;
use super::version_control::{is_version_control, is_version_control_name};

/// The folders that may be read, and what was asked about them so far.
#[derive(Debug, Default)]
pub(crate) struct Territory {
    /// Absolute and without links.
    folders: Vec<PathBuf>,
    /// The data of the repositories of these folders, which lies in them or elsewhere.
    git: Vec<GitFolder>,
    /// Folders, by the path that led there: a thousand files of one folder ask once.
    known: RefCell<HashMap<PathBuf, Rc<Known>>>,
    /// What patterns looked at.
    pub(super) lists: Lists,
}

/// A folder that a path led to.
#[derive(Debug)]
struct Known {
    real: PathBuf,
    refusal: Option<Refusal>,
}

/// Why something may not be read, wherever in its folder it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Outside,
    VersionControl,
}

impl Territory {
    /// One folder and what lies below it; absolute and without links.
    pub(crate) fn of(folder: &Path) -> Self {
        let mut territory = Self::default();
        territory.add_permitted(folder);
        territory
    }

    /// Adds what a path of the command line belongs to: its repository, or its folder, or that of the file. Enabled sites
    /// are links to the available ones beside them.
    pub(crate) fn add_linted(&mut self, named: &Named) {
        let real = &named.real;
        let folder = if real.is_dir() { Some(real.as_path()) } else { real.parent() };
        for folder in folder.into_iter().chain(named.around.as_deref()) {
            self.add_permitted(repository(folder).unwrap_or(folder));
            if let Some(available) = available_beside(folder) {
                self.add_permitted(&available);
            }
        }
    }

    /// Adds a folder that the user permits; absolute and without links.
    pub(crate) fn add_permitted(&mut self, folder: &Path) {
        if self.folders.iter().all(|there| there != folder) {
            self.git.extend(repository(folder).into_iter().flat_map(GitFolder::of));
            self.folders.push(folder.to_owned());
            self.known.get_mut().clear();
        }
    }

    /// What lies at `path`, through all links, if it may be read.
    ///
    /// # Errors
    /// Nothing lies there, or it lies outside.
    pub(crate) fn enter(&self, path: &Path) -> Result<Entry, ReadError> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return self.enter_way(follow(path)?);
        };
        let folder = self.known(folder)?;
        let entry = Entry::at(folder.real.join(name))?;
        let refusal = match entry.kind {
            Kind::Link => return self.enter_way(follow(&entry.real)?),
            Kind::Folder => self.refusal(&entry.real),
            _ if is_version_control_name(name) => Some(Refusal::VersionControl),
            _ => folder.refusal,
        };
        permit(entry, refusal)
    }

    /// The regular file that lies at `path`, through all links, if it may be read.
    ///
    /// # Errors
    /// Nothing lies there, it lies outside, or it is no regular file.
    pub(crate) fn enter_file(&self, path: &Path) -> Result<Entry, ReadError> {
        self.enter(path)?.regular()
    }

    /// Whether `path` leads to something that may be read.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        self.enter(path).is_ok()
    }

    /// Whether `path` leads to a folder that may be read.
    pub(crate) fn holds_folder(&self, path: &Path) -> bool {
        self.enter(path).is_ok_and(|entry| entry.kind == Kind::Folder)
    }

    /// What lies in the folder at `path`, in byte order of the names.
    ///
    /// # Errors
    /// It is no folder, lies outside, or cannot be listed.
    pub(crate) fn list(&self, path: &Path) -> Result<Vec<(OsString, Kind)>, ReadError> {
        let entry = self.enter(path)?;
        let folder = Folder::open(&entry.real)?;
        if folder.identity != entry.identity {
            return Err(ReadError::Changed);
        }
        let mut entries = folder.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(entries)
    }

    /// What the link at `path`, in a folder that may be read, says that it leads to; `None` for what is no link.
    pub(crate) fn link_target(&self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent().filter(|folder| self.holds_folder(folder))?;
        read_link(&folder.join(path.file_name()?)).ok()
    }

    fn enter_way(&self, way: Way) -> Result<Entry, ReadError> {
        let entry = Entry::at(way.real)?;
        let refusal = match entry.kind {
            _ if way.passes_version_control => Some(Refusal::VersionControl),
            Kind::Folder => self.refusal(&entry.real),
            _ if is_version_control(&entry.real) => Some(Refusal::VersionControl),
            _ => entry.real.parent().and_then(|folder| self.refusal(folder)),
        };
        permit(entry, refusal)
    }

    /// The folder that `path` leads to, looked for once.
    fn known(&self, path: &Path) -> Result<Rc<Known>, ReadError> {
        if let Some(known) = self.known.borrow().get(path) {
            return Ok(Rc::clone(known));
        }
        let way = follow(path)?;
        let refusal = match way.passes_version_control {
            true => Some(Refusal::VersionControl),
            false => self.refusal(&way.real),
        };
        let known = Rc::new(Known { refusal, real: way.real });
        self.known.borrow_mut().insert(path.to_owned(), Rc::clone(&known));
        Ok(known)
    }

    /// Why a folder, absolute and without links, may not be read.
    fn refusal(&self, folder: &Path) -> Option<Refusal> {
        if is_version_control(folder) || self.git.iter().any(|git| git.holds(folder)) {
            Some(Refusal::VersionControl)
        } else if self.folders.iter().any(|permitted| folder.starts_with(permitted)) {
            None
        } else {
            Some(Refusal::Outside)
        }
    }
}

fn permit(entry: Entry, refusal: Option<Refusal>) -> Result<Entry, ReadError> {
    match refusal {
        None => Ok(entry),
        Some(Refusal::VersionControl) => Err(ReadError::VersionControl),
        Some(Refusal::Outside) => Err(ReadError::Outside(folder_of(entry))),
    }
}

/// The folder that would have to be permitted.
fn folder_of(entry: Entry) -> PathBuf {
    match entry.kind {
        Kind::Folder => entry.real,
        _ => entry.real.parent().map(Path::to_owned).unwrap_or(entry.real),
    }
}
