//! What people and machines read. Each format of findings is one file behind [`Printer`].

mod checkout;
mod checkstyle;
mod concise;
mod console;
mod copy;
mod entry;
mod excerpt;
mod folder;
mod full;
mod github;
mod gitlab;
mod guard;
mod inventory;
mod json;
mod junit;
mod line;
mod locate;
mod markdown;
mod message;
mod notes;
pub(crate) mod page;
mod problems;
mod progress;
mod report;
mod safe_json;
mod sarif;
mod secret;
mod sequence;
mod statistics;
mod summary;
mod words;
mod xml;

use std::io;
use std::time::Instant;

use wslint_model::Edit;
use wslint_rules::{Finding, Safety, Severity};

use crate::args::Format;
use crate::project::{Level, Loaded, Problem};
use crate::taken::Taken;

pub(crate) use console::Console;
pub(crate) use folder::common_folder;
pub(crate) use guard::in_actions;
pub(crate) use inventory::print_inventory;
pub(crate) use json::place as json_place;
pub(crate) use line::{first_line, line_text};
pub(crate) use locate::Locator;
pub(crate) use markdown::drawn;
pub(crate) use message::{say, tell};
pub(crate) use problems::report_problems;
pub(crate) use progress::Progress;
pub(crate) use secret::{Veil, secret};
pub(crate) use sequence::Sequence;
pub(crate) use words::{count, unbroken};

/// Everything that one run of the linter has to say.
pub(crate) struct Run<'a> {
    /// The files.
    pub(crate) loaded: &'a Loaded,
    /// The findings, by place and rule.
    pub(crate) findings: Vec<Found>,
    /// What is not among the findings although it is so.
    pub(crate) taken: Taken,
    /// What is worth knowing about comments and baseline.
    pub(crate) notes: Vec<Problem>,
    /// What stands below is a note.
    pub(crate) threshold: Severity,
    /// Number of all routes.
    pub(crate) routes: usize,
    /// Number of routes with WebSocket traffic.
    pub(crate) websocket_routes: usize,
    /// When the work began.
    pub(crate) started: Instant,
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

impl Found {
    /// The edits for a report. Those that would repeat a secret are not shown: `--fix` makes them all the same.
    fn shown_fix(&self) -> Option<&(Safety, Vec<Edit>)> {
        let shows = |edit: &Edit| edit.text.split(|&byte| byte == b'\n').all(|line| secret(line).is_none());
        self.fix.as_ref().filter(|(_, edits)| edits.iter().all(shows))
    }
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
        Format::Sarif => &sarif::Sarif,
        Format::Github => &github::Github,
        Format::Gitlab => &gitlab::Gitlab,
        Format::Junit => &junit::Junit,
        Format::Checkstyle => &checkstyle::Checkstyle,
    }
}

/// The printer of `--statistics` in a format, if the format has room for them.
pub(crate) fn statistics_printer(format: Format) -> Option<&'static dyn Printer> {
    match format {
        Format::Full | Format::Concise => Some(&statistics::Table),
        Format::Json => Some(&statistics::Document),
        Format::Sarif | Format::Github | Format::Gitlab | Format::Junit | Format::Checkstyle => None,
    }
}
