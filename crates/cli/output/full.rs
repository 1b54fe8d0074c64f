//! `--format full`: findings with the lines that they are about, then the notes, then one line that sums up.

use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, Severity as Level};
use textwrap::{WordSeparator, WordSplitter};
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
        let handler = console.handler();
        let mut locator = Locator::new(project);
        let mut notes = Notes::default();
        for found in &run.findings {
            let finding = &found.finding;
            if finding.severity < run.threshold {
                notes.add(finding.primary.site, &finding.rule.id, finding.message.trim_end());
                continue;
            }
            let mut drawn = String::new();
            handler
                .render_report(&mut drawn, &report(run, &mut locator, found, console.width))
                .map_err(io::Error::other)?;
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
}

impl Console {
    /// The drawer of diagnostics for this output.
    pub(crate) fn handler(&self) -> GraphicalReportHandler {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_links(self.links)
            .with_urls(self.links)
            .with_link_display_text("(docs)")
            .without_syntax_highlighting()
            .with_context_lines(1)
            .with_show_related_as_nested(true)
            // Directives are full of hyphens: one that is broken at them cannot be searched for.
            .with_word_splitter(WordSplitter::NoHyphenation)
            .with_word_separator(WordSeparator::AsciiSpace)
    }
}

fn report(run: &Run<'_>, locator: &mut Locator<'_>, found: &Found, width: usize) -> Report {
    let finding = &found.finding;
    let level = match finding.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Advice,
    };
    Report::new(level, &finding.message)
        .code(format!("{}[{}]", finding.severity, finding.rule.id))
        .url(page::url(finding.rule))
        .help(&finding.help)
        .places((&run.loaded.project, &run.loaded.veil), locator, &finding.primary, &finding.marks, width)
}
