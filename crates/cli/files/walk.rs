//! Walks a folder and lists its files. Each folder is visited once, whatever links lead to it, and the work is bounded.
//! Symbolic links are followed, since `sites-enabled` consists of them, unless they lead out of the territory; what lies
//! in the folder itself comes before what only a link leads to.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustix::io::Errno;

use super::error::ReadError;
use super::ignore_files::{IgnoreFiles, Level, is_ignore_file};
use super::list::Folder;
use super::open::{Identity, Kind};
use super::repository::repository;
use super::territory::Territory;
use super::version_control::is_version_control_name;

/// What is looked for.
pub(crate) struct Search<'s> {
    /// Whether a file of this name may be what is looked for.
    pub(crate) may_be: &'s dyn Fn(&Path) -> bool,
    /// Whether a file of this name likely is.
    pub(crate) likely_is: &'s dyn Fn(&Path) -> bool,
    /// Whether the user leaves out the file or folder at an absolute path.
    pub(crate) leaves_out: &'s dyn Fn(&Path, bool) -> bool,
    /// Whether folders of this name hold nothing of the kind.
    pub(crate) skips: &'s dyn Fn(&OsStr) -> bool,
    /// Whether `.gitignore` and `.ignore` count.
    pub(crate) ignore_files: bool,
    /// How much is looked at.
    pub(crate) limits: Limits,
}

/// How much a walk looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many files and folders.
    pub(crate) entries: usize,
    /// How many of them may be what is looked for.
    pub(crate) files: usize,
    /// How deep folders may nest.
    pub(crate) depth: usize,
    /// How many files and folders are looked at in folders that ignore files hide.
    pub(crate) hidden: usize,
}

impl Limits {
    /// The largest repositories that people lint have some hundred thousand files, few of which may be configuration.
    pub(crate) const USUAL: Self = Self { entries: 2_000_000, files: 100_000, depth: 256, hidden: 50_000 };
}

/// What a walk found. All lists are in byte order of the paths, which begin with that of the walked folder.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Regular files that may be what is looked for; those that a link leads to stand behind the others.
    pub(crate) files: Vec<PathBuf>,
    /// How many regular files are left out by their names.
    pub(crate) by_name: usize,
    /// What the user leaves out.
    pub(crate) excluded: Vec<PathBuf>,
    /// What ignore files hide.
    pub(crate) hidden: Vec<Hidden>,
    /// Links out of what may be read, and why they are not followed.
    pub(crate) outside: Vec<(PathBuf, ReadError)>,
    /// What could not be entered, with the reason.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
    /// Ignore files that do not count, with the reason.
    pub(crate) strange: Vec<(PathBuf, String)>,
    /// Which limit was met, in words, if any was.
    pub(crate) limit: Option<String>,
}

/// Something that an ignore file hides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hidden {
    /// A file that likely is what is looked for, or a folder.
    pub(crate) path: PathBuf,
    /// The ignore file.
    pub(crate) by: PathBuf,
    /// Whether it is a folder. What likely is looked for in it follows by itself.
    pub(crate) is_folder: bool,
}

/// Walks the folder at `path`.
pub(crate) fn walk(path: &Path, territory: &Territory, search: &Search<'_>) -> Walk {
    let real = match territory.enter(path) {
        Ok(entry) => entry.real,
        Err(error) => {
            return Walk { unreadable: vec![(path.to_owned(), error.to_string())], ..Walk::default() };
        }
    };
    let mut walker = Walker {
        territory,
        search,
        top: path,
        real: real.clone(),
        found: Walk::default(),
        ignore_files: IgnoreFiles::default(),
        linked_files: Vec::new(),
        links: BTreeMap::new(),
        hidden_folders: VecDeque::new(),
        seen: HashSet::new(),
        looked_at: 0,
    };
    walker.walk(real);
    walker.look_into_hidden();
    walker.finish()
}

struct Walker<'w> {
    territory: &'w Territory,
    search: &'w Search<'w>,
    /// The walked folder as it was called.
    top: &'w Path,
    /// The same without links: ignore files and the user's globs speak of paths from the root of the file system.
    real: PathBuf,
    found: Walk,
    ignore_files: IgnoreFiles,
    /// Files that a link leads to, or that lie in a folder that one leads to.
    linked_files: Vec<PathBuf>,
    /// Links to folders, by the number of their components and their path.
    links: BTreeMap<(usize, PathBuf), Visit>,
    /// Folders that ignore files hide.
    hidden_folders: VecDeque<(PathBuf, Hidden)>,
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

impl Walker<'_> {
    fn walk(&mut self, real: PathBuf) {
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
                Kind::Special(_) => {}
                // Whatever it leads to, it hides nothing, which is told by itself.
                Kind::Link if is_ignore_file(&name) => {}
                Kind::File if !(self.search.may_be)(&visit.real.join(&name)) => self.found.by_name += 1,
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

    /// How many files and links are kept.
    fn kept(&self) -> usize {
        self.found.files.len() + self.linked_files.len() + self.links.len()
    }

    fn take(&mut self, entry: Visit, kind: Kind, visits: &mut Vec<Visit>) {
        let is_folder = kind == Kind::Folder;
        if self.leaves(&entry, is_folder) {
            return;
        }
        if is_folder {
            visits.push(entry);
        } else if entry.linked {
            self.linked_files.push(self.top.join(&entry.below));
        } else {
            self.found.files.push(self.top.join(&entry.below));
        }
    }

    fn take_link(&mut self, link: Visit) {
        let target = match self.territory.enter(&link.real) {
            Ok(target) => target,
            // A link that leads nowhere names nothing that could be read; an include that needs it says so.
            Err(ReadError::Missing) => return,
            Err(ReadError::System(error)) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
                return;
            }
            Err(error @ (ReadError::Outside(_) | ReadError::VersionControl)) => {
                let Ok(metadata) = link.real.metadata() else { return };
                let is_folder = metadata.is_dir();
                let speaks = is_folder || (metadata.is_file() && (self.search.may_be)(&link.real));
                if speaks && !self.leaves(&link, is_folder) {
                    self.found.outside.push((self.top.join(&link.below), error));
                }
                return;
            }
            Err(error) => {
                return self.found.unreadable.push((self.top.join(&link.below), error.to_string()));
            }
        };
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

    /// Looks for files in hidden folders that likely are what is looked for, so that it can be said that they are hidden:
    /// first in those folders, then in those that lie in them, until it is too much.
    fn look_into_hidden(&mut self) {
        let mut seen = HashSet::new();
        let mut room = self.search.limits.hidden;
        while let Some((real, hidden)) = self.hidden_folders.pop_front() {
            let Ok(folder) = Folder::open(&real) else { continue };
            if !seen.insert(folder.identity) {
                continue;
            }
            let mut likely = Vec::new();
            for (name, kind) in folder.flatten() {
                let Some(less) = room.checked_sub(1) else { return };
                room = less;
                let entry = Hidden {
                    path: hidden.path.join(&name),
                    by: hidden.by.clone(),
                    is_folder: kind == Kind::Folder,
                };
                let place = real.join(&name);
                let speaks = match kind {
                    Kind::Folder => !is_version_control_name(&name) && !(self.search.skips)(&name),
                    Kind::File => (self.search.likely_is)(&entry.path),
                    Kind::Link | Kind::Special(_) => false,
                };
                if speaks && !(self.search.leaves_out)(&place, entry.is_folder) {
                    likely.push((place, entry));
                }
            }
            likely.sort_by(|(one, _), (other, _)| one.cmp(other));
            for (place, entry) in likely {
                match entry.is_folder {
                    true => self.hidden_folders.push_back((place, entry)),
                    false => self.found.hidden.push(entry),
                }
            }
        }
    }

    /// An absolute path as it is called from the walked folder on.
    fn shown(&self, absolute: PathBuf) -> PathBuf {
        match absolute.strip_prefix(&self.real) {
            Ok(below) => self.top.join(below),
            Err(_) => absolute,
        }
    }

    fn finish(mut self) -> Walk {
        let strange = std::mem::take(&mut self.ignore_files.strange);
        self.found.strange = strange.into_iter().map(|(path, reason)| (self.shown(path), reason)).collect();
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

/// Why a folder was not visited to its end.
enum Stop {
    Unreadable(PathBuf, String),
    Limit(String),
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use tempfile::TempDir;

    use super::{Limits, Search, Walk, walk};
    use crate::files::Territory;

    fn tree(files: &[&str]) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in files {
            write(&folder, name, "");
        }
        folder
    }

    fn write(tree: &TempDir, name: &str, text: &str) {
        let path = tree.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn walk_with(tree: &TempDir, limits: Limits) -> Walk {
        let real = tree.path().canonicalize().expect("it is there");
        let search = Search {
            may_be: &|path: &Path| path.extension().is_none_or(|ending| ending != "md"),
            likely_is: &|path: &Path| path.extension().is_some_and(|ending| ending == "conf"),
            leaves_out: &|_, _| false,
            skips: &|name| name == "node_modules",
            ignore_files: true,
            limits,
        };
        walk(&real, &Territory::of(&real), &search)
    }

    fn names<'p>(tree: &TempDir, paths: impl IntoIterator<Item = &'p std::path::PathBuf>) -> Vec<String> {
        let real = tree.path().canonicalize().expect("it is there");
        let below = |path: &Path| path.strip_prefix(&real).expect("below").to_string_lossy().into_owned();
        paths.into_iter().map(|path| below(path)).collect()
    }

    #[test]
    fn a_walk_survives_link_loops_and_fifos() {
        let tree = tree(&["nginx.conf"]);
        for (target, link) in [(".", "self"), ("absent", "dangling"), ("loop", "loop")] {
            symlink(target, tree.path().join(link)).expect("a link");
        }
        rustix::fs::mkfifoat(rustix::fs::CWD, tree.path().join("fifo.conf"), rustix::fs::Mode::RWXU)
            .expect("a FIFO");
        let found = walk_with(&tree, Limits::USUAL);
        assert_eq!(names(&tree, &found.files), ["nginx.conf"]);
        assert!(
            found.outside.is_empty() && found.unreadable.is_empty() && found.limit.is_none(),
            "{found:?}"
        );
    }

    #[test]
    fn what_lies_in_the_folder_comes_before_what_a_link_leads_to() {
        let tree = tree(&["z/real.conf", "z/deep/x.conf", ".hidden/y.conf", "a.md"]);
        write(&tree, ".gitignore", ".hidden/\n");
        for (target, link) in [
            ("z/real.conf", "a.conf"),
            ("z", "b"),
            (".hidden", "c"),
            (".hidden", "z/deep/c"),
            ("../deep", "z/deep/up"),
        ] {
            symlink(target, tree.path().join(link)).expect("a link");
        }
        let found = walk_with(&tree, Limits::USUAL);
        let expected = [".gitignore", "z/deep/x.conf", "z/real.conf", "a.conf", "c/y.conf"];
        assert_eq!(names(&tree, &found.files), expected);
        assert_eq!(
            names(&tree, found.hidden.iter().map(|hidden| &hidden.path)),
            [".hidden", ".hidden/y.conf"]
        );
        assert_eq!(found.by_name, 1);
    }

    #[test]
    fn limits_are_told() {
        let tree = tree(&["a/b/c/x.conf", "a/y.conf", "a/z.conf"]);
        for (limits, words) in [
            (Limits { entries: 4, ..Limits::USUAL }, "more than 4 files and folders"),
            (Limits { files: 1, ..Limits::USUAL }, "more than 1 files"),
            (Limits { depth: 2, ..Limits::USUAL }, "more than 2 deep"),
        ] {
            let limit = walk_with(&tree, limits).limit.expect(words);
            assert!(limit.contains(words), "{limit}");
        }
        assert_eq!(walk_with(&tree, Limits { depth: 3, ..Limits::USUAL }).limit, None);
    }

    #[test]
    fn hidden_folders_are_looked_into_as_far_as_there_is_room() {
        let tree =
            tree(&["out/x.conf", "out/node_modules/y.conf", "out/deep/z.conf", "out/deep/a.txt", "x.md"]);
        write(&tree, ".gitignore", "out/\n*.md\n");
        let hidden = |room| {
            let found = walk_with(&tree, Limits { hidden: room, ..Limits::USUAL });
            names(&tree, found.hidden.iter().map(|hidden| &hidden.path))
        };
        assert_eq!(hidden(5), ["out", "out/deep/z.conf", "out/x.conf"]);
        assert_eq!(hidden(4), ["out", "out/x.conf"]);
    }
}
