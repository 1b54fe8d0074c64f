//! Where may be written. A link in the place of a report or a baseline would have the command write to wherever it
//! leads, with the user's rights.

use std::io;
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::links::{Way, follow};
use super::named::{is_of_the_system, leading_out};
use super::open::{Entry, LARGEST_FILE};
use super::status::{Identity, Kind};
use super::version_control::is_version_control;

/// The path that `path` leads to, without links, if it may be written to: everything that writes asks here first.
/// Nothing need lie there yet, but its folder. Links on the way must lead into what they belong to, as for paths that
/// are read ([`super::named()`]), and there are none into the data of version control.
///
/// # Errors
/// A link leads out or nowhere, or there is no such folder.
pub(crate) fn may_write(path: &Path) -> Result<PathBuf, ReadError> {
    if is_of_the_system(path) {
        return Ok(path.to_owned());
    }
    let way = match follow(path) {
        Err(stuck) if stuck.error.kind() == io::ErrorKind::NotFound => return may_create(path),
        way => way?,
    };
    if way.passes_version_control || is_version_control(&way.real) {
        return Err(ReadError::VersionControl);
    }
    demand_within(path, &way)?;
    Ok(way.real)
}

/// The bytes of the file at `real`, which [`may_write`] gave, and which file it is, to see whether both are still what was
/// read.
///
/// # Errors
/// It is no regular file any more, or cannot be read.
pub(crate) fn reread(real: &Path) -> Result<(Vec<u8>, Identity), ReadError> {
    let entry = Entry::at(real.to_owned())?;
    Ok((entry.read(LARGEST_FILE)?, entry.identity))
}

/// The same for a path where nothing lies.
fn may_create(path: &Path) -> Result<PathBuf, ReadError> {
    let Some(name) = path.file_name() else { return Err(ReadError::Missing) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let way = follow(folder)?;
    let place = way.real.join(name);
    if way.passes_version_control || is_version_control(&place) {
        return Err(ReadError::VersionControl);
    }
    demand_within(folder, &way)?;
    match Entry::at(place.clone()) {
        Ok(entry) if entry.kind == Kind::Link => Err(ReadError::LeadsNowhere(path.to_owned())),
        _ => Ok(place),
    }
}

fn demand_within(path: &Path, way: &Way) -> Result<(), ReadError> {
    match leading_out(path, way) {
        None => Ok(()),
        Some(link) => Err(ReadError::LeadsOut { link: link.given.clone(), folder: way.real.clone() }),
    }
}
