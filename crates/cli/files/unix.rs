//! Files as Unix has them: known by device and inode, opened without following a link.

use std::ffi::OsString;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Dir, Mode, OFlags, fstat, open};
use rustix::io::Errno;

use super::error::ReadError;
pub(super) use super::posix::{endless, is_endless, refused};
use super::status::{Identity, Kind, Status};

/// What lies at `path`, which may be a link.
pub(super) fn status_at(path: &Path) -> io::Result<Status> {
    path.symlink_metadata().map(|metadata| status(&metadata))
}

/// What `path` leads to.
pub(super) fn status_through(path: &Path) -> io::Result<Status> {
    path.metadata().map(|metadata| status(&metadata))
}

/// What was opened.
pub(super) fn status_of(file: &File) -> io::Result<Status> {
    file.metadata().map(|metadata| status(&metadata))
}

fn status(metadata: &Metadata) -> Status {
    Status {
        identity: Identity::new(metadata.dev(), metadata.ino()),
        kind: kind(metadata.file_type()),
        length: metadata.len(),
        names: metadata.nlink(),
    }
}

fn kind(kind: FileType) -> Kind {
    if kind.is_file() {
        Kind::File
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_symlink() {
        Kind::Link
    } else if kind.is_fifo() {
        Kind::Special("FIFO")
    } else if kind.is_socket() {
        Kind::Special("socket")
    } else if kind.is_block_device() || kind.is_char_device() {
        Kind::Special("device")
    } else {
        Kind::Special("special file")
    }
}

/// Opens the file at `real` for reading. `O_NONBLOCK` keeps a FIFO that slips through from hanging, and `O_NOFOLLOW`
/// refuses a link.
#[expect(clippy::disallowed_methods, reason = "the one place that opens files for reading")]
pub(super) fn open_file(real: &Path) -> Result<File, ReadError> {
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(real);
    file.map_err(|error| if is_endless(&error) { ReadError::Changed } else { error.into() })
}

/// Opens the folder at `real`: which one it is, and what lies in it.
#[expect(clippy::disallowed_methods, reason = "the one place that opens folders")]
pub(super) fn open_folder(real: &Path) -> Result<(Identity, Entries), ReadError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = open(real, flags, Mode::empty()).map_err(|error| match error {
        Errno::LOOP => ReadError::Changed,
        other => io::Error::from(other).into(),
    })?;
    let status = fstat(&folder).map_err(io::Error::from)?;
    let entries = Dir::new(folder).map_err(io::Error::from)?;
    #[allow(clippy::unnecessary_cast, reason = "the types of the two numbers differ between systems")]
    let identity = Identity::new(status.st_dev as u64, status.st_ino as u64);
    Ok((identity, Entries { real: real.to_owned(), entries }))
}

/// What lies in an open folder.
pub(super) struct Entries {
    real: PathBuf,
    entries: Dir,
}

impl Iterator for Entries {
    type Item = io::Result<(OsString, Kind)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(error.into())),
            };
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let name = OsString::from_vec(name.to_vec());
            let kind = match entry.file_type() {
                rustix::fs::FileType::RegularFile => Kind::File,
                rustix::fs::FileType::Directory => Kind::Folder,
                rustix::fs::FileType::Symlink => Kind::Link,
                rustix::fs::FileType::Fifo => Kind::Special("FIFO"),
                rustix::fs::FileType::Socket => Kind::Special("socket"),
                rustix::fs::FileType::CharacterDevice | rustix::fs::FileType::BlockDevice => {
                    Kind::Special("device")
                }
                // Some file systems do not say it here.
                rustix::fs::FileType::Unknown => match status_at(&self.real.join(&name)) {
                    Ok(status) => status.kind,
                    // It went away meanwhile.
                    Err(_) => continue,
                },
            };
            return Some(Ok((name, kind)));
        }
    }
}
