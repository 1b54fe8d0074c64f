//! Paths that the command line names. The user wants them read, but a pull request can put a link in the place of a file
//! that a workflow names: what a link leads to must belong to the folder that holds the link.

use std::path::{Path, PathBuf};

use super::canonical::canonical;
use super::error::ReadError;
use super::links::{Link, Way, follow};
use super::open::{Entry, identify};
use super::repository::repository;
use super::sites::available_beside;
use super::version_control::is_version_control;

/// The main files of the proxies, as packages call them.
const MAIN_FILES: [&str; 2] = ["nginx.conf", "haproxy.cfg"];

/// Where a path of the command line leads.
#[derive(Debug)]
pub(crate) struct Named {
    /// Absolute and without links.
    pub(crate) real: PathBuf,
    /// The path as it was typed, made absolute.
    pub(crate) given: PathBuf,
    /// If the path ends in a link, the configuration that the link is a part of: what it leads to is read as that part.
    pub(crate) around: Option<PathBuf>,
}

/// Goes the way of `path`. `permitted` folders, absolute and without links, may be read in any case.
///
/// A link on the way must lead into the repository of the folder that it lies in. Without a repository that is the
/// nearest folder above the link that holds a main file of a proxy, or else the link's own folder. The way to the
/// working directory is the user's, and `/dev` and `/proc` are the system's: no checkout places links there.
///
/// # Errors
/// Nothing lies there, a link leads out, or it is data of version control.
pub(crate) fn named(path: &Path, permitted: &[PathBuf]) -> Result<Named, ReadError> {
    let way = match follow(path) {
        Ok(way) => way,
        // What lies behind a link of `/proc` is an open file, which may have no path, such as a pipe.
        Err(error) if is_of_the_system(path) => {
            return Err(identify(path).map_or_else(|kind| kind, |_| error.into()));
        }
        Err(error) => return Err(error.into()),
    };
    if way.passes_version_control || is_version_control(&way.real) {
        return Err(ReadError::VersionControl);
    }
    if !permitted.iter().any(|folder| way.real.starts_with(folder))
        && let Some(link) = leading_out(path, &way)
    {
        let folder = if way.real.is_dir() { Some(way.real.as_path()) } else { way.real.parent() };
        let folder = folder.unwrap_or(Path::new("/")).to_owned();
        return Err(ReadError::LeadsOut { link: link.given.clone(), folder });
    }
    let last = way.links.last().filter(|link| link.given == path);
    let around = last.and_then(|link| surroundings(&link.folder).map(Path::to_owned));
    let given = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    Ok(Named { real: way.real, given, around })
}

/// Reads the file that a flag names, such as a baseline.
///
/// # Errors
/// As [`named`] has them, or it is no regular file of at most `largest` bytes.
pub(crate) fn read_named(path: &Path, permitted: &[PathBuf], largest: u64) -> Result<Vec<u8>, ReadError> {
    Entry::at(named(path, permitted)?.real)?.read(largest)
}

/// The first link on the way of a path that leads out of what it belongs to.
pub(super) fn leading_out<'w>(path: &Path, way: &'w Way) -> Option<&'w Link> {
    if is_of_the_system(path) {
        return None;
    }
    let trusted = way_here(path);
    way.links.iter().filter(|link| link.given.components().count() > trusted).find(|link| {
        let bound = surroundings(&link.folder).unwrap_or(&link.folder);
        let beside = available_beside(&link.folder);
        !link.real.starts_with(bound) && !beside.is_some_and(|available| link.real.starts_with(available))
    })
}

/// The repository of a folder, or else the nearest folder above that holds a main file.
fn surroundings(folder: &Path) -> Option<&Path> {
    let holds_main =
        |above: &&Path| MAIN_FILES.iter().any(|name| above.join(name).symlink_metadata().is_ok());
    repository(folder).or_else(|| folder.ancestors().find(holds_main))
}

/// How many components of an absolute path are the way to the working directory, as the system knows it or as the user
/// went it.
fn way_here(path: &Path) -> usize {
    if path.is_relative() {
        return 0;
    }
    let shared = |here: &Path| {
        here.components().zip(path.components()).take_while(|(one, other)| one == other).count()
    };
    let Ok(here) = std::env::current_dir() else { return 0 };
    let walked = std::env::var_os("PWD").map(PathBuf::from);
    let walked = walked.filter(|walked| canonical(walked).is_ok_and(|real| real == here));
    walked.iter().chain([&here]).map(|here| shared(here)).max().unwrap_or(0)
}

/// Whether a path, as it was typed, names something of the system: `/dev/stdout`, `/proc/self/fd/3`.
pub(super) fn is_of_the_system(path: &Path) -> bool {
    let plain = path.components().all(|component| component != std::path::Component::ParentDir);
    plain && (path.starts_with("/dev") || path.starts_with("/proc"))
}
