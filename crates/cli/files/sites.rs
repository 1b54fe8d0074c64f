//! The two folders in which Debian keeps the sites of nginx.

use std::path::{Path, PathBuf};

/// The folder whose links say which of the available sites are served.
pub(crate) const ENABLED: &str = "sites-enabled";

/// The folder that they lead to.
pub(crate) const AVAILABLE: &str = "sites-available";

/// The folder of available sites beside one of enabled sites. A link in its place could lead anywhere.
pub(super) fn available_beside(folder: &Path) -> Option<PathBuf> {
    let available = folder.ends_with(ENABLED).then(|| folder.with_file_name(AVAILABLE))?;
    available.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()).then_some(available)
}
