//! Lays the tree of a commit out in a private folder: files, folders and links as they would be checked out, but that no
//! filter runs and nothing is converted. Attributes are not heeded: `export-ignore` is about archives, and a working tree,
//! which it is compared with, has these files too.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use gix::bstr::BStr;
use gix::objs::tree::EntryKind;
use gix::validate::path::component;

use super::repository::{Repository, Revision};
use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::files::{LARGEST_FILE, is_version_control_name, system_words};
use crate::path_bytes::named;
use crate::write::PrivateFolder;

/// How many files, folders and links a revision may hold.
const MOST_ENTRIES: usize = 1_000_000;

/// How many bytes they may hold together: what no one can check out by accident.
const MOST_BYTES: u64 = 4 << 30;

/// How deep folders may lie in each other.
const DEEPEST: usize = 256;

/// A pointer of Git LFS has fewer bytes.
const LARGEST_POINTER: usize = 1024;

/// The tree of a commit.
pub(crate) struct Tree<'r> {
    repository: &'r Repository,
    revision: &'r Revision,
    id: gix::ObjectId,
}

/// A file that takes the place of one of a revision.
pub(crate) struct Instead {
    /// Its path from the top of the repository.
    pub(crate) path: PathBuf,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
}

/// What a revision names and does not hold: its path from the top of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The files of a submodule.
    Submodule(PathBuf),
    /// A file of which the repository holds a pointer only.
    Lfs(PathBuf),
    /// A file that is encrypted.
    Encrypted(PathBuf),
}

impl Missing {
    /// Where it would lie.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Submodule(path) | Self::Lfs(path) | Self::Encrypted(path) => path,
        }
    }

    /// The same as seen from a folder of the tree; none if it lies elsewhere.
    pub(crate) fn below(&self, folder: &Path) -> Option<Self> {
        let path = self.path().strip_prefix(folder).ok()?.to_owned();
        Some(match self {
            Self::Submodule(_) => Self::Submodule(path),
            Self::Lfs(_) => Self::Lfs(path),
            Self::Encrypted(_) => Self::Encrypted(path),
        })
    }

    /// What it is, and what to do about it.
    pub(crate) fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Submodule(_) => (
                "is a submodule whose commit is not at hand",
                "`git submodule update --init --recursive`; in GitHub Actions `submodules: recursive` at actions/checkout",
            ),
            Self::Lfs(_) => (
                "is a pointer of Git LFS in the revision, and what it stands for is not in the repository",
                "check that revision out beside this one (`git worktree add`) and name its folder",
            ),
            Self::Encrypted(_) => (
                "is encrypted in the revision",
                "check that revision out beside this one (`git worktree add`), unlock it, and name its folder",
            ),
        }
    }
}

impl<'r> Tree<'r> {
    /// The tree of a commit of a repository.
    ///
    /// # Errors
    /// It is not at hand.
    pub(crate) fn of(repository: &'r Repository, revision: &'r Revision) -> Result<Self, Failure> {
        Ok(Self { repository, revision, id: repository.top(revision)? })
    }

    /// Lays it out in the folder `at` of a private one, where nothing lies yet, with another file in the place of its own
    /// if one is given. Gives what it names and does not hold.
    ///
    /// # Errors
    /// An object is not at hand or broken, there is too much, or the system refuses to write.
    pub(crate) fn lay_out(
        &self,
        folder: &PrivateFolder,
        at: &Path,
        instead: Option<&Instead>,
    ) -> Result<Vec<Missing>, Failure> {
        let mut work = Work {
            tree: self,
            folder,
            at,
            instead,
            missing: Vec::new(),
            links: Vec::new(),
            folders: HashSet::new(),
            entries: 0,
            bytes: 0,
        };
        work.written(Path::new(""), folder.folder(at))?;
        // What bounds a repository for whoever reads in it.
        work.written(Path::new(".git"), folder.folder(&at.join(".git")))?;
        work.folder(self.repository, self.id, Path::new(""), 0)?;
        work.lay_instead()?;
        // Last, so that nothing is written through one of them.
        for (path, target) in std::mem::take(&mut work.links) {
            work.written(&path, folder.link(&at.join(&path), &target))?;
        }
        Ok(work.missing)
    }
}

struct Work<'w, 'r> {
    tree: &'w Tree<'r>,
    folder: &'w PrivateFolder,
    at: &'w Path,
    instead: Option<&'w Instead>,
    missing: Vec<Missing>,
    links: Vec<(PathBuf, PathBuf)>,
    folders: HashSet<PathBuf>,
    entries: usize,
    bytes: u64,
}

impl Work<'_, '_> {
    fn folder(
        &mut self,
        repository: &Repository,
        id: gix::ObjectId,
        path: &Path,
        depth: usize,
    ) -> Result<(), Failure> {
        let object = repository.objects().find_tree(id).map_err(|_| self.absent(path))?;
        if depth > DEEPEST {
            return Err(self.refused(path, "folders lie too deep in each other"));
        }
        for entry in object.iter() {
            let entry = entry.map_err(|_| self.refused(path, "the tree is broken"))?;
            let name = named(entry.filename());
            if is_version_control_name(name.as_os_str()) || !is_name(entry.filename()) {
                continue;
            }
            let (path, id) = (path.join(name), entry.object_id());
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                return Err(self.refused(&path, "the revision holds more files than are read"));
            }
            if self.instead.is_some_and(|instead| instead.path == path) {
                continue;
            }
            match entry.kind() {
                EntryKind::Tree => {
                    self.make_folder(&path)?;
                    self.folder(repository, id, &path, depth + 1)?;
                }
                EntryKind::Blob | EntryKind::BlobExecutable => self.file(repository, id, &path)?,
                EntryKind::Link => {
                    let target = repository.objects().find_blob(id).map_err(|_| self.absent(&path))?;
                    self.links.push((path, named(&target.data)));
                }
                EntryKind::Commit => self.submodule(id, &path, depth)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, repository: &Repository, id: gix::ObjectId, path: &Path) -> Result<(), Failure> {
        let objects = repository.objects();
        let size = objects.find_header(id).map_err(|_| self.absent(path))?.size();
        if size > LARGEST_FILE {
            return self.written(path, self.folder.hollow_file(&self.at.join(path), size));
        }
        self.bytes += size;
        if self.bytes > MOST_BYTES {
            return Err(self.refused(path, "the revision holds more bytes than are read"));
        }
        let blob = objects.find_blob(id).map_err(|_| self.absent(path))?;
        if blob.data.len() < LARGEST_POINTER
            && blob.data.starts_with(b"version https://git-lfs.github.com/spec/")
        {
            self.missing.push(Missing::Lfs(path.to_owned()));
        }
        if blob.data.starts_with(b"\0GITCRYPT\0") {
            self.missing.push(Missing::Encrypted(path.to_owned()));
        }
        self.written(path, self.folder.file(&self.at.join(path), &blob.data))
    }

    /// The files of a submodule come from its own repository, where the working tree has one.
    fn submodule(&mut self, commit: gix::ObjectId, path: &Path, depth: usize) -> Result<(), Failure> {
        self.make_folder(path)?;
        let own = Repository::at(&self.tree.repository.working_tree().join(path));
        match own.and_then(|own| Some((own.tree_of(commit)?, own))) {
            Some((tree, own)) => self.folder(&own, tree, path, depth + 1),
            None => {
                self.missing.push(Missing::Submodule(path.to_owned()));
                Ok(())
            }
        }
    }

    fn make_folder(&mut self, path: &Path) -> Result<(), Failure> {
        self.written(path, self.folder.folder(&self.at.join(path)))?;
        self.folders.insert(path.to_owned());
        Ok(())
    }

    /// The file that takes the place of one of the revision, in folders that the revision may not have.
    fn lay_instead(&mut self) -> Result<(), Failure> {
        let Some(Instead { path, bytes }) = self.instead else { return Ok(()) };
        let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
        above.pop();
        for folder in above.into_iter().rev() {
            if !self.folders.contains(folder) {
                self.make_folder(folder)?;
            }
        }
        self.written(path, self.folder.file(&self.at.join(path), bytes))
    }

    fn written(&self, path: &Path, written: io::Result<()>) -> Result<(), Failure> {
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => self.refused(path, "the tree holds two entries of this name"),
            _ => self.refused(path, &format!("its copy cannot be written: {}", system_words(&error))),
        })
    }

    fn absent(&self, path: &Path) -> Failure {
        let path = shown_path(path);
        let why = match path.as_str() {
            "" => "its files are not in this clone".to_owned(),
            path => format!("{} is not in this clone", escape(path)),
        };
        self.tree.repository.not_at_hand(&self.tree.revision.name, &why)
    }

    fn refused(&self, path: &Path, why: &str) -> Failure {
        let (name, path) = (&self.tree.revision.name, shown_path(path));
        Failure::said(format!("`{}`: {}: {why}", escape(name), escape(&path)))
    }
}

/// Whether it is the name of something in a folder. Git makes no others, but whoever makes a tree by hand can.
fn is_name(bytes: &[u8]) -> bool {
    // A drive, a device, a stream or another folder, to Windows alone.
    if cfg!(windows) && component(BStr::new(bytes), None, component::Options::default()).is_err() {
        return false;
    }
    !bytes.is_empty() && bytes != b"." && bytes != b".." && !bytes.contains(&b'/') && !bytes.contains(&0)
}
