//! The files of settings of a run: the one that was found or named, and those that it extends.

use std::path::{Path, PathBuf};

use super::file::File;
use super::{find, read};
use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::files::{ReadError, Territory, repository};

/// The largest file, in bytes.
pub(super) const LARGEST: u64 = 1 << 20;

/// More files than this are not read for one run.
const MOST: usize = 50;

/// The text of a file, and the folder that its relative paths start from.
pub(super) struct Found {
    /// The path as people write it.
    pub(super) path: PathBuf,
    /// The text.
    pub(super) bytes: Vec<u8>,
    /// The folder with all links resolved.
    pub(super) folder: PathBuf,
}

/// What one file says.
pub(super) struct Layer {
    /// The path as people write it.
    pub(super) path: PathBuf,
    /// The folder with all links resolved.
    pub(super) folder: PathBuf,
    /// What it says.
    pub(super) file: File,
    /// Its text.
    pub(super) bytes: Vec<u8>,
}

/// Reads a file and those that it extends. What stands in a later one holds.
///
/// # Errors
///
/// If one is wrong or cannot be read, leads out of its repository, or extends itself by way of others.
pub(super) fn layers(found: Found) -> Result<Vec<Layer>, Failure> {
    let mut layers = Vec::new();
    add(found, &mut Vec::new(), &mut layers)?;
    Ok(layers)
}

fn add(found: Found, above: &mut Vec<PathBuf>, layers: &mut Vec<Layer>) -> Result<(), Failure> {
    let Found { path, bytes, folder } = found;
    let file = parsed(&path, &bytes)?;
    above.push(path.clone());
    for extended in file.extends.iter().flat_map(|list| &list.0) {
        let named = find::from_here(&folder).join(&extended.0);
        let named = wslint_deploy::link::normal(&named);
        let by = escape(&shown_path(&path)).into_owned();
        if above.contains(&named) {
            return Err(Failure::at(&named, &format!("it extends itself, by way of {by}"))
                .help("leave one of the `extends` of the circle out"));
        }
        if layers.len() + above.len() > MOST {
            return Err(Failure::at(
                &named,
                &format!("more than {MOST} files of settings extend each other"),
            ));
        }
        // The file may come from strangers: it opens nothing beyond its own repository.
        let territory = Territory::of(repository(&folder).unwrap_or(&folder));
        let read = || {
            let entry = territory.enter_file(&folder.join(&extended.0))?;
            let bytes = entry.read(LARGEST)?;
            Ok((entry.real, bytes))
        };
        let (real, bytes) = read().map_err(|error| match error {
            ReadError::Outside(_) => {
                Failure::at(&named, &format!("`extends` of {by} leads out of the repository"))
                    .help("copy what it says, or name a file of this repository")
            }
            error => cannot_read(&named, &error).help(format!("`extends` of {by} names it")),
        })?;
        let folder = real.parent().unwrap_or(Path::new("/")).to_owned();
        add(Found { path: named, bytes, folder }, above, layers)?;
    }
    above.pop();
    layers.push(Layer { path, folder, file, bytes });
    Ok(())
}

fn parsed(path: &Path, bytes: &[u8]) -> Result<File, Failure> {
    read::read(bytes).map_err(|wrong| {
        let place = wrong.place.map_or(String::new(), |(line, column)| format!("{line}:{column}:"));
        let said = Failure::said(format!("{}:{place} {}", escape(&shown_path(path)), wrong.message));
        match wrong.help {
            Some(help) => said.help(help),
            None => said,
        }
    })
}

/// A failure that concerns a file that cannot be read.
pub(super) fn cannot_read(path: &Path, error: &ReadError) -> Failure {
    Failure::at(path, &error.to_string())
}
