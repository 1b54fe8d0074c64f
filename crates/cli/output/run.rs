//! Everything that one run of the linter has to say, and what a format of it is.

use std::io;
use std::time::Instant;

use wslint_model::{Edit, Project};
use wslint_rules::{Finding, Rules, Safety, Severity};

use super::console::Console;
use super::served::Served;
use crate::project::{Level, Loaded, Problem};
use crate::secret::Veil;
use crate::taken::Taken;

/// Everything that one run of the linter has to say.
pub(crate) struct Run<'a> {
    /// The files.
    pub(crate) loaded: &'a Loaded,
    /// All rules.
    pub(crate) rules: &'a Rules,
    /// The findings, by place and rule.
    pub(crate) findings: Vec<Found<'a>>,
    /// What is not among the findings although it is so.
    pub(crate) taken: Taken,
    /// What is worth knowing about comments and baseline.
    pub(crate) notes: Vec<Problem>,
    /// What stands below is counted, not shown, but for formats that show all.
    pub(crate) threshold: Severity,
    /// The routes with WebSocket traffic, if the format shows them.
    pub(crate) served: Vec<Served>,
    /// Number of all routes.
    pub(crate) routes: usize,
    /// Number of routes with WebSocket traffic.
    pub(crate) websocket_routes: usize,
    /// When the work began, if people want to know how long it took.
    pub(crate) started: Option<Instant>,
}

/// A finding and how it can be fixed.
pub(crate) struct Found<'r> {
    /// The finding.
    pub(crate) finding: Finding<'r>,
    /// The edits that fix it, if any do.
    pub(crate) fix: Option<(Safety, Vec<Edit>)>,
    /// What names it from run to run: see [`crate::fingerprint`]. Empty where nobody reads it.
    pub(crate) fingerprint: String,
}

impl Found<'_> {
    /// The edits for a report. Those that would repeat a secret are not shown: `--fix` makes them all the same.
    pub(super) fn shown_fix(&self, (project, veil): (&Project, &Veil)) -> Option<&(Safety, Vec<Edit>)> {
        let hides = |edit: &Edit| veil.is_held_by(project, &edit.text);
        self.fix.as_ref().filter(|(_, edits)| !edits.iter().any(hides))
    }
}

impl Run<'_> {
    /// Number of findings of one severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.finding.severity == severity).count()
    }

    /// The findings that are shown, by place and rule.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Found<'_>> {
        self.findings.iter().filter(|found| found.finding.severity >= self.threshold)
    }

    /// All that is worth knowing about the job, in the order of the work.
    pub(crate) fn all_notes(&self) -> impl Iterator<Item = &Problem> {
        let loading = self.loaded.problems.iter().filter(|problem| problem.level == Level::Note);
        loading.chain(&self.notes)
    }

    /// Whether anything is at or above the threshold.
    pub(crate) fn has_findings(&self) -> bool {
        self.shown().next().is_some()
    }
}

/// A format of findings.
pub(crate) trait Printer {
    /// Prints a whole run.
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()>;

    /// Whether it tells of fixes, which nobody makes otherwise. `quiet` is `--quiet`.
    fn tells_fixes(&self, quiet: bool) -> bool;

    /// Whether it names findings by their fingerprints.
    fn names_findings(&self) -> bool {
        false
    }

    /// Whether it tells of what stands below the threshold, too.
    fn shows_all(&self) -> bool {
        false
    }

    /// The questions whose answers it shows of each route with WebSocket traffic; none if it shows no routes.
    fn shows_routes(&self) -> &'static [&'static str] {
        &[]
    }
}
