//! What WASI has for writing. It knows no owners and modes, and no signal reaches a program; nobody else writes to its
//! files meanwhile.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use rustix::fs::{rename, unlink};
use tempfile::Builder;
use thiserror::Error;

use super::access::Access;
use crate::files::Identity;

/// There are no other users.
pub(super) fn permit(_builder: &mut Builder<'_, '_>, _access: Access, _is_folder: bool) {}

/// Gives a file another name, whatever has it.
pub(super) fn take(from: &Path, place: &Path) -> io::Result<()> {
    Ok(rename(from, place)?)
}

/// The same by another call.
pub(super) fn take_otherwise(from: &Path, place: &Path) -> io::Result<()> {
    fs::rename(from, place)
}

/// Gives a file another name if nothing has it; whether it still has the old one too.
pub(super) fn take_free(from: &Path, place: &Path) -> io::Result<bool> {
    fs::hard_link(from, place).map(|()| true)
}

/// Removes a file by another call than that of the standard library.
pub(super) fn remove_otherwise(path: &Path) -> io::Result<()> {
    Ok(unlink(path)?)
}

/// Opens a folder to see which one it is.
pub(super) fn open_folder(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A folder that nobody else replaces files in.
pub(super) struct Locked(());

impl Locked {
    /// There is nobody to wait for.
    pub(super) fn wait(_folder: File, _identity: Identity) -> Self {
        Self(())
    }

    /// Has the names of its files where they last: they are once they are given.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "other systems can fail")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// What a file has besides its content: nothing.
pub(super) struct Attributes(());

/// What cannot be given to a file: nothing.
#[derive(Debug, Error)]
pub(crate) enum Lost {}

impl Attributes {
    /// Looks at the file that `path` leads to.
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    pub(super) fn of(_path: &Path, _metadata: &Metadata) -> Result<Self, Lost> {
        Ok(Self(()))
    }

    /// Gives them to a file that was made just now.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "other systems can fail")]
    pub(super) fn give(&self, _file: &File) -> Result<(), Lost> {
        Ok(())
    }
}

/// Installs no handler: no signal comes.
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
pub(super) fn install(_at_once: &'static AtomicBool, _arrived: &'static AtomicUsize) -> io::Result<()> {
    Ok(())
}

/// Ends the process as the signal would have.
pub(super) fn end(signal: usize) {
    std::process::exit(128 + signal as i32);
}
