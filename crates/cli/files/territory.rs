//! The folders that may be read. A repository of strangers may include any file of the machine that lints it, and a
//! diagnostic would print its lines: what leaves the linted folders is not opened unless the user permits it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::error::ReadError;
use super::links::{Stuck, Way, follow, follow_straight, follow_within, read_link};
use super::list::{Folder, Lists};
use super::named::Named;
use super::open::Entry;
use super::repository::{GitFolder, repository};
use super::sites::available_beside;
use super::status::Kind;
use super::version_control::{is_version_control, is_version_control_name};

/// The folders that may be read, and what was asked about them so far.
#[derive(Debug, Default)]
pub(crate) struct Territory {
    /// Absolute and without links.
    folders: Vec<PathBuf>,
    /// The paths of the command line, as they were typed, and the folders that they lie in: links may be on them.
    typed: HashSet<PathBuf>,
    /// All that leads to them.
    leading: HashSet<PathBuf>,
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
    /// Whether it is data of version control; none if it lies outside.
    version_control: Option<bool>,
}

impl Known {
    fn permitted(&self) -> Result<(), Refusal> {
        match self.version_control {
            None => Err(Refusal::Outside),
            Some(true) => Err(Refusal::VersionControl),
            Some(false) => Ok(()),
        }
    }
}

/// Why something is not entered.
#[derive(Debug)]
enum Refusal {
    /// It lies outside, if it is there.
    Outside,
    VersionControl,
    Fault(std::io::Error),
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
        self.typed.extend(
            [Some(named.given.as_path()), named.given.parent()].into_iter().flatten().map(Path::to_owned),
        );
        for leading in named.given.ancestors() {
            if !self.leading.insert(leading.to_owned()) {
                break;
            }
        }
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

    /// What lies at `path`, through all links, if it may be read. Of a way that ends outside nothing is told but that:
    /// neither whether anything is there nor what it is.
    ///
    /// # Errors
    /// Nothing lies there, or it lies outside.
    pub(crate) fn enter(&self, path: &Path) -> Result<Entry, ReadError> {
        self.entered(path).map_err(|refusal| match refusal {
            Refusal::Outside => {
                let beyond = self.beyond(path);
                ReadError::Outside(beyond.parent().map(Path::to_owned).unwrap_or(beyond))
            }
            Refusal::VersionControl => ReadError::VersionControl,
            Refusal::Fault(error) => error.into(),
        })
    }

    /// Where `path` leads, as the linted folders alone show it; for a path that ends outside.
    pub(super) fn beyond(&self, path: &Path) -> PathBuf {
        follow_within(path, &|folder| self.is_inside(folder)).unwrap_or_else(|| path.to_owned())
    }

    fn entered(&self, path: &Path) -> Result<Entry, Refusal> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return self.enter_way(self.way(path)?);
        };
        let folder = self.known(folder)?;
        let place = folder.real.join(name);
        let entry = Entry::at(place.clone()).map_err(|error| self.stuck(Stuck { at: place, error }))?;
        match entry.kind {
            Kind::Link => return self.enter_way(self.way(&entry.real)?),
            Kind::Folder => self.permit(&entry.real)?,
            _ if is_version_control_name(name) && self.is_inside(&folder.real) => {
                return Err(Refusal::VersionControl);
            }
            _ => folder.permitted()?,
        }
        Ok(entry)
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

    fn enter_way(&self, way: Way) -> Result<Entry, Refusal> {
        let Way { real, passes_version_control, .. } = way;
        let entry = Entry::at(real.clone()).map_err(|error| self.stuck(Stuck { at: real, error }))?;
        let folder = match entry.kind {
            Kind::Folder => &entry.real,
            _ => entry.real.parent().unwrap_or(&entry.real),
        };
        self.permit(folder)?;
        match passes_version_control || is_version_control(&entry.real) {
            true => Err(Refusal::VersionControl),
            false => Ok(entry),
        }
    }

    fn way(&self, path: &Path) -> Result<Way, Refusal> {
        let path = &std::env::current_dir().map_err(Refusal::Fault)?.join(path);
        // Whoever types a path knows what is on it.
        if self.leading.contains(path) {
            return follow(path).map_err(|stuck| self.stuck(stuck));
        }
        let typed = path.ancestors().find(|above| self.typed.contains(*above));
        if let Some((typed, rest)) = typed.and_then(|typed| Some((typed, path.strip_prefix(typed).ok()?))) {
            let start = follow(typed).map_err(|stuck| self.stuck(stuck))?;
            let way = self.straight_way(&start.real.join(rest))?;
            let passes_version_control = start.passes_version_control || way.passes_version_control;
            return Ok(Way { passes_version_control, ..way });
        }
        self.straight_way(path)
    }

    fn straight_way(&self, path: &Path) -> Result<Way, Refusal> {
        // Outside, a way that comes back would tell by coming back whether something is there.
        let may_pass = |place: &Path| {
            self.is_inside(place)
                || self.leading.contains(place)
                || self.folders.iter().any(|folder| folder.starts_with(place))
        };
        follow_straight(path, &may_pass).map_err(|stuck| self.stuck(stuck))
    }

    /// Why a way ends before its time: outside that is nobody's business.
    fn stuck(&self, Stuck { at, error }: Stuck) -> Refusal {
        match at.parent() {
            Some(folder) if !self.is_inside(folder) && !self.folders.contains(&at) => Refusal::Outside,
            _ => Refusal::Fault(error),
        }
    }

    /// The folder that `path` leads to, looked for once.
    fn known(&self, path: &Path) -> Result<Rc<Known>, Refusal> {
        if let Some(known) = self.known.borrow().get(path) {
            return Ok(Rc::clone(known));
        }
        let Way { real, passes_version_control, .. } = self.way(path)?;
        let version_control =
            self.is_inside(&real).then(|| passes_version_control || self.is_version_control(&real));
        let known = Rc::new(Known { real, version_control });
        self.known.borrow_mut().insert(path.to_owned(), Rc::clone(&known));
        Ok(known)
    }

    /// Whether a folder, absolute and without links, may be read.
    fn permit(&self, folder: &Path) -> Result<(), Refusal> {
        match self.is_inside(folder) {
            false => Err(Refusal::Outside),
            true if self.is_version_control(folder) => Err(Refusal::VersionControl),
            true => Ok(()),
        }
    }

    fn is_inside(&self, folder: &Path) -> bool {
        self.folders.iter().any(|permitted| folder.starts_with(permitted))
    }

    fn is_version_control(&self, folder: &Path) -> bool {
        is_version_control(folder) || self.git.iter().any(|git| git.holds(folder))
    }
}
