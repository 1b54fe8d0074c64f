//! Brings the map and pattern files of a HAProxy configuration, as far as they are at hand. What is not stays unknown
//! to the model; a word is said only of files that are there and may not be read.

use std::path::Path;

use wslint_model::{HaproxyRoot, Site};

use super::include::{Found, Resolver};
use super::problem::{Place, Problem};
use super::store::Store;
use crate::escape::escape;
use crate::files::{LARGEST_FILE, ReadError};

/// Reads the files that the root's lines name. Relative names start at the working directory of HAProxy, which is
/// most often the folder of the configuration. They are no patterns.
pub(crate) fn bring(root: &mut HaproxyRoot, store: &mut Store<'_>, resolver: &Resolver) {
    for &file in &root.files {
        let Some(tree) = store.project.haproxy(file) else { continue };
        let path = &store.paths[file.0 as usize];
        let folder = path.parent().unwrap_or(Path::new(""));
        for (name, span) in wslint_haproxy::pattern_files(tree) {
            // Since 3.0 a name may say where it is to be looked for; only a real file can be read.
            let place = name.strip_prefix("file@").or(name.strip_prefix("opt@")).unwrap_or(&name);
            let read = match resolver.find_file(Path::new(place), folder, path) {
                Found::Files(files) | Found::Likely(files) => {
                    let [only] = &files[..] else { continue };
                    resolver.territory.enter_file(only).and_then(|entry| entry.read(LARGEST_FILE))
                }
                Found::Refused(reason) => Err(reason),
                _ => continue,
            };
            match read {
                Ok(bytes) => {
                    root.pattern_files.insert(name, bytes);
                }
                Err(reason) => store.problems.push(refused(Site { file, span }, &name, &reason)),
            }
        }
    }
}

fn refused(site: Site, name: &str, reason: &ReadError) -> Problem {
    let code = match reason {
        ReadError::Outside(_) | ReadError::VersionControl => "file-outside",
        _ => "unreadable",
    };
    let message = format!("`{}` is not read, and what it says stays unknown: {reason}", escape(name));
    Problem::note(code, Place::Site(site), message).help(reason.advice())
}
