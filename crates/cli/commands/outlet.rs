//! Where the report of a run goes: the terminal, and a file if one is named, each in its format.

use crate::args::{Format, LintArgs};
use crate::exit::Failure;
use crate::output::{Console, Printer, ReportFile, Run, in_actions, printer, statistics_printer};

/// Where the report goes, and how it looks there.
pub(super) struct Outlet {
    terminal: &'static dyn Printer,
    file: Option<&'static dyn Printer>,
}

impl Outlet {
    /// What the flags and the environment ask for.
    ///
    /// # Errors
    /// The format has no room for statistics.
    pub(super) fn new(args: &LintArgs) -> Result<Self, Failure> {
        let usual = match in_actions() && !args.statistics {
            true => Format::Github,
            false => Format::Full,
        };
        let asked = match args.statistics {
            true => statistics_printer(args.format.unwrap_or(usual)).ok_or_else(|| {
                Failure::said("this format has no room for --statistics").help("use full, concise or json")
            })?,
            false => printer(args.format.unwrap_or(usual)),
        };
        let usual = statistics_printer(usual).filter(|_| args.statistics).unwrap_or_else(|| printer(usual));
        Ok(match args.output_file {
            Some(_) => Self { terminal: usual, file: Some(asked) },
            None => Self { terminal: asked, file: None },
        })
    }

    /// Prints a run.
    ///
    /// # Errors
    /// The terminal or the file cannot be written.
    pub(super) fn print(&self, run: &Run<'_>, args: &LintArgs) -> Result<(), Failure> {
        // The file first: whoever stops reading the terminal gets it all the same.
        if let (Some(printer), Some(path)) = (self.file, &args.output_file) {
            let report = ReportFile::create(path)?;
            printer.print(run, &mut report.console(&args.terminal)?)?;
            report.finish()?;
        }
        self.terminal.print(run, &mut Console::new(&args.terminal))?;
        Ok(())
    }
}
