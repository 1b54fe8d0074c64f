//! Findings and problems as diagnostics of the protocol. Their texts are those of the command.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    Position, Range, Uri,
};
use wslint_model::{FileId, Mark, Site};
use wslint_rules::Severity;

use super::finding::Finding;
use super::position::{Encoding, Lines};
use super::seen::Seen;
use super::uri;
use crate::escape::{escape, escape_lines};
use crate::project::{self, Level, Problem};

/// Who says it.
const SOURCE: &str = "wslint";

/// What takes the diagnostics of one file after another.
pub(super) type Take<'t, E> = &'t mut dyn FnMut(PathBuf, Vec<Diagnostic>) -> Result<(), E>;

/// Turns what was seen into diagnostics, and finds the lines of a file that others point into once.
pub(super) struct Told<'s> {
    seen: &'s Seen,
    encoding: Encoding,
    lines: BTreeMap<FileId, Lines>,
}

impl<'s> Told<'s> {
    /// What is told of what was seen, in the client's units.
    pub(super) fn new(seen: &'s Seen, encoding: Encoding) -> Self {
        Self { seen, encoding, lines: BTreeMap::new() }
    }

    /// The diagnostics of one file; none that is milder than it may be.
    pub(super) fn of(self, least: Severity, path: &Path) -> Vec<Diagnostic> {
        let mut told = Vec::new();
        let found: Result<(), Infallible> = self.each(least, |other| other == path, &mut |_, diagnostics| {
            told = diagnostics;
            Ok(())
        });
        found.map_or_else(|never| match never {}, |()| told)
    }

    /// Hands out the diagnostics of the wanted files that have any, one file after another in the order of their paths;
    /// none that is milder than it may be. Of a large folder they are more than all else that the server holds.
    pub(super) fn each<E>(
        mut self,
        least: Severity,
        wanted: impl Fn(&Path) -> bool,
        take: Take<'_, E>,
    ) -> Result<(), E> {
        let mut said: BTreeMap<PathBuf, (Vec<&Problem>, Vec<&Finding>)> = BTreeMap::new();
        let seen = self.seen;
        let notes = least == Severity::Info;
        for problem in seen.problems().filter(|problem| notes || problem.level == Level::Error) {
            if let Some(path) = seen.place(problem).filter(|path| wanted(path)) {
                said.entry(path).or_default().0.push(problem);
            }
        }
        for finding in seen.findings.iter().filter(|finding| finding.severity >= least) {
            let path = seen.path(finding.site.file);
            if wanted(&path) {
                said.entry(path).or_default().1.push(finding);
            }
        }
        for (path, (problems, findings)) in said {
            let mut told: Vec<Diagnostic> = problems.iter().map(|problem| self.problem(problem)).collect();
            told.extend(findings.iter().map(|finding| self.finding(finding)));
            // Others hardly ever point into it.
            findings.iter().for_each(|finding| drop(self.lines.remove(&finding.site.file)));
            take(path, told)?;
        }
        Ok(())
    }

    /// A finding.
    pub(super) fn finding(&mut self, finding: &Finding) -> Diagnostic {
        let page = finding.page.as_deref().and_then(|page| Uri::from_str(page).ok());
        Diagnostic {
            range: self.range(finding.site),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Info => DiagnosticSeverity::HINT,
            }),
            code: Some(NumberOrString::String(finding.rule.clone())),
            code_description: page.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: finding.text.clone(),
            related_information: Some(self.related(&finding.marks)),
            tags: None,
            data: None,
        }
    }

    fn problem(&mut self, problem: &Problem) -> Diagnostic {
        let range = match problem.place {
            project::Place::Site(site) => self.range(site),
            project::Place::Path(_) => Range::default(),
        };
        let help = problem.help.as_deref().map(|help| format!("\nhelp: {}", escape_lines(help)));
        Diagnostic {
            range,
            severity: Some(match problem.level {
                Level::Error => DiagnosticSeverity::ERROR,
                Level::Note => DiagnosticSeverity::HINT,
            }),
            code: Some(NumberOrString::String(problem.code.to_owned())),
            source: Some(SOURCE.to_owned()),
            message: format!("{}{}", escape(problem.message.trim_end()), help.unwrap_or_default()),
            related_information: Some(self.related(&problem.marks)),
            ..Diagnostic::default()
        }
    }

    fn related(&mut self, marks: &[Mark]) -> Vec<DiagnosticRelatedInformation> {
        let told = marks.iter().filter_map(|mark| {
            let uri = uri::uri(&self.seen.path(mark.site.file))?;
            let location = Location { uri, range: self.range(mark.site) };
            Some(DiagnosticRelatedInformation {
                location,
                message: escape(&mark.role.to_string()).into_owned(),
            })
        });
        told.collect()
    }

    /// Where a site begins and ends.
    pub(super) fn range(&mut self, site: Site) -> Range {
        let span = site.span;
        Range { start: self.position(site.file, span.start), end: self.position(site.file, span.end) }
    }

    fn position(&mut self, file: FileId, offset: u32) -> Position {
        let (seen, encoding) = (self.seen, self.encoding);
        let lines = self.lines.entry(file).or_insert_with(|| seen.lines(file));
        lines.position(seen.text(file), offset as usize, encoding)
    }
}
