//! The repository around a folder, and the commits that names stand for.

use std::path::{Path, PathBuf};

use gix::bstr::BStr;
use gix::discover::upwards;
use gix::open::Options;
use gix::sec::trust::Mapping;

use crate::escape::escape;
use crate::exit::Failure;
use crate::files::canonical;

/// A repository with a working tree.
pub(crate) struct Repository {
    inner: gix::Repository,
    working_tree: PathBuf,
}

/// A commit, as somebody named it.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    /// The name: `main`, `HEAD~1`, `v1.2`, the beginning of an id.
    pub(crate) name: String,
    /// The commit.
    id: gix::ObjectId,
}

impl Repository {
    /// The repository that a folder belongs to, if any does.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let options = Mapping { full: Options::isolated(), reduced: Options::isolated() };
        let found = gix::ThreadSafeRepository::discover_opts(folder, upwards::Options::default(), options);
        Self::of(found.ok()?.to_thread_local())
    }

    /// The repository whose working tree begins at a folder, if there is one: a submodule.
    pub(super) fn at(folder: &Path) -> Option<Self> {
        Self::of(gix::open_opts(folder, Options::isolated()).ok()?)
    }

    fn of(inner: gix::Repository) -> Option<Self> {
        let working_tree = canonical(inner.workdir()?).ok()?;
        Some(Self { inner, working_tree })
    }

    /// The folder of its working tree: absolute and without links.
    pub(crate) fn working_tree(&self) -> &Path {
        &self.working_tree
    }

    /// The commit that a name stands for; none if it is no name of this repository.
    pub(crate) fn revision(&self, name: &str) -> Option<Revision> {
        // What begins so is an option to git, and a name to nobody.
        let id = Some(name).filter(|name| !name.is_empty() && !name.starts_with('-')).and_then(|name| {
            let object = self.inner.rev_parse_single(BStr::new(name)).ok()?.object().ok()?;
            object.peel_to_commit().ok().map(|commit| commit.id)
        })?;
        Some(Revision { name: name.to_owned(), id })
    }

    /// The commit where the histories of two part.
    ///
    /// # Errors
    /// They share none, or a part of them is not at hand.
    pub(crate) fn merge_base(&self, one: &Revision, other: &Revision) -> Result<Revision, Failure> {
        let names = format!("{}...{}", one.name, other.name);
        match self.inner.merge_base(one.id, other.id) {
            Ok(Some(base)) => Ok(Revision { name: names, id: base.detach() }),
            Ok(None) | Err(_) => {
                let message = format!("`{}`: no commit is at hand from which both come", escape(&names));
                Err(Failure::said(message).help(self.advice()))
            }
        }
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// It is not at hand.
    pub(super) fn top(&self, revision: &Revision) -> Result<gix::ObjectId, Failure> {
        let not_at_hand = || self.not_at_hand(&revision.name, "its files are not in this clone");
        self.tree_of(revision.id).ok_or_else(not_at_hand)
    }

    /// The same, if it is at hand.
    pub(super) fn tree_of(&self, commit: gix::ObjectId) -> Option<gix::ObjectId> {
        self.inner.find_commit(commit).ok()?.tree_id().ok().map(gix::Id::detach)
    }

    pub(super) fn objects(&self) -> &gix::Repository {
        &self.inner
    }

    /// Why nothing can be read of a revision, and what to type.
    pub(crate) fn not_at_hand(&self, name: &str, why: &str) -> Failure {
        Failure::said(format!("`{}`: {why}", escape(name))).help(self.advice())
    }

    /// How what is not in a clone gets there.
    fn advice(&self) -> String {
        if self.inner.is_shallow().unwrap_or(false) {
            "this clone is shallow: `git fetch --unshallow`; in GitHub Actions `fetch-depth: 0` at \
             actions/checkout, in GitLab CI/CD the variable `GIT_DEPTH: 0`"
                .to_owned()
        } else if self.is_partial() {
            "this clone is partial: `git fetch --refetch --no-filter`".to_owned()
        } else {
            "`git fetch --all --tags` brings what the remote has; `git branch --all` and `git tag` list the names"
                .to_owned()
        }
    }

    /// Whether the clone was made without some of the objects (`git clone --filter`).
    fn is_partial(&self) -> bool {
        let settings = self.inner.config_snapshot();
        settings.string("extensions.partialClone").is_some()
            || settings.string("remote.origin.partialclonefilter").is_some()
    }
}
