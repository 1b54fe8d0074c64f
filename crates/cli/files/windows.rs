//! Files as Windows has them: known by volume and file index, opened without following a reparse point.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, ReadDir};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use winapi_util::HandleRef;
use winapi_util::file::{information, typ};

use super::error::ReadError;
use super::status::{Identity, Kind, Status};

/// Opens folders as well as files (`FILE_FLAG_BACKUP_SEMANTICS`).
const FOLDERS_TOO: u32 = 0x0200_0000;
/// Opens a link itself and not what it leads to (`FILE_FLAG_OPEN_REPARSE_POINT`).
const LINK_ITSELF: u32 = 0x0020_0000;
/// Asks for no right but to see what it is (`FILE_READ_ATTRIBUTES`).
const LOOK_ONLY: u32 = 0x80;
/// Others may read, write and move it meanwhile (`FILE_SHARE_READ`, `FILE_SHARE_WRITE`, `FILE_SHARE_DELETE`).
const SHARED: u32 = 7;
/// Others may read and write it, but nothing can take its place.
const IN_PLACE: u32 = 3;
/// A way through more links than the system follows (`ERROR_CANT_RESOLVE_FILENAME`).
const ENDLESS: i32 = 1921;
/// What may not be opened (`ERROR_ACCESS_DENIED`).
const REFUSED: i32 = 5;

/// What lies at `path`, which may be a link.
pub(super) fn status_at(path: &Path) -> io::Result<Status> {
    status_of(&open(path, LOOK_ONLY, SHARED, FOLDERS_TOO | LINK_ITSELF)?)
}

/// What `path` leads to.
pub(super) fn status_through(path: &Path) -> io::Result<Status> {
    status_of(&open(path, LOOK_ONLY, SHARED, FOLDERS_TOO)?)
}

/// What was opened.
pub(super) fn status_of(file: &File) -> io::Result<Status> {
    let handle = HandleRef::from_file(file);
    let kind = match typ(&handle)? {
        kind if kind.is_disk() => kind_of(file.metadata()?.file_type()),
        kind if kind.is_pipe() => Kind::Special("pipe or socket"),
        _ => Kind::Special("device"),
    };
    let information = match kind {
        Kind::Special(_) => return Ok(Status { identity: Identity::new(0, 0), kind, length: 0, names: 1 }),
        _ => information(&handle)?,
    };
    Ok(Status {
        identity: Identity::new(information.volume_serial_number(), information.file_index()),
        kind,
        length: information.file_size(),
        names: information.number_of_links(),
    })
}

/// Links are symbolic ones and junctions; other reparse points, as of files that lie in a cloud, are what they seem.
fn kind_of(kind: std::fs::FileType) -> Kind {
    if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Folder
    } else {
        Kind::File
    }
}

/// Opens the file at `real` for reading, and no link.
pub(super) fn open_file(real: &Path) -> Result<File, ReadError> {
    const READ: u32 = 0x8000_0000;
    let file = open(real, READ, SHARED, LINK_ITSELF)?;
    match status_of(&file)?.kind {
        Kind::Link => Err(ReadError::Changed),
        _ => Ok(file),
    }
}

/// Opens the folder at `real`: which one it is, and what lies in it. While it is open nothing can take its place.
#[expect(clippy::disallowed_methods, reason = "the one place that lists folders")]
pub(super) fn open_folder(real: &Path) -> Result<(Identity, Entries), ReadError> {
    const LIST: u32 = LOOK_ONLY | 1;
    let folder = open(real, LIST, IN_PLACE, FOLDERS_TOO | LINK_ITSELF)?;
    let status = status_of(&folder)?;
    match status.kind {
        Kind::Folder => Ok((status.identity, Entries { entries: real.read_dir()?, _folder: folder })),
        Kind::Link => Err(ReadError::Changed),
        _ => Err(io::Error::from(io::ErrorKind::NotADirectory).into()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens files for reading")]
fn open(path: &Path, access: u32, share: u32, flags: u32) -> io::Result<File> {
    OpenOptions::new().access_mode(access).share_mode(share).custom_flags(flags).open(path)
}

/// What lies in an open folder.
pub(super) struct Entries {
    entries: ReadDir,
    _folder: File,
}

impl Iterator for Entries {
    type Item = io::Result<(OsString, Kind)>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        Some(entry.and_then(|entry| Ok((entry.file_name(), kind_of(entry.file_type()?)))))
    }
}

/// The error of a way through more links than the system follows.
pub(super) fn endless() -> io::Error {
    io::Error::from_raw_os_error(ENDLESS)
}

/// Whether it is that error.
pub(super) fn is_endless(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ENDLESS)
}

/// The error of a way that may not be gone.
pub(super) fn refused() -> io::Error {
    io::Error::from_raw_os_error(REFUSED)
}
