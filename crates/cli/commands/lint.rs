//! `wslint [PATH…]`: the linter.

use std::io::{self, Write};
use std::time::Instant;

use wslint_rules::{Finding, Severity};

use crate::analysis::Analysis;
use crate::args::{Format, LintArgs, TerminalOptions, Threshold};
use crate::exit::{Failure, Status};
use crate::fingerprint::fingerprints;
use crate::fix::{self, Mending};
use crate::output::{
    Console, Found, Printer, Progress, ReportFile, Run, count, in_actions, print_problems, printer,
    statistics_printer,
};
use crate::project::{Loaded, load};
use crate::select::Selection;

impl From<Threshold> for Severity {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::Info => Self::Info,
            Threshold::Warning => Self::Warning,
            Threshold::Error => Self::Error,
        }
    }
}

/// Lints, and mends before if asked to. What is mended is not found any more.
pub(crate) fn run(args: &LintArgs) -> Result<Status, Failure> {
    let started = Instant::now();
    let selection = Selection::new(&args.select, &args.ignore)?;
    let outlet = Outlet::new(args)?;
    let progress = Progress::start(args.terminal.quiet);
    if args.fix || args.diff {
        progress.step("mending");
        let mended = Mending { args, selection: &selection }.mend()?;
        if args.diff {
            drop(progress);
            return fix::print_diff(&mended, &mut Console::new(&args.terminal));
        }
        fix::write(&mended)?;
    }
    progress.step("reading the configuration");
    let loaded = load(&args.paths, &args.config);
    progress.step(format!("following the routes through {}", count(loaded.project.files.len(), "file")));
    let settings = args.config.settings();
    let analysis = Analysis::new(&loaded.project, &settings);
    progress.step(format!("checking {}", count(analysis.route_count(), "route")));
    let run = look(&loaded, &analysis, &selection, args.severity.into(), started);
    drop(progress);
    report_problems(&loaded, &args.terminal)?;
    outlet.print(&run, args)?;
    Ok(if loaded.has_errors() {
        Status::Failed
    } else if run.has_findings() && !args.exit_zero {
        Status::Findings
    } else {
        Status::Clean
    })
}

/// Where the report goes, and how it looks there.
struct Outlet {
    terminal: &'static dyn Printer,
    file: Option<&'static dyn Printer>,
}

impl Outlet {
    fn new(args: &LintArgs) -> Result<Self, Failure> {
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

    fn print(&self, run: &Run<'_>, args: &LintArgs) -> Result<(), Failure> {
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

/// Checks the routes.
pub(crate) fn look<'a>(
    loaded: &'a Loaded,
    analysis: &Analysis<'_>,
    selection: &Selection,
    threshold: Severity,
    started: Instant,
) -> Run<'a> {
    let mut findings = analysis.check(|rule| selection.takes(rule));
    let place = |finding: &Finding<'_>| {
        let site = finding.primary.site;
        (loaded.project.file(site.file).path.as_str(), site.span)
    };
    findings
        .sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.rule.id.cmp(&other.rule.id)));
    let fingerprints = fingerprints(&loaded.project, &findings);
    let found = findings.into_iter().zip(fingerprints).map(|(finding, fingerprint)| Found {
        fix: analysis.mend(&finding),
        finding,
        fingerprint,
    });
    Run {
        loaded,
        findings: found.collect(),
        threshold,
        routes: analysis.route_count(),
        websocket_routes: analysis.websocket_count(),
        started,
    }
}

/// Says on standard error what could not be done.
pub(crate) fn report_problems(loaded: &Loaded, options: &TerminalOptions) -> io::Result<()> {
    let mut stderr = Console::stderr(options);
    print_problems(loaded, &mut stderr)?;
    stderr.flush()
}
