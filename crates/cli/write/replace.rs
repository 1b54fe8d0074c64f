//! Replaces several files: all of them, or none. What can be known to keep one from being replaced shows before the first
//! is; what shows later has those that were replaced put back.

use std::fs::{self, FileTimes, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::access::Access;
use super::folders::Folders;
use super::signals::{self, Hold};
use super::system::{Attributes, Lost};
use super::temporary::Temporary;
use crate::files::{Identity, ReadError, may_write, reread, status_through, system_words};

/// A file that shall hold something else.
#[derive(Clone, Copy)]
pub(crate) struct Change<'c> {
    /// What leads to it, as people call it. Links to it will keep leading to it.
    pub(crate) path: &'c Path,
    /// Where it lies, without links.
    pub(crate) real: &'c Path,
    /// What it holds.
    pub(crate) before: &'c [u8],
    /// What it shall hold.
    pub(crate) after: &'c [u8],
}

/// Why files were left as they are.
#[derive(Debug)]
pub(crate) struct NotReplaced<'c> {
    /// The file that is in the way, if it is one.
    pub(crate) path: Option<&'c Path>,
    /// What is in the way.
    pub(crate) reason: Reason,
    /// Those that hold the new content all the same, since they could not be put back, with what kept them from it.
    pub(crate) stuck: Vec<(&'c Path, io::Error)>,
}

/// What keeps a file from being replaced.
#[derive(Debug, Error)]
pub(crate) enum Reason {
    /// It cannot be read again.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// Somebody wrote to it in the meantime.
    #[error("it changed while it was linted; run wslint again")]
    Changed,
    /// It is write-protected.
    #[error("it is read-only")]
    ReadOnly,
    /// Replacing it would leave its other names with the old content.
    #[error("it has more than one hard link; edit it by hand")]
    Linked,
    /// What it has besides its content, a new file would not have.
    #[error("{0}")]
    Lost(#[from] Lost),
    /// The folder that it lies in cannot be locked and written.
    #[error("the folder cannot be used: {}", system_words(.0))]
    Folder(io::Error),
    /// The system refuses.
    #[error("{}", system_words(.0))]
    System(#[from] io::Error),
}

impl<'c> NotReplaced<'c> {
    fn of(path: impl Into<Option<&'c Path>>, reason: impl Into<Reason>) -> Self {
        Self { path: path.into(), reason: reason.into(), stuck: Vec::new() }
    }
}

/// The replacing of files, from the moment in which nothing disturbs it any more: other runs of wslint and signals wait
/// while this lives.
pub(crate) struct Transaction<'c> {
    /// The changes, and the files that their paths lead to.
    changes: Vec<(Change<'c>, PathBuf)>,
    folders: Folders,
    _hold: Hold,
}

impl<'c> Transaction<'c> {
    /// Waits for other runs of wslint in the same folders.
    pub(crate) fn begin(changes: impl Iterator<Item = Change<'c>>) -> Result<Self, NotReplaced<'c>> {
        let real = |change: Change<'c>| match may_write(change.real) {
            Ok(real) => Ok((change, real)),
            Err(error) => Err(NotReplaced::of(change.path, error)),
        };
        let changes: Vec<(Change<'c>, PathBuf)> = changes.map(real).collect::<Result<_, _>>()?;
        // Somebody may have to be waited for, and until then a signal has an effect at once.
        let folders = Folders::lock(changes.iter().map(|(_, real)| real.as_path()))
            .map_err(|error| NotReplaced::of(None, Reason::Folder(error)))?;
        let hold = Hold::begin().map_err(|error| NotReplaced::of(None, error))?;
        Ok(Self { changes, folders, _hold: hold })
    }

    /// Replaces all files, or none.
    pub(crate) fn replace(&self) -> Result<(), NotReplaced<'c>> {
        let mut staged = Vec::with_capacity(self.changes.len());
        for (change, real) in &self.changes {
            let ready = Staged::prepare(change, real);
            staged.push(ready.map_err(|reason| NotReplaced::of(change.path, reason))?);
        }
        for ready in &staged {
            ready.check().map_err(|reason| NotReplaced::of(ready.change.path, reason))?;
        }
        for at in 0..staged.len() {
            let ready = &mut staged[at];
            if let Err(error) = ready.new.take(ready.real) {
                let failed = NotReplaced::of(ready.change.path, error);
                return Err(self.put_back(&mut staged[..at], failed));
            }
        }
        self.folders
            .sync()
            .map_err(|error| self.put_back(&mut staged, NotReplaced::of(None, Reason::Folder(error))))
    }

    /// Whether a signal waits to end the process when this is over.
    pub(crate) fn interrupted(&self) -> bool {
        signals::arrived()
    }

    /// Has the files that were replaced hold their old content again.
    fn put_back(&self, replaced: &mut [Staged<'_, 'c>], failed: NotReplaced<'c>) -> NotReplaced<'c> {
        let mut stuck = Vec::new();
        for done in replaced {
            if let Err(error) = done.old.take_back(done.real) {
                stuck.push((done.change.path, error));
            }
        }
        // The disk has failed already; what it holds after a power cut is beyond saying.
        let _ = self.folders.sync();
        NotReplaced { stuck, ..failed }
    }
}

/// A file with all that its replacement takes: beside it lie what it shall hold and, to be put back, what it holds. Both
/// are complete, like it in everything but the content, and on disk, so that nothing but renaming is left to do.
struct Staged<'t, 'c> {
    change: &'t Change<'c>,
    real: &'t Path,
    identity: Identity,
    new: Temporary,
    old: Temporary,
}

impl<'t, 'c> Staged<'t, 'c> {
    fn prepare(change: &'t Change<'c>, real: &'t Path) -> Result<Self, Reason> {
        let status = status_through(real)?;
        let metadata = fs::metadata(real)?;
        // WASI has no modes to forbid it.
        if cfg!(not(target_os = "wasi")) && metadata.permissions().readonly() {
            return Err(Reason::ReadOnly);
        }
        if status.names > 1 {
            return Err(Reason::Linked);
        }
        let attributes = Attributes::of(real, &metadata)?;
        let beside = |bytes, times| beside(real, bytes, &attributes, times);
        Ok(Self {
            change,
            real,
            identity: status.identity,
            new: beside(change.after, None)?,
            old: beside(change.before, Some(&metadata))?,
        })
    }

    /// Whether the file is still what it was.
    fn check(&self) -> Result<(), Reason> {
        signals::check()?;
        let (bytes, identity) = reread(self.real)?;
        if bytes == self.change.before && identity == self.identity { Ok(()) } else { Err(Reason::Changed) }
    }
}

/// A file beside `real` that could be it but for its content, with the times of `times`.
fn beside(
    real: &Path,
    bytes: &[u8],
    attributes: &Attributes,
    times: Option<&Metadata>,
) -> Result<Temporary, Reason> {
    signals::check()?;
    // It is for nobody else until it has the mode of the file whose place it takes.
    let (temporary, mut file) = Temporary::beside(real, Access::Private)?;
    file.write_all(bytes)?;
    attributes.give(&file)?;
    if let Some(times) = times {
        file.set_times(FileTimes::new().set_accessed(times.accessed()?).set_modified(times.modified()?))?;
    }
    file.sync_all()?;
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use super::{Change, Reason, Transaction};

    fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<(), Reason> {
        let change = Change { path, real: path, before, after };
        let transaction = Transaction::begin(std::iter::once(change)).map_err(|not| not.reason)?;
        transaction.replace().map_err(|not| not.reason)
    }

    #[test]
    fn mode_and_links_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a mode");
        symlink("file", &link).expect("a link");
        replace(&link, b"old", b"new").expect("replaced");
        assert_eq!(fs::read(&file).expect("readable"), b"new");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
    }

    #[test]
    fn what_should_not_be_replaced_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, hard) = (folder.path().join("file"), folder.path().join("hard"));
        fs::write(&file, "old").expect("a file");
        assert!(matches!(replace(&file, b"other", b"new"), Err(Reason::Changed)));
        fs::hard_link(&file, &hard).expect("a link");
        assert!(matches!(replace(&file, b"old", b"new"), Err(Reason::Linked)));
        fs::remove_file(&hard).expect("removable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("a mode");
        assert!(matches!(replace(&file, b"old", b"new"), Err(Reason::ReadOnly)));
        assert_eq!(fs::read(&file).expect("readable"), b"old");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }
}
