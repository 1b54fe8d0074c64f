//! Where the report goes, and how it looks there: on the terminal, in a file, as findings or as numbers.

use wslint_rules::Severity;

use crate::args::{Format, LintArgs};
use crate::exit::Failure;
use crate::output::{Console, Printer, Run, SMALL, in_actions, printer, statistics_printer};
use crate::write::ReportFile;

/// The printers of a run.
pub(super) struct Outlet {
    terminal: &'static dyn Printer,
    file: Option<&'static dyn Printer>,
}

impl Outlet {
    /// What the flags ask for. Without `--format` it is the one that this place reads.
    pub(super) fn new(args: &LintArgs) -> Result<Self, Failure> {
        // Annotations are about single findings: numbers are for people, in a workflow too.
        let usual = match in_actions() && !args.statistics {
            _ if SMALL => Format::Concise,
            true => Format::Github,
            false => Format::Full,
        };
        let of = |format| match args.statistics {
            true => statistics_printer(format).ok_or_else(|| {
                Failure::said("this format has no room for --statistics").help("use full, concise or json")
            }),
            false => printer(format).ok_or_else(|| Failure::left_out("report in this format")),
        };
        let asked = of(args.format.unwrap_or(usual))?;
        Ok(match args.output_file {
            Some(_) => Self { terminal: of(usual)?, file: Some(asked) },
            None => Self { terminal: asked, file: None },
        })
    }

    fn printers(&self) -> impl Iterator<Item = &'static dyn Printer> {
        [Some(self.terminal), self.file].into_iter().flatten()
    }

    /// Whether any of them tells of fixes.
    pub(super) fn tells_fixes(&self, args: &LintArgs) -> bool {
        self.printers().any(|printer| printer.tells_fixes(args.terminal.quiet))
    }

    /// Whether any of them names findings by their fingerprints.
    pub(super) fn names_findings(&self) -> bool {
        self.printers().any(Printer::names_findings)
    }

    /// How bad a finding is at least that any of them tells of, where so bad ones are shown.
    pub(super) fn least_told(&self, threshold: Severity) -> Severity {
        let all = self.printers().any(|printer| printer.shows_all() || !printer.shows_routes().is_empty());
        if all { Severity::Info } else { threshold }
    }

    /// The questions whose answers any of them shows of each route.
    pub(super) fn shows_routes(&self) -> &'static [&'static str] {
        self.printers()
            .find_map(|printer| Some(printer.shows_routes()).filter(|asked| !asked.is_empty()))
            .unwrap_or(&[])
    }

    /// Prints a run.
    pub(super) fn print(&self, run: &Run<'_>, args: &LintArgs) -> Result<(), Failure> {
        // The file first: whoever stops reading the terminal gets it all the same.
        if let (Some(printer), Some(path)) = (self.file, &args.output_file) {
            let mut report = ReportFile::create(path)?;
            report.print(&args.terminal, |console| printer.print(run, console))?;
            report.finish()?;
        }
        self.terminal.print(run, &mut Console::new(&args.terminal))?;
        Ok(())
    }
}
