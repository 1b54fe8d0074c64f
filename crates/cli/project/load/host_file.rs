//! A file that holds texts of configurations.

use std::collections::BTreeMap;
use std::path::PathBuf;

use wslint_embed::Read;
use wslint_model::FileId;

/// A file that holds texts.
pub(super) struct HostFile {
    /// The file.
    pub(super) file: FileId,
    /// Where it lies, or what standard input is called.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) read: Read,
    /// The files that some of the texts are, by their numbers: others only say what these are called.
    pub(super) owners: BTreeMap<usize, FileId>,
    /// Whether the user names it.
    pub(super) named: bool,
}
