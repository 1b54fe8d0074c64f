//! A temporary file beside the place that it shall take.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::access::Access;
use super::folders::folder;
use super::system;
use crate::escape::{escape, shown_path};
use crate::files::system_words;
use crate::output::say;

/// What the names of temporary files begin with: no glob of a proxy matches a name that begins with a dot.
const PREFIX: &str = ".wslint-";
/// What they end with: no file of this name is taken for a configuration.
const SUFFIX: &str = ".tmp";

/// The name of a temporary file. Dropped, the file is removed, unless it took a place.
pub(super) struct Temporary {
    path: PathBuf,
    placed: bool,
}

impl Temporary {
    /// Makes an empty file in the folder of `place`.
    pub(super) fn beside(place: &Path, access: Access) -> io::Result<(Self, File)> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        system::permit(&mut builder, access, false);
        let (file, path) = builder.tempfile_in(folder(place))?.keep()?;
        Ok((Self { path, placed: false }, file))
    }

    /// Takes the place, whatever lies there.
    pub(super) fn take(&mut self, place: &Path) -> io::Result<()> {
        system::take(&self.path, place)?;
        self.placed = true;
        Ok(())
    }

    /// Takes the place, whatever lies there, and asks twice for it, by two system calls.
    pub(super) fn take_back(&mut self, place: &Path) -> io::Result<()> {
        self.take(place).or_else(|_| system::take_otherwise(&self.path, place))?;
        self.placed = true;
        Ok(())
    }

    /// Takes the place if nothing lies there.
    pub(super) fn take_free(&mut self, place: &Path) -> io::Result<()> {
        let stays = system::take_free(&self.path, place)?;
        self.placed = !stays;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.placed {
            return;
        }
        // Asked twice, by two system calls, as in `take_back`.
        if let Err(error) = fs::remove_file(&self.path).or_else(|_| system::remove_otherwise(&self.path)) {
            let (path, words) = (shown_path(&self.path), system_words(&error));
            say(&format!("warning: {} is left behind: it cannot be removed: {words}", escape(&path)));
        }
    }
}
