//! Brings the map and pattern files of a HAProxy configuration, as far as they are at hand. What is not stays unknown
//! to the model, so nothing is said about it here.

use std::path::Path;

use wslint_model::HaproxyRoot;

use super::include::{Found, Resolver};
use super::store::Store;
use crate::read::read;

/// Reads the files that the root's lines name. Relative names start at the working directory of HAProxy, which is
/// most often the folder of the configuration.
pub(crate) fn bring(root: &mut HaproxyRoot, store: &Store<'_>, resolver: &Resolver) {
    for &file in &root.files {
        let Some(tree) = store.project.haproxy(file) else { continue };
        let path = &store.paths[file.0 as usize];
        let folder = path.parent().unwrap_or(Path::new(""));
        for name in wslint_haproxy::pattern_files(tree) {
            // Since 3.0 a name may say where it is to be looked for; only a real file can be read.
            let place = name.strip_prefix("file@").or(name.strip_prefix("opt@")).unwrap_or(&name);
            let found = match resolver.find(Path::new(place), folder, path) {
                Found::Files(files) | Found::Likely(files) => files,
                _ => continue,
            };
            if let [only] = &found[..]
                && let Ok((bytes, _)) = read(only)
            {
                root.pattern_files.insert(name, bytes);
            }
        }
    }
}
