//! A file that holds texts of configurations.

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
    /// Whether the user names it.
    pub(super) named: bool,
}
