//! `--format full`: findings with the lines that they are about, then what is worth knowing about the job, then one line
//! that sums up.

use std::io::{self, Write};

use miette::Severity as Level;
use wslint_rules::Severity;

use super::console::Console;
use super::locate::Locator;
use super::notes::Notes;
use super::page;
use super::report::Report;
use super::run::{Found, Printer, Run};
use super::summary::summary;
use super::words::unbroken;
use crate::project::Place;

/// The format.
pub(super) struct Full;

impl Printer for Full {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let project = &run.loaded.project;
        let drawer = console.drawer();
        let mut locator = Locator::new(project);
        let mut notes = Notes::default();
        for found in run.shown() {
            let drawn =
                drawer.draw(report(run, &mut locator, found, console.width)).map_err(io::Error::other)?;
            writeln!(console, "{}\n", drawn.trim_end())?;
        }
        if !console.quiet {
            for problem in run.all_notes() {
                let words = match &problem.help {
                    Some(help) => &format!("{} ({help})", problem.message),
                    None => &problem.message,
                };
                match &problem.place {
                    Place::Site(site) => notes.add(*site, problem.code, words),
                    Place::Path(path) => notes.add_path(path, problem.code, words),
                }
            }
            notes.print(project, &mut locator, console)?;
            writeln!(console, "{}", textwrap::fill(&summary(run), unbroken(console.width)))?;
        }
        console.flush()
    }

    fn tells_fixes(&self, quiet: bool) -> bool {
        !quiet
    }
}

fn report(run: &Run<'_>, locator: &mut Locator<'_>, found: &Found<'_>, width: usize) -> Report {
    let finding = &found.finding;
    let level = match finding.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Advice,
    };
    let report = Report::new(level, &finding.message)
        .code(format!("{}[{}]", finding.severity, finding.rule.id))
        .help(&finding.help)
        .places((&run.loaded.project, &run.loaded.veil), locator, &finding.primary, &finding.marks, width);
    match page::url(finding.rule) {
        Some(url) => report.url(url),
        None => report,
    }
}
