//! A private folder of temporary files that nobody else may look into, and that is gone when it is dropped: what a revision
//! holds is laid out there, to be read as any other tree.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::access::Access;
use super::signals::{self, Hold};
use super::system;
use crate::escape::{escape, shown_path};
use crate::files::{canonical, system_words};
use crate::output::say;

/// What its name begins with.
const PREFIX: &str = "wslint-";

/// The folder. Signals wait while it lives, so that none leaves it behind.
pub(crate) struct PrivateFolder {
    folder: Option<TempDir>,
    path: PathBuf,
    /// Dropped last: a signal ends the process when the folder is gone.
    _hold: Hold,
}

impl PrivateFolder {
    /// Makes an empty one where the system keeps temporary files.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn new() -> io::Result<Self> {
        let hold = Hold::begin()?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        system::permit(&mut builder, Access::Private, true);
        let folder = builder.tempdir()?;
        let path = canonical(folder.path())?;
        Ok(Self { folder: Some(folder), path, _hold: hold })
    }

    /// Where it lies: absolute and without links.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Fails if a signal waits to end the process, for whoever has read a part of what lies here.
    ///
    /// # Errors
    /// A signal waits.
    pub(crate) fn check(&self) -> io::Result<()> {
        signals::check()
    }

    /// Makes a folder in it. The paths of this and the next functions are relative, without `..`, and lead through folders
    /// that were made here.
    ///
    /// # Errors
    /// Something lies there, the system refuses, or a signal waits to end the process.
    pub(crate) fn folder(&self, path: &Path) -> io::Result<()> {
        signals::check()?;
        system::private_folder(&self.path.join(path))
    }

    /// Makes a file in it.
    ///
    /// # Errors
    /// As [`Self::folder`] has them.
    pub(crate) fn file(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.create(path)?.write_all(bytes)
    }

    /// Makes a file of this length in it that takes no room: for what is too large to be read.
    ///
    /// # Errors
    /// As [`Self::folder`] has them.
    pub(crate) fn hollow_file(&self, path: &Path, length: u64) -> io::Result<()> {
        self.create(path)?.set_len(length)
    }

    /// Makes a link in it, which may lead anywhere: whoever reads asks where.
    ///
    /// # Errors
    /// As [`Self::folder`] has them.
    pub(crate) fn link(&self, path: &Path, target: &Path) -> io::Result<()> {
        signals::check()?;
        system::link(target, &self.path.join(path))
    }

    /// Never through what lies there already.
    fn create(&self, path: &Path) -> io::Result<File> {
        signals::check()?;
        system::private_file(&self.path.join(path))
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let removed = self.folder.take().map(TempDir::close);
        if let Some(Err(error)) = removed {
            let (path, words) = (shown_path(&self.path), system_words(&error));
            say(&format!("warning: {} is left behind: it cannot be removed: {words}", escape(&path)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::PrivateFolder;

    #[test]
    fn nothing_is_written_through_what_lies_there_and_nothing_stays() {
        let folder = PrivateFolder::new().expect("a folder");
        let path = folder.path().to_owned();
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o077, 0);
        folder.folder(Path::new("a")).expect("a folder");
        folder.file(Path::new("a/b"), b"text").expect("a file");
        folder.hollow_file(Path::new("large"), 1 << 40).expect("a file without content");
        folder.link(Path::new("link"), Path::new("/etc")).expect("a link");
        assert_eq!(fs::read(path.join("a/b")).expect("readable"), b"text");
        assert!(folder.file(Path::new("link"), b"").is_err(), "a link lies there");
        assert!(folder.file(Path::new("a/b"), b"").is_err(), "a file lies there");
        assert!(folder.folder(Path::new("link")).is_err(), "a link lies there");
        assert!(folder.link(Path::new("a"), Path::new("b")).is_err(), "a folder lies there");
        drop(folder);
        assert!(!path.exists());
    }
}
