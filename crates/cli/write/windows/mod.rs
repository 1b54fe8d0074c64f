//! What Windows has for writing. New files inherit who may look into them from their folder, and temporary folders lie
//! in the user's own.

mod attributes;
mod locked;
mod signals;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use tempfile::{Builder, TempPath};
use winsafe::{ReplaceFile, co};

pub(super) use self::attributes::{Attributes, Lost};
pub(super) use self::locked::Locked;
pub(super) use self::signals::{end, install};
use super::access::Access;

/// Opens folders as well as files (`FILE_FLAG_BACKUP_SEMANTICS`).
const FOLDERS_TOO: u32 = 0x0200_0000;

/// Folders say who may look into what is made there.
pub(super) fn permit(_builder: &mut Builder<'_, '_>, _access: Access, _is_folder: bool) {}

/// Makes a folder in a private one.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// Makes a file in a private folder, where nothing lies yet.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Makes a link, for which most users have no right: then a file that holds where it leads, as git makes one.
pub(super) fn link(target: &Path, path: &Path) -> io::Result<()> {
    let there = path.parent().unwrap_or(path).join(target);
    let made = match there.is_dir() {
        true => std::os::windows::fs::symlink_dir(target, path),
        false => std::os::windows::fs::symlink_file(target, path),
    };
    made.or_else(|_| fs::write(path, target.as_os_str().as_encoded_bytes()))
}

/// Gives a file another name, whatever has it. What it replaces leaves it who may look into it (its access control list)
/// and its attributes.
pub(super) fn take(from: &Path, place: &Path) -> io::Result<()> {
    match (place.to_str(), from.to_str()) {
        (Some(place), Some(from)) if Path::new(place).exists() => {
            let replaced = ReplaceFile(place, from, None, co::REPLACEFILE::WRITE_THROUGH);
            replaced.map_err(|error| io::Error::from_raw_os_error(error.raw().cast_signed()))
        }
        _ => fs::rename(from, place),
    }
}

/// The same by another system call.
pub(super) fn take_otherwise(from: &Path, place: &Path) -> io::Result<()> {
    fs::rename(from, place)
}

/// Gives a file another name if nothing has it; whether it still has the old one too.
pub(super) fn take_free(from: &Path, place: &Path) -> io::Result<bool> {
    TempPath::try_from_path(from)?.persist_noclobber(place).map(|()| false).map_err(|error| {
        // What was not renamed is removed by whoever made it.
        let _ = error.path.keep();
        error.error
    })
}

/// Removes a file again: somebody who looked into it may have kept it there.
pub(super) fn remove_otherwise(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

/// Opens a folder to see which one it is.
pub(super) fn open_folder(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(FOLDERS_TOO).open(path)
}
