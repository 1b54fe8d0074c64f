//! What OLD and NEW stand for: a commit of the repository around the working directory, or a folder or file.

use std::path::{Component, Path, PathBuf};

use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::git::{Repository, Revision};

/// One of the two trees.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// What a commit holds: the part of it that the working directory is, or the path behind `REVISION:`.
    Revision {
        /// The commit.
        revision: Revision,
        /// The path that was named, from the top of the repository.
        path: Option<PathBuf>,
    },
    /// A folder or a file as it lies on disk.
    Path(PathBuf),
    /// The working directory as it is.
    WorkingTree,
}

impl Source {
    /// How it is called in reports.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Revision { revision, path: None } => revision.name.clone(),
            Self::Revision { revision, path: Some(path) } => {
                format!("{}:{}", revision.name, shown_path(path))
            }
            Self::Path(path) => shown_path(path),
            Self::WorkingTree => "the working tree".to_owned(),
        }
    }
}

/// The two trees, and what is to be said about their names.
pub(crate) struct Sources {
    pub(crate) old: Source,
    pub(crate) new: Source,
    pub(crate) notes: Vec<String>,
}

impl Sources {
    /// Finds out what the names stand for. `A..B` and `A...B` are two revisions, as for `git diff`.
    pub(crate) fn of(
        old: &Path,
        new: Option<&Path>,
        repository: Option<&Repository>,
    ) -> Result<Self, Failure> {
        let mut notes = Vec::new();
        if let Some((old, new)) = range(old, new, repository)? {
            return Ok(Self { old, new, notes });
        }
        let old = source(old, repository, &mut notes)?;
        let new = match new {
            Some(new) => source(new, repository, &mut notes)?,
            None => Source::WorkingTree,
        };
        Ok(Self { old, new, notes })
    }
}

/// The ends of a range, if it is one: with three dots the first is where the two histories part.
fn range(
    old: &Path,
    new: Option<&Path>,
    repository: Option<&Repository>,
) -> Result<Option<(Source, Source)>, Failure> {
    let (Some(text), Some(repository)) = (old.to_str(), repository) else { return Ok(None) };
    let Some((first, last)) =
        text.split_once("..").filter(|_| !is_path(text) && !text.contains(':') && !lies_there(old))
    else {
        return Ok(None);
    };
    let (last, parted) = match last.strip_prefix('.') {
        Some(last) => (last, true),
        None => (last, false),
    };
    if let Some(new) = new {
        let message = format!("`{}` names both revisions, and `{}` is a third", escape(text), shown(new));
        return Err(Failure::said(message).help("name two: `wslint compare OLD NEW`"));
    }
    let named = |name: &str| {
        let name = if name.is_empty() { "HEAD" } else { name };
        repository.revision(name).ok_or_else(|| unknown(Path::new(name), Some(repository)))
    };
    let (mut first, last) = (named(first)?, named(last)?);
    if parted {
        first = repository.merge_base(&first, &last)?;
    }
    let of = |revision| Source::Revision { revision, path: None };
    Ok(Some((of(first), of(last))))
}

fn source(named: &Path, repository: Option<&Repository>, notes: &mut Vec<String>) -> Result<Source, Failure> {
    if named == Path::new("-") {
        let message = "`-` is neither a revision nor a folder";
        return Err(Failure::said(message).help("name a revision such as `main`, or a folder"));
    }
    let is_there = lies_there(named);
    match revision(named, repository) {
        Some(source) => {
            if is_there {
                notes.push(format!(
                    "`{0}` is a revision and a path: the revision is taken; write `./{0}` for the path",
                    shown(named)
                ));
            }
            Ok(source)
        }
        None if is_there => Ok(Source::Path(named.to_owned())),
        None => Err(unknown(named, repository)),
    }
}

/// The commit that a name stands for, with a path in it behind a colon.
fn revision(named: &Path, repository: Option<&Repository>) -> Option<Source> {
    let (text, repository) = (named.to_str()?, repository?);
    if is_path(text) {
        return None;
    }
    if let Some((name, path)) = text.split_once(':') {
        let path = Some(PathBuf::from(path.trim_matches('/'))).filter(|path| !path.as_os_str().is_empty());
        // From the top on, and never out of the revision.
        let is_plain = |path: &PathBuf| path.components().all(|part| matches!(part, Component::Normal(_)));
        if !path.iter().all(is_plain) {
            return None;
        }
        return Some(Source::Revision { revision: repository.revision(name)?, path });
    }
    Some(Source::Revision { revision: repository.revision(text)?, path: None })
}

/// Whether something can be nothing but a path.
fn is_path(text: &str) -> bool {
    let path = Path::new(text);
    let first = path.components().next();
    path.is_absolute() || matches!(first, Some(Component::CurDir | Component::ParentDir | Component::RootDir))
}

fn lies_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn shown(path: &Path) -> String {
    escape(&shown_path(path)).into_owned()
}

fn unknown(named: &Path, repository: Option<&Repository>) -> Failure {
    let name = shown_path(named);
    match repository {
        Some(_) if is_path(&name) => Failure::at(named, "no such file or directory"),
        Some(repository) => {
            let why = "this repository knows no such revision here, and no folder is called so";
            repository.not_at_hand(&name, why)
        }
        None => {
            Failure::at(named, "no such file or directory, and the working directory is in no git repository")
                .help("run it in the repository whose revision is meant, or name two folders")
        }
    }
}
