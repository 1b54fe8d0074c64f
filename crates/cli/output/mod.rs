//! What people and machines read. Each format of findings is one file behind [`Printer`].

mod concise;
mod console;
mod copy;
mod excerpt;
mod folder;
mod full;
mod json;
mod line;
mod locate;
mod notes;
pub(crate) mod page;
mod problems;
mod report;
mod secret;
mod words;

use std::io;

use wslint_facts::Edit;
use wslint_rules::{Finding, Safety, Severity};

use crate::args::Format;
use crate::project::{Level, Loaded, Problem};

pub(crate) use console::Console;
pub(crate) use folder::common_folder;
pub(crate) use json::place as json_place;
pub(crate) use line::{first_line, line_text};
pub(crate) use locate::Locator;
pub(crate) use problems::print_problems;
pub(crate) use words::{count, duration, unbroken};

/// Everything that one run of the linter has to say.
pub(crate) struct Run<'a> {
    /// The files.
    pub(crate) loaded: &'a Loaded,
    /// The findings, by place and rule.
    pub(crate) findings: Vec<Found>,
    /// Number of findings that comments or a baseline accept.
    pub(crate) suppressed: usize,
    /// What is worth knowing about comments and baseline.
    pub(crate) notes: Vec<Problem>,
    /// What stands below is a note.
    pub(crate) threshold: Severity,
    /// Number of all routes.
    pub(crate) routes: usize,
    /// Number of routes with WebSocket traffic.
    pub(crate) websocket_routes: usize,
}

/// A finding and how it can be mended.
pub(crate) struct Found {
    /// The finding.
    pub(crate) finding: Finding<'static>,
    /// The edits that mend it, if any do.
    pub(crate) fix: Option<(Safety, Vec<Edit>)>,
    /// What names it from run to run: see [`crate::fingerprint`].
    pub(crate) fingerprint: String,
}

impl Run<'_> {
    /// Number of findings of one severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.finding.severity == severity).count()
    }

    /// All that is worth knowing about the job, in the order of the work.
    pub(crate) fn all_notes(&self) -> impl Iterator<Item = &Problem> {
        let loading = self.loaded.problems.iter().filter(|problem| problem.level == Level::Note);
        loading.chain(&self.notes)
    }

    /// Whether anything is at or above the threshold.
    pub(crate) fn has_findings(&self) -> bool {
        self.findings.iter().any(|found| found.finding.severity >= self.threshold)
    }
}

/// A format of findings.
pub(crate) trait Printer {
    /// Prints a whole run.
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()>;
}

/// The printer of a format.
pub(crate) fn printer(format: Format) -> &'static dyn Printer {
    match format {
        Format::Full => &full::Full,
        Format::Concise => &concise::Concise,
        Format::Json => &json::Json,
    }
}
