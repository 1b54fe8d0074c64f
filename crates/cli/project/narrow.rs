//! Reporting on some files of what was read: those that a commit changes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wslint_facts::FileId;
use wslint_rules::Finding;

use super::load::Loaded;
use super::problem::Place;
use crate::exit::Failure;
use crate::files::{Identity, ReadError, identify};

impl Loaded {
    /// Reports from now on what concerns these files and nothing else. Those that are no configuration are no mistake:
    /// whoever lists changed files lists all of them.
    ///
    /// # Errors
    /// A path that cannot be looked at.
    pub(crate) fn narrow(&mut self, changed: &[PathBuf]) -> Result<(), Failure> {
        let changed: HashSet<Identity> = changed
            .iter()
            .map(|path| identify(path).map_err(|error| no_changed_file(path, &error)))
            .collect::<Result<_, _>>()?;
        let is_changed = |path: &Path| identify(path).is_ok_and(|identity| changed.contains(&identity));
        let files = self.paths.iter().enumerate().filter(|(_, path)| is_changed(path));
        self.narrowed = Some(files.map(|(number, _)| FileId(number as u32)).collect());
        let mut problems = std::mem::take(&mut self.problems);
        problems.retain(|problem| match &problem.place {
            Place::Path(path) => is_changed(Path::new(path)),
            place => self.reports(place),
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

fn no_changed_file(path: &Path, error: &ReadError) -> Failure {
    Failure::at(path, &error.to_string()).help(
        "--changed takes the files that changed and are still there: `git diff --name-only --diff-filter=d`",
    )
}
