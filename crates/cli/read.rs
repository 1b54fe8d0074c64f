//! Reads files, and only what is safe to read: regular files up to a size. A FIFO would hang, a device never ends,
//! and a repository of strangers may hold either.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use thiserror::Error;

/// The largest file that is read, in bytes. Real configurations stay below 1 MB; generated ones reach some 20 MB.
pub(crate) const LARGEST_FILE: u64 = 64 << 20;

/// Which file it is, whatever it is called: symbolic and hard links share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The identity that the file system gives.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// Why a file was not read.
#[derive(Debug, Error)]
pub(crate) enum ReadError {
    /// Nothing is there.
    #[error("no such file or directory")]
    Missing,
    /// It is something that only looks like a file.
    #[error("it is a {0}, and only regular files are read")]
    NotRegular(&'static str),
    /// It is larger than [`LARGEST_FILE`].
    #[error("it is larger than {} MiB", LARGEST_FILE >> 20)]
    TooLarge,
    /// It was replaced by another file while it was opened.
    #[error("it changed while it was opened")]
    Changed,
    /// The system refuses.
    #[error("{}", system_words(.0))]
    System(io::Error),
}

impl ReadError {
    /// What whoever named the file can do.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Missing => "check the path",
            Self::NotRegular(_) => "name a regular file or a folder, or pipe the text into `wslint -`",
            Self::TooLarge => "lint its parts one by one",
            Self::Changed => "run wslint again",
            Self::System(_) => "make it readable for this user",
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::System(error),
        }
    }
}

/// The system's words without the number and the path that libraries append: people know "Permission denied".
pub(crate) fn system_words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Which file `path` names, if it is a regular one.
pub(crate) fn identify(path: &Path) -> Result<Identity, ReadError> {
    let metadata = std::fs::metadata(path)?;
    regular(&metadata)?;
    Ok(Identity::of(&metadata))
}

/// Reads a regular file.
pub(crate) fn read(path: &Path) -> Result<(Vec<u8>, Identity), ReadError> {
    let identity = identify(path)?;
    Ok((read_identified(path, identity)?, identity))
}

/// Reads the regular file that was identified before.
pub(crate) fn read_identified(path: &Path, identity: Identity) -> Result<Vec<u8>, ReadError> {
    let (file, length) = open(path, identity)?;
    if length > LARGEST_FILE {
        return Err(ReadError::TooLarge);
    }
    read_capped(file, length)
}

/// Reads standard input to its end, up to the same size.
pub(crate) fn read_stdin() -> Result<Vec<u8>, ReadError> {
    read_capped(io::stdin().lock(), 0)
}

/// Reads the first `length` bytes of a file that was identified before, or all of it if it is shorter.
pub(crate) fn read_head(path: &Path, identity: Identity, length: u64) -> Result<Vec<u8>, ReadError> {
    let (file, _) = open(path, identity)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens the regular file that was identified before. It was looked at before it is opened, since opening a device can
/// have effects, and again after, since it may have been replaced in between; `O_NONBLOCK` keeps a FIFO that slips
/// through from hanging.
fn open(path: &Path, identity: Identity) -> Result<(File, u64), ReadError> {
    let file =
        OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
    let metadata = file.metadata()?;
    regular(&metadata)?;
    if Identity::of(&metadata) != identity {
        return Err(ReadError::Changed);
    }
    Ok((file, metadata.len()))
}

/// Reads one byte more than allowed to notice what is too large: the size that the system states may be wrong.
fn read_capped(source: impl Read, expected: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(expected.min(LARGEST_FILE) as usize);
    source.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(ReadError::TooLarge) } else { Ok(bytes) }
}

fn regular(metadata: &Metadata) -> Result<(), ReadError> {
    let kind = metadata.file_type();
    let name = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        "directory"
    } else if kind.is_fifo() {
        "FIFO"
    } else if kind.is_socket() {
        "socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "device"
    } else {
        "special file"
    };
    Err(ReadError::NotRegular(name))
}

#[cfg(test)]
mod tests {
    use super::{ReadError, identify, read};

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(read(folder.path()), Err(ReadError::NotRegular("directory"))));
        assert!(matches!(read("/dev/zero".as_ref()), Err(ReadError::NotRegular("device"))));
        assert!(matches!(read(&folder.path().join("absent")), Err(ReadError::Missing)));
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        assert!(matches!(read(&socket), Err(ReadError::NotRegular("socket"))));
    }

    #[test]
    fn links_share_an_identity() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, soft, hard) =
            (folder.path().join("file"), folder.path().join("soft"), folder.path().join("hard"));
        std::fs::write(&file, "events {}\n").expect("a file");
        std::os::unix::fs::symlink(&file, &soft).expect("a symbolic link");
        std::fs::hard_link(&file, &hard).expect("a hard link");
        let (bytes, identity) = read(&file).expect("readable");
        assert_eq!(bytes, b"events {}\n");
        assert_eq!(identify(&soft).expect("readable"), identity);
        assert_eq!(identify(&hard).expect("readable"), identity);
    }

    #[test]
    fn a_file_above_the_limit_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        let file = std::fs::File::create(&path).expect("a file");
        file.set_len(super::LARGEST_FILE + 1).expect("a sparse file");
        assert!(matches!(read(&path), Err(ReadError::TooLarge)));
    }
}
