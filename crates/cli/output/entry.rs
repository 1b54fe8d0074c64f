//! What the formats for machines have in common: findings, and the errors for which not everything could be linted, as
//! one list. A report that left the errors out would call a broken job a success.

use std::path::Path;

use wslint_model::{Project, Site};
use wslint_rules::Severity;
use wslint_syntax::Position;

use super::checkout::{Checkout, exact_path};
use super::locate::Locator;
use super::page;
use super::reason::with_reason;
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
    /// Whether it is a note on the job, which fails nothing.
    pub(super) note: bool,
    /// What is wrong and why, in one clause that is safe to show.
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
    /// The columns of both, from 1, in bytes instead of characters.
    pub(super) byte_columns: Option<(u32, u32)>,
    /// What names it from run to run.
    pub(super) fingerprint: String,
}

impl Entry {
    /// Message, help and the address of the page, as one text.
    pub(super) fn text(&self) -> String {
        let help = self.help.as_ref().map(|help| format!("help: {help}"));
        let lines = [Some(self.message.clone()), help, self.url.clone()];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

/// The list: errors of the job first, then the findings in their order; without notes on the job if only findings are wanted.
pub(super) fn entries(run: &Run<'_>, quiet: bool) -> Vec<Entry> {
    let checkout = Checkout::of_job();
    let mut locator = Locator::new(&run.loaded.project);
    let mut entries = problems(run, quiet, &checkout, &mut locator);
    for found in run.shown() {
        let finding = &found.finding;
        let site = finding.primary.site;
        entries.push(Entry {
            id: finding.rule.id.clone(),
            severity: finding.severity,
            broken: false,
            note: false,
            message: clause(&with_reason((&run.loaded.project, &run.loaded.veil), finding)),
            help: Some(escape_lines(&finding.help)).filter(|help| !help.is_empty()),
            url: page::url(finding.rule),
            route: finding.routes.first().map(|route| clause(route)),
            path: shown_path(&checkout.path(exact_path(run.loaded, site.file))),
            span: Some((locator.start(site), locator.end(site))),
            byte_columns: Some(byte_columns(&run.loaded.project, site)),
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
            let (path, site, fingerprint) = match &problem.place {
                Place::Site(site) => {
                    (exact_path(run.loaded, site.file), Some(*site), namer.place(problem.code, *site))
                }
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
                span: site.map(|site| (locator.start(site), locator.end(site))),
                byte_columns: site.map(|site| byte_columns(&run.loaded.project, site)),
                fingerprint,
            }
        })
        .collect()
}

/// The columns of the first byte of a site and of the one behind its last.
fn byte_columns(project: &Project, site: Site) -> (u32, u32) {
    let (lines, source) = (project.file(site.file).lines(), project.file(site.file).source());
    let column = |at: u32| at - lines.span(lines.line(at), source).start + 1;
    (column(site.span.start), column(site.span.end))
}

/// One line that is safe to show. A line feed in it can only come from the configuration.
pub(super) fn clause(text: &str) -> String {
    escape(text.trim_end()).into_owned()
}
