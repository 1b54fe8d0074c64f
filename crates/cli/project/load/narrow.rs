//! Reporting on some files of what was read: those that a commit changes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wslint_model::{FileId, Root};
use wslint_rules::Finding;

use super::loaded::Loaded;
use crate::exit::Failure;
use crate::files::{ReadError, canonical, identify, system_words};
use crate::project::problem::Place;

impl Loaded {
    /// Reports from now on what concerns these files and nothing else. Those that are no configuration are no mistake:
    /// whoever lists changed files lists all of them.
    ///
    /// # Errors
    /// A path that cannot be looked at, or that lies where nothing was read.
    pub(crate) fn narrow(&mut self, changed: &[PathBuf]) -> Result<(), Failure> {
        let here = canonical(".").map_err(|error| Failure::at(Path::new("."), &system_words(&error)))?;
        let mut identities = HashSet::new();
        for path in changed {
            identities.insert(identify(path).map_err(|error| no_changed_file(path, &error))?);
            if !lies_below(path, &here) {
                return Err(outside(path));
            }
        }
        let is_changed = |path: &Path| identify(path).is_ok_and(|identity| identities.contains(&identity));
        let files = self.paths.iter().enumerate().filter(|(_, path)| is_changed(path));
        let mut reported: HashSet<FileId> = files.map(|(number, _)| FileId(number as u32)).collect();
        reported.extend(self.project.roots.iter().flat_map(|root| reads_pattern_file(root, changed)));
        self.narrowed = Some(reported);
        let mut problems = std::mem::take(&mut self.problems);
        problems.retain(|problem| match &problem.place {
            Place::Path(path) => is_changed(Path::new(path)),
            place => self.reports(place) || problem.about.as_deref().is_some_and(is_changed),
        });
        self.problems = problems;
        Ok(())
    }

    /// Whether a place is reported on.
    pub(crate) fn reports(&self, place: &Place) -> bool {
        match (&self.narrowed, place) {
            (None, _) => true,
            (Some(files), Place::Site(site)) => files.contains(&site.file),
            (Some(_), Place::Path(_)) => false,
        }
    }

    /// Whether a finding stands in a file that is reported on, or comes from one.
    pub(crate) fn concerns(&self, finding: &Finding<'_>) -> bool {
        let mut places = [&finding.primary].into_iter().chain(&finding.marks);
        places.any(|mark| self.reports(&Place::Site(mark.site)))
    }
}

/// Whether a path leads to a place below a folder, by its own name or by what it links to.
fn lies_below(path: &Path, folder: &Path) -> bool {
    let real = |path: &Path| canonical(path).is_ok_and(|real| real.starts_with(folder));
    let holder = path.parent().filter(|holder| !holder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    real(holder) || real(path)
}

/// The files of a HAProxy configuration that reads one of these files as a map or a list of patterns: what changes in
/// them shows in its lines. They are known by the names that it calls them by, which may be those of another machine.
fn reads_pattern_file(root: &Root, changed: &[PathBuf]) -> Vec<FileId> {
    let Root::Haproxy(root) = root else { return Vec::new() };
    let names = root.pattern_files.keys().filter_map(|name| Path::new(name).file_name());
    let reads = names.into_iter().any(|name| changed.iter().any(|path| path.file_name() == Some(name)));
    if reads { root.files.clone() } else { Vec::new() }
}

fn outside(path: &Path) -> Failure {
    Failure::at(path, "it lies outside of the working directory, below which --changed reads")
        .help("run wslint in a folder that holds all changed files, such as the root of the repository")
}

fn no_changed_file(path: &Path, error: &ReadError) -> Failure {
    Failure::at(path, &error.to_string()).help(
        "--changed takes the files that changed and are still there: `git diff --name-only --diff-filter=d`",
    )
}
