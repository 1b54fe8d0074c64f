//! Opens files, and only what is safe to read: regular files up to a size. A FIFO would hang, a device never ends, and
//! a repository of strangers may hold either.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::inputs::opened;
use super::status::{Identity, Kind, Status};
use super::system;

/// The largest file that is read, in bytes. Real configurations stay below 1 MB; generated ones reach some 20 MB.
pub(crate) const LARGEST_FILE: u64 = 64 << 20;

/// Something that lies in a folder, once it was decided that it may be read.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where it lies: absolute and without links.
    pub(crate) real: PathBuf,
    /// Which file it is.
    pub(crate) identity: Identity,
    /// What it is.
    pub(crate) kind: Kind,
}

impl Entry {
    /// What lies at `real`, an absolute path without links.
    pub(super) fn at(real: PathBuf) -> io::Result<Self> {
        let status = system::status_at(&real)?;
        Ok(Self { real, identity: status.identity, kind: status.kind })
    }

    /// The same if it is a regular file.
    pub(super) fn regular(self) -> Result<Self, ReadError> {
        self.kind.demand_regular().map(|()| self)
    }

    /// All bytes of a regular file that has at most `largest` of them.
    pub(crate) fn read(&self, largest: u64) -> Result<Vec<u8>, ReadError> {
        let (file, length) = self.open()?;
        if length > largest {
            return Err(ReadError::TooLarge(largest));
        }
        read_capped(file, length, largest)
    }

    /// The first `length` bytes of a regular file, or all of it if it is shorter.
    pub(crate) fn head(&self, length: u64) -> Result<Vec<u8>, ReadError> {
        let (file, _) = self.open()?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Opens a regular file; its length, as the system states it. It was looked at before it is opened, since opening a
    /// device can have effects, and again after, since it may have been replaced in between.
    fn open(&self) -> Result<(File, u64), ReadError> {
        self.kind.demand_regular()?;
        let file = system::open_file(&self.real)?;
        let status = status_of(&file)?;
        status.kind.demand_regular()?;
        if status.identity != self.identity {
            return Err(ReadError::Changed);
        }
        opened(&self.real);
        Ok((file, status.length))
    }
}

/// What the system says of an open file or folder.
pub(crate) fn status_of(file: &File) -> io::Result<Status> {
    system::status_of(file)
}

/// What the system says of what `path` leads to.
pub(crate) fn status_through(path: &Path) -> io::Result<Status> {
    system::status_through(path)
}

/// Which regular file `path` leads to. Nothing of it is read.
pub(crate) fn identify(path: &Path) -> Result<Identity, ReadError> {
    let status = status_through(path)?;
    status.kind.demand_regular()?;
    Ok(status.identity)
}

/// Reads standard input to its end, up to the size of a file.
pub(crate) fn read_stdin() -> Result<Vec<u8>, ReadError> {
    read_capped(io::stdin().lock(), 0, LARGEST_FILE)
}

/// Reads one byte more than allowed to notice what is too large: the size that the system states may be wrong.
///
/// A file of the size that the system states is read at once: what fills less than the room that is there was all of it.
fn read_capped(mut source: impl Read, expected: u64, largest: u64) -> Result<Vec<u8>, ReadError> {
    let room = expected.min(largest) as usize + 1;
    let mut bytes = vec![0; room];
    let first = loop {
        match source.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    bytes.truncate(first);
    if first > 0 && first as u64 != expected {
        source.take((largest + 1).saturating_sub(first as u64)).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > largest { Err(ReadError::TooLarge(largest)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Entry, Identity, LARGEST_FILE, ReadError, identify, read_capped};

    fn read(path: &Path) -> Result<(Vec<u8>, Identity), ReadError> {
        let entry = Entry::at(path.to_owned())?;
        Ok((entry.read(LARGEST_FILE)?, entry.identity))
    }

    #[test]
    fn what_is_larger_than_the_system_says_is_noticed() {
        for expected in [0, 2, 9] {
            assert!(matches!(read_capped(&b"abc"[..], expected, 2), Err(ReadError::TooLarge(2))));
            assert_eq!(read_capped(&b"abc"[..], expected, 3).expect("it is read"), b"abc");
        }
    }

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
    fn what_took_the_place_of_a_file_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        for replace in
            [(|file: &Path| std::fs::write(file, "another")) as fn(&Path) -> std::io::Result<()>, |file| {
                std::os::unix::fs::symlink("/etc/passwd", file)
            }]
        {
            std::fs::write(&file, "one").expect("a file");
            let entry = Entry::at(file.clone()).expect("it is there");
            // The old file is kept, so that the new one cannot have its number.
            std::fs::rename(&file, folder.path().join("kept")).expect("it can be moved");
            replace(&file).expect("another in its place");
            assert!(matches!(entry.read(LARGEST_FILE), Err(ReadError::Changed)));
            std::fs::remove_file(&file).expect("it can go");
        }
    }

    #[test]
    fn a_file_above_the_limit_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        let file = std::fs::File::create(&path).expect("a file");
        file.set_len(LARGEST_FILE + 1).expect("a sparse file");
        assert!(matches!(read(&path), Err(ReadError::TooLarge(LARGEST_FILE))));
    }
}
