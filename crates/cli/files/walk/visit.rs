//! Visits folders, one after the other.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::super::error::ReadError;
use super::super::ignore_files::{IgnoreFiles, Level, is_ignore_file};
use super::super::list::Folder;
use super::super::repository::repository;
use super::super::status::{Identity, Kind};
use super::super::system;
use super::super::territory::Territory;
use super::super::version_control::is_version_control_name;
use super::found::{Hidden, Walk};
use super::search::Search;

/// What was seen so far.
pub(super) struct Walker<'w> {
    territory: &'w Territory,
    pub(super) search: &'w Search<'w>,
    /// The walked folder as it was called.
    top: &'w Path,
    /// The same without links: ignore files and the user's globs speak of paths from the root of the file system.
    real: PathBuf,
    pub(super) found: Walk,
    ignore_files: IgnoreFiles,
    /// Files that a link leads to, or that lie in a folder that one leads to.
    linked_files: Vec<PathBuf>,
    /// Links to folders, by the number of their components and their path.
    links: BTreeMap<(usize, PathBuf), Visit>,
    /// Folders that ignore files hide.
    pub(super) hidden_folders: VecDeque<(PathBuf, Hidden)>,
    seen: HashSet<Identity>,
    looked_at: usize,
}

/// A folder that is to be visited.
struct Visit {
    /// Where it lies below the walked folder, on the way that led there.
    below: PathBuf,
    /// Where it lies, without links.
    real: PathBuf,
    /// The ignore files above it.
    level: Option<Rc<Level>>,
    /// Whether a link led there.
    linked: bool,
}

impl<'w> Walker<'w> {
    /// Begins at the folder `top`, which lies at `real`.
    pub(super) fn new(
        top: &'w Path,
        real: PathBuf,
        territory: &'w Territory,
        search: &'w Search<'w>,
    ) -> Self {
        Self {
            territory,
            search,
            top,
            real,
            found: Walk::default(),
            ignore_files: IgnoreFiles::default(),
            linked_files: Vec::new(),
            links: BTreeMap::new(),
            hidden_folders: VecDeque::new(),
            seen: HashSet::new(),
            looked_at: 0,
        }
    }

    /// Visits the folder and all folders that it leads to.
    pub(super) fn walk(&mut self, real: PathBuf) {
        let level = if self.search.ignore_files { self.levels_above(&real) } else { None };
        let mut visits = vec![Visit { below: PathBuf::new(), real, level, linked: false }];
        // What the folder itself holds is visited before what only a link leads to.
        while let Some(visit) = visits.pop().or_else(|| Some(self.links.pop_first()?.1)) {
            match self.visit(visit, &mut visits) {
                Ok(()) => {}
                Err(Stop::Unreadable(path, reason)) => self.found.unreadable.push((path, reason)),
                Err(Stop::Limit(words)) => {
                    self.found.limit = Some(words);
                    return;
                }
            }
        }
    }

    /// The ignore files above the walked folder, up to the top of its repository. Outside of one only the folder itself
    /// speaks: a .gitignore above it is about something else.
    fn levels_above(&mut self, real: &Path) -> Option<Rc<Level>> {
        let top = repository(real)?;
        let mut above: Vec<&Path> =
            real.ancestors().skip(1).take_while(|above| above.starts_with(top)).collect();
        above.reverse();
        above.into_iter().fold(None, |level, folder| self.ignore_files.read(level, folder, folder))
    }

    /// Looks at what lies in a folder, and adds the folders in it to the visits.
    fn visit(&mut self, visit: Visit, visits: &mut Vec<Visit>) -> Result<(), Stop> {
        let unreadable = |error: ReadError| Stop::Unreadable(self.top.join(&visit.below), error.to_string());
        let folder = Folder::open(&visit.real).map_err(unreadable)?;
        if !self.seen.insert(folder.identity) {
            return Ok(());
        }
        let depth = visit.below.components().count();
        if depth > self.search.limits.depth {
            return Err(Stop::Limit(format!("folders nest more than {} deep", self.search.limits.depth)));
        }
        let mut entries = Vec::new();
        let mut has_ignore_file = false;
        for entry in folder {
            let (name, kind) = entry.map_err(unreadable)?;
            self.looked_at += 1;
            if self.looked_at > self.search.limits.entries {
                let most = self.search.limits.entries;
                return Err(Stop::Limit(format!("there are more than {most} files and folders")));
            }
            has_ignore_file |= is_ignore_file(&name);
            match kind {
                _ if is_version_control_name(&name) => {}
                Kind::Special(_) if !(self.search.must_be)(Path::new(&name)) => {}
                // Whatever it leads to, it hides nothing, which is told by itself.
                Kind::Link if is_ignore_file(&name) => {}
                Kind::File if !self.is_wanted(&visit.real.join(&name)) => self.found.by_name += 1,
                _ => entries.push((name, kind)),
            }
            if self.kept() + entries.len() > self.search.limits.files {
                let most = self.search.limits.files;
                return Err(Stop::Limit(format!(
                    "there are more than {most} files that may be configuration"
                )));
            }
        }
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let level = match self.search.ignore_files {
            true if has_ignore_file => {
                let path = self.real.join(&visit.below);
                self.ignore_files.read(visit.level.clone(), &visit.real, &path)
            }
            _ => visit.level.clone(),
        };
        let folders = visits.len();
        for (name, kind) in entries {
            let entry = Visit {
                below: visit.below.join(&name),
                real: visit.real.join(&name),
                level: level.clone(),
                linked: visit.linked,
            };
            match kind {
                Kind::Link => self.take_link(entry),
                kind => self.take(entry, kind, visits),
            }
        }
        visits[folders..].reverse();
        Ok(())
    }

    /// Whether a file of this name is listed.
    fn is_wanted(&self, path: &Path) -> bool {
        (self.search.may_be)(path) || self.is_beside(path) || self.is_host(path)
    }

    fn is_host(&self, path: &Path) -> bool {
        self.found.hosts.len() < self.search.limits.hosts && (self.search.hosts)(path)
    }

    fn is_beside(&self, path: &Path) -> bool {
        self.found.beside.len() < self.search.limits.beside && (self.search.beside)(path)
    }

    /// How many files and links are kept.
    fn kept(&self) -> usize {
        self.found.files.len() + self.linked_files.len() + self.links.len()
    }

    fn take(&mut self, entry: Visit, kind: Kind, visits: &mut Vec<Visit>) {
        let is_folder = kind == Kind::Folder;
        if self.leaves(&entry, is_folder) {
            return;
        }
        if let Err(error) = kind.demand_regular() {
            self.tell_if_needed(&entry, &error.to_string());
        }
        if kind == Kind::File && !entry.linked && self.is_beside(&entry.real) {
            self.found.beside.push(self.top.join(&entry.below));
        }
        if kind == Kind::File && !entry.linked && self.is_host(&entry.real) {
            self.found.hosts.push(self.top.join(&entry.below));
        }
        match kind {
            Kind::Folder => visits.push(entry),
            Kind::File if !(self.search.may_be)(&entry.real) => self.found.by_name += 1,
            Kind::File if entry.linked => self.linked_files.push(self.top.join(&entry.below)),
            Kind::File => self.found.files.push(self.top.join(&entry.below)),
            Kind::Link | Kind::Special(_) => {}
        }
    }

    fn take_link(&mut self, link: Visit) {
        let target = match self.territory.enter(&link.real) {
            Ok(target) => target,
            // A link that leads nowhere names nothing that could be read; an include that needs it says so.
            Err(error) if leads_nowhere(&error) => {
                if !self.leaves(&link, false) {
                    self.tell_if_needed(&link, "it is a link that leads nowhere");
                }
                return;
            }
            Err(error @ (ReadError::Outside(_) | ReadError::VersionControl)) => {
                // What lies outside is not looked at, not even to see what it is.
                let skipped = link.below.file_name().is_some_and(self.search.skips);
                let speaks = !skipped && (self.search.may_be)(&link.real);
                if speaks && !self.leaves(&link, false) && !self.leaves(&link, true) {
                    self.found.outside.push((self.top.join(&link.below), error));
                }
                return;
            }
            Err(error) => {
                return self.found.unreadable.push((self.top.join(&link.below), error.to_string()));
            }
        };
        if let Err(error) = target.kind.demand_regular()
            && (self.search.must_be)(&link.below)
            && !self.leaves(&link, target.kind == Kind::Folder)
        {
            self.tell_if_needed(&link, &error.to_string());
        }
        match target.kind {
            Kind::File if !(self.search.may_be)(&link.real) => self.found.by_name += 1,
            Kind::File if !self.leaves(&link, false) => {
                self.linked_files.push(self.top.join(&link.below));
            }
            Kind::Folder if !self.seen.contains(&target.identity) && !self.leaves(&link, true) => {
                let key = (link.below.components().count(), link.below.clone());
                self.links.insert(key, Visit { real: target.real, linked: true, ..link });
            }
            _ => {}
        }
    }

    /// Notes why something cannot be read, if it is called like a file that is read for certain.
    fn tell_if_needed(&mut self, entry: &Visit, reason: &str) {
        if (self.search.must_be)(&entry.below) {
            self.found.unreadable.push((self.top.join(&entry.below), format!("not read: {reason}")));
        }
    }

    /// Whether a file or folder is left out, which is noted.
    fn leaves(&mut self, entry: &Visit, is_folder: bool) -> bool {
        if is_folder && entry.below.file_name().is_some_and(self.search.skips) {
            return true;
        }
        let absolute = self.real.join(&entry.below);
        if (self.search.leaves_out)(&absolute, is_folder) {
            self.found.excluded.push(self.top.join(&entry.below));
            return true;
        }
        let Some(by) = entry.level.as_ref().and_then(|level| level.hides(&absolute, is_folder)) else {
            return false;
        };
        let hidden = Hidden { path: self.top.join(&entry.below), by: self.shown(by), is_folder };
        if is_folder {
            self.hidden_folders.push_back((entry.real.clone(), hidden.clone()));
        }
        if is_folder || (self.search.likely_is)(&hidden.path) {
            self.found.hidden.push(hidden);
        }
        true
    }

    /// An absolute path as it is called from the walked folder on.
    fn shown(&self, absolute: PathBuf) -> PathBuf {
        match absolute.strip_prefix(&self.real) {
            Ok(below) => self.top.join(below),
            Err(_) => absolute,
        }
    }

    /// What was found, in order.
    pub(super) fn finish(mut self) -> Walk {
        let strange = std::mem::take(&mut self.ignore_files.strange);
        self.found.strange = strange.into_iter().map(|(path, reason)| (self.shown(path), reason)).collect();
        self.found.beside.sort();
        self.found.hosts.sort();
        let Walk { files, excluded, hidden, outside, unreadable, strange, .. } = &mut self.found;
        files.sort();
        self.linked_files.sort();
        files.append(&mut self.linked_files);
        excluded.sort();
        hidden.sort();
        outside.sort_by(|(one, _), (other, _)| one.cmp(other));
        unreadable.sort();
        strange.sort();
        self.found
    }
}

/// Whether nothing lies where a link leads, or links lead to each other.
fn leads_nowhere(error: &ReadError) -> bool {
    match error {
        ReadError::Missing => true,
        ReadError::System(error) => system::is_endless(error),
        _ => false,
    }
}

/// Why a folder was not visited to its end.
enum Stop {
    Unreadable(PathBuf, String),
    Limit(String),
}
