//! The repository that a folder lies in, which bounds what is read and where settings are looked for.

use std::path::Path;

/// The working tree of the repository around a folder.
pub(crate) fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}
