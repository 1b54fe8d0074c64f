//! Where the tables lie while a crate is built.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// A folder of the repository that the crate being built reads: `data`, `rules`, `products`.
///
/// A published crate holds a copy of it. In the repository the same name is a link to the folder at its top; where links
/// are not checked out, as on Windows, the folder at the top is taken.
///
/// # Errors
///
/// If the folder is at neither place, or Cargo did not say which crate is built.
pub fn folder(name: &str) -> io::Result<PathBuf> {
    let held = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let places = [Path::new(&held).join(name), Path::new(&held).join("../..").join(name)];
    let [own, top] = &places;
    places.iter().find(|place| place.is_dir()).cloned().ok_or_else(|| {
        io::Error::other(format!("neither {} nor {} is a folder", own.display(), top.display()))
    })
}
