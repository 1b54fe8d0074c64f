//! What the formats for machines have in common: findings, and the errors for which not everything could be linted, as
//! one list. A report that left the errors out would call a broken job a success.

use std::path::Path;

use wslint_rules::Severity;
use wslint_syntax::Position;

use super::checkout::{Checkout, exact_path};
use super::locate::Locator;
use super::page;
use super::run::Run;
use crate::escape::{escape, escape_lines, shown_path};
use crate::fingerprint::Namer;
use crate::project::{Level, Place};

/// One line of a report.
pub(super) struct Entry {
    /// The rule, or the kind of error.
    pub(super) id: String,
    /// How bad it is.
    pub(super) severity: Severity,
    /// Whether it is an error of the job rather than a finding.
    pub(super) broken: bool,
    /// Whether it is below the threshold, so that it fails nothing.
    pub(super) note: bool,
    /// What is wrong, in one clause that is safe to show.
    pub(super) message: String,
    /// What to do about it, safe to show, if something is known.
    pub(super) help: Option<String>,
    /// The page of the rule.
    pub(super) url: Option<String>,
    /// The route that it concerns, if it is a finding; of several the first.
    pub(super) route: Option<String>,
    /// The file, from the top of the repository, with all its characters.
    pub(super) path: String,
    /// Where it starts and ends there, if the file could be read.
    pub(super) span: Option<(Position, Position)>,
    /// What names it from run to run.
    pub(super) fingerprint: String,
}

impl Entry {
    /// Message and help, as one text.
    pub(super) fn text(&self) -> String {
        match &self.help {
            Some(help) => format!("{}\nhelp: {help}", self.message),
            None => self.message.clone(),
        }
    }
}

/// The list: errors of the job first, then the findings in their order; without notes if only findings are wanted.
pub(super) fn entries(run: &Run<'_>, quiet: bool) -> Vec<Entry> {
    let checkout = Checkout::of_job();
    let mut locator = Locator::new(&run.loaded.project);
    let mut entries = problems(run, quiet, &checkout, &mut locator);
    for found in &run.findings {
        let finding = &found.finding;
        let note = finding.severity < run.threshold;
        if note && quiet {
            continue;
        }
        let site = finding.primary.site;
        entries.push(Entry {
            id: finding.rule.id.clone(),
            severity: finding.severity,
            broken: false,
            note,
            message: clause(&finding.message),
            help: Some(escape_lines(&finding.help)).filter(|help| !help.is_empty()),
            url: Some(page::url(finding.rule)),
            route: finding.routes.first().map(|route| clause(route)),
            path: shown_path(&checkout.path(exact_path(run.loaded, site.file))),
            span: Some((locator.start(site), locator.end(site))),
            fingerprint: found.fingerprint.clone(),
        });
    }
    entries
}

/// The errors of the job, and what is worth knowing about comments and baseline.
fn problems(run: &Run<'_>, quiet: bool, checkout: &Checkout, locator: &mut Locator<'_>) -> Vec<Entry> {
    let mut namer = Namer::new(&run.loaded.project);
    let errors = run.loaded.problems.iter().filter(|problem| problem.level == Level::Error);
    let notes = run.notes.iter().filter(|_| !quiet);
    errors
        .chain(notes)
        .map(|problem| {
            let broken = problem.level == Level::Error;
            let (path, span, fingerprint) = match &problem.place {
                Place::Site(site) => (
                    exact_path(run.loaded, site.file),
                    Some((locator.start(*site), locator.end(*site))),
                    namer.place(problem.code, *site),
                ),
                Place::Path(path) => (Path::new(path), None, namer.file(problem.code, path)),
            };
            Entry {
                id: problem.code.to_owned(),
                severity: if broken { Severity::Error } else { Severity::Info },
                broken,
                note: !broken,
                message: clause(&problem.message),
                help: problem.help.as_deref().map(escape_lines),
                url: None,
                route: None,
                path: shown_path(&checkout.path(path)),
                span,
                fingerprint,
            }
        })
        .collect()
}

/// One line that is safe to show. A line feed in it can only come from the configuration.
pub(super) fn clause(text: &str) -> String {
    escape(text.trim_end()).into_owned()
}
