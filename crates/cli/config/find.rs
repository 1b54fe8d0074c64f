//! Finds `wslint.yaml`: in the folder of the first linted path, or above it in the same repository.

use std::path::{Component, Path, PathBuf};

use crate::files::{canonical, named, repository};

/// The name of the file.
pub(crate) const NAME: &str = "wslint.yaml";

/// The file that holds for `path`, as an absolute path with all links of its folder resolved.
pub(super) fn find(path: &Path, permitted: &[PathBuf]) -> Option<PathBuf> {
    let here = || canonical(".").ok();
    let linted = || named(path, permitted).ok().map(|named| named.real);
    let real = if path == Path::new("-") { here() } else { linted() };
    // Of a path that cannot be read the run will say so; its settings are those of the working directory.
    let real = real.or_else(here)?;
    let folder = if real.is_dir() { real.as_path() } else { real.parent()? };
    let top = repository(folder);
    for above in folder.ancestors() {
        let file = above.join(NAME);
        if file.symlink_metadata().is_ok() {
            return Some(file);
        }
        if Some(above) == top {
            break;
        }
    }
    None
}

/// A canonical path as seen from the working directory, as people write it; empty for the working directory itself.
pub(crate) fn from_here(path: &Path) -> PathBuf {
    let Ok(here) = canonical(".") else { return path.to_owned() };
    let shared = here.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    // Two paths that share nothing but `/` are easier to read in full.
    if shared <= 1 && path.components().count() > 1 && here != Path::new("/") {
        return path.to_owned();
    }
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}
