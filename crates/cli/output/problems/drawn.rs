//! Problems with the job, on standard error: where, what and what to do.

use std::io::{self, Write};

use miette::Severity;
use wslint_model::{Mark, Role};

use super::super::console::Console;
use super::super::locate::Locator;
use super::super::report::Report;
use crate::args::TerminalOptions;
use crate::escape::escape;
use crate::project::{Level, Loaded, Place, Problem};

/// Says on standard error what could not be done, with the lines that it is about.
pub(crate) fn report_problems(loaded: &Loaded, options: &TerminalOptions) -> io::Result<()> {
    let mut out = Console::stderr(options);
    let (drawer, width) = (out.drawer(), out.width);
    let mut locator = Locator::new(&loaded.project);
    for problem in loaded.problems.iter().filter(|problem| problem.level == Level::Error) {
        let drawn = drawer.draw(report(loaded, &mut locator, problem, width)).map_err(io::Error::other)?;
        writeln!(out, "{}", drawn.trim_end())?;
        writeln!(out)?;
    }
    out.flush()
}

fn report(loaded: &Loaded, locator: &mut Locator<'_>, problem: &Problem, width: usize) -> Report {
    let headline = match &problem.place {
        Place::Path(path) => format!("{}: {}", escape(path), problem.message),
        Place::Site(_) => problem.message.clone(),
    };
    let mut report = Report::new(Severity::Error, &headline).code(format!("error[{}]", problem.code));
    if let Some(help) = &problem.help {
        report = report.help(help);
    }
    match problem.place {
        Place::Site(site) => {
            let primary = Mark { site, role: Role::Says("here".to_owned()) };
            report.places((&loaded.project, &loaded.veil), locator, &primary, &problem.marks, width)
        }
        Place::Path(_) => report,
    }
}
