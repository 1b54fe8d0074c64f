//! What Unix has for writing: modes, locks of folders, renaming that takes no place, links.

mod attributes;
mod signals;

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, rename, renameat_with, unlink};
use rustix::io::{Errno, retry_on_intr};
use tempfile::Builder;

pub(super) use self::attributes::{Attributes, Lost};
pub(super) use self::signals::{end, install};
use super::access::Access;
use crate::files::Identity;

/// Has the temporary files and folders that `builder` makes be for those that `access` says.
pub(super) fn permit(builder: &mut Builder<'_, '_>, access: Access, is_folder: bool) {
    let mode = match (access, is_folder) {
        // The user's mask takes its part away.
        (Access::Usual, _) => 0o666,
        (Access::Private, false) => 0o600,
        (Access::Private, true) => 0o700,
    };
    builder.permissions(Permissions::from_mode(mode));
}

/// Makes a folder that nobody else may look into.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes a file that nobody else may look into, where nothing lies yet.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Makes a link.
pub(super) fn link(target: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

/// Gives a file another name, whatever has it.
pub(super) fn take(from: &Path, place: &Path) -> io::Result<()> {
    Ok(rename(from, place)?)
}

/// The same by another system call.
pub(super) fn take_otherwise(from: &Path, place: &Path) -> io::Result<()> {
    fs::rename(from, place)
}

/// Gives a file another name if nothing has it; whether it still has the old one too.
pub(super) fn take_free(from: &Path, place: &Path) -> io::Result<bool> {
    match renameat_with(CWD, from, CWD, place, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(false),
        // This file system knows no such renaming; a second name is never given over another one either.
        Err(Errno::INVAL | Errno::NOSYS) => fs::hard_link(from, place).map(|()| true),
        Err(error) => Err(error.into()),
    }
}

/// Removes a file by another system call than that of the standard library.
pub(super) fn remove_otherwise(path: &Path) -> io::Result<()> {
    Ok(unlink(path)?)
}

/// Opens a folder to lock it.
pub(super) fn open_folder(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A folder that no other run of wslint replaces files in while this lives.
pub(super) struct Locked(File);

impl Locked {
    /// Waits until no other run has it.
    pub(super) fn wait(folder: File, _identity: Identity) -> Self {
        // Some file systems know no locks. Then runs at the same time see each other only by what they wrote.
        let _ = retry_on_intr(|| flock(&folder, FlockOperation::LockExclusive));
        Self(folder)
    }

    /// Has the names of its files on disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        match self.0.sync_all() {
            // This file system has nothing to write for a folder.
            Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => Ok(()),
            synced => synced,
        }
    }
}
