//! Replaces a file so that it is the old or the new one at every moment, whatever happens in between. What could keep
//! it from being replaced shows before, so that of several files all are replaced or none.

#![expect(clippy::disallowed_methods, reason = "one of the places that write; may_write is asked")]

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Gid, Uid, fchown};
use tempfile::NamedTempFile;
use thiserror::Error;

use crate::files::{ReadError, may_write, reread, system_words};

/// Why a file was left as it is.
#[derive(Debug, Error)]
pub(crate) enum ReplaceError {
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
    /// It belongs to somebody else, and a new file would not.
    #[error("its owner cannot be kept: {}", system_words(&(*.0).into()))]
    Owner(rustix::io::Errno),
    /// The system refuses.
    #[error("{}", system_words(.0))]
    System(#[from] std::io::Error),
}

/// New content beside the file whose place it can take. Dropped, it leaves nothing behind.
pub(crate) struct Replacement {
    real: PathBuf,
    new: NamedTempFile,
}

impl Replacement {
    /// Writes what the file that `path` leads to shall hold. Links to it will keep leading to it; its mode and owner
    /// will stay.
    pub(crate) fn prepare(path: &Path, after: &[u8]) -> Result<Self, ReplaceError> {
        let real = may_write(path)?;
        let metadata = fs::metadata(&real)?;
        if metadata.permissions().readonly() {
            return Err(ReplaceError::ReadOnly);
        }
        if metadata.nlink() > 1 {
            return Err(ReplaceError::Linked);
        }
        let mut new = tempfile::Builder::new().prefix(".wslint-").tempfile_in(folder(&real))?;
        new.write_all(after)?;
        let written = new.as_file().metadata()?;
        if (written.uid(), written.gid()) != (metadata.uid(), metadata.gid()) {
            let (owner, group) = (Uid::from_raw(metadata.uid()), Gid::from_raw(metadata.gid()));
            fchown(new.as_file(), Some(owner), Some(group)).map_err(ReplaceError::Owner)?;
        }
        new.as_file().set_permissions(metadata.permissions())?;
        new.as_file().sync_all()?;
        Ok(Self { real, new })
    }

    /// Whether the file still holds `before`.
    pub(crate) fn check(&self, before: &[u8]) -> Result<(), ReplaceError> {
        if reread(&self.real)? == before { Ok(()) } else { Err(ReplaceError::Changed) }
    }

    /// Puts the new content in its place.
    pub(crate) fn finish(self) -> Result<(), ReplaceError> {
        self.new.persist(&self.real).map_err(|error| error.error)?;
        // The new name lasts over a power cut only when the folder is on disk too.
        File::open(folder(&self.real))?.sync_all()?;
        Ok(())
    }
}

fn folder(real: &Path) -> &Path {
    real.parent().unwrap_or(Path::new("/"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use std::path::Path;

    use super::{ReplaceError, Replacement};

    fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<(), ReplaceError> {
        let replacement = Replacement::prepare(path, after)?;
        replacement.check(before)?;
        replacement.finish()
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
        assert!(matches!(replace(&file, b"other", b"new"), Err(ReplaceError::Changed)));
        fs::hard_link(&file, &hard).expect("a link");
        assert!(matches!(replace(&file, b"old", b"new"), Err(ReplaceError::Linked)));
        fs::remove_file(&hard).expect("removable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("a mode");
        assert!(matches!(replace(&file, b"old", b"new"), Err(ReplaceError::ReadOnly)));
        assert_eq!(fs::read(&file).expect("readable"), b"old");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }
}
