//! Problems with the job, on standard error, a line each, where no terminal shows them.

use std::io::{self, Write};

use super::super::console::Console;
use super::super::locate::Locator;
use crate::args::TerminalOptions;
use crate::escape::escape;
use crate::project::{Level, Loaded, Place};

/// Says on standard error what could not be done: where, what, and what to do.
pub(crate) fn report_problems(loaded: &Loaded, options: &TerminalOptions) -> io::Result<()> {
    let mut out = Console::stderr(options);
    let mut locator = Locator::new(&loaded.project);
    for problem in loaded.problems.iter().filter(|problem| problem.level == Level::Error) {
        let place = match &problem.place {
            Place::Path(path) => escape(path).into_owned(),
            Place::Site(site) => {
                let path = &loaded.project.file(site.file).path;
                format!("{}:{}", escape(path), locator.start(*site).line)
            }
        };
        writeln!(out, "{place}: error[{}] {}", problem.code, escape(&problem.message))?;
        if let Some(help) = &problem.help {
            writeln!(out, "  help: {}", escape(help))?;
        }
    }
    out.flush()
}
