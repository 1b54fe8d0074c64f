//! The names that the protocol gives to files: `file:` URIs.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

use crate::path_bytes;

/// The path that a `file:` URI names. Other schemes name nothing on disk.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    path_bytes::of_uri(uri.as_str())
}

/// The URI of a file, by its absolute path.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    Uri::from_str(&path_bytes::uri(path)).ok()
}
