//! `wslint [PATH…]`: the linter.

use std::io::{self, Write};
use std::mem::ManuallyDrop;

use wslint_rules::Severity;

use crate::analysis::Analysis;
use crate::args::{LintArgs, Threshold};
use crate::exit::{Failure, Status};
use crate::fix::{self, Mending};
use crate::output::{Console, Found, Run, print_problems, printer};
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
    let selection = Selection::new(&args.select, &args.ignore)?;
    let mut console = Console::new(&args.terminal);
    if args.fix || args.diff {
        let mended = Mending { args, selection: &selection }.mend()?;
        if args.diff {
            return fix::print_diff(&mended, &mut console);
        }
        fix::write(&mended)?;
    }
    // The process ends behind this function: taking a large tree apart first would cost a tenth of the whole run.
    let loaded = ManuallyDrop::new(load(&args.paths, &args.config));
    let settings = args.config.settings();
    let analysis = ManuallyDrop::new(Analysis::new(&loaded.project, &settings));
    let run = ManuallyDrop::new(look(&loaded, &analysis, &selection, args.severity.into()));
    report_problems(&loaded, &console)?;
    printer(args.format).print(&run, &mut console)?;
    Ok(if loaded.has_errors() {
        Status::Failed
    } else if run.has_findings() && !args.exit_zero {
        Status::Findings
    } else {
        Status::Clean
    })
}

/// Checks the routes.
pub(crate) fn look<'a>(
    loaded: &'a Loaded,
    analysis: &Analysis<'_>,
    selection: &Selection,
    threshold: Severity,
) -> Run<'a> {
    let findings = analysis.check(|rule| selection.takes(rule));
    let findings =
        findings.into_iter().map(|finding| Found { fix: analysis.mend(&finding), finding }).collect();
    let mut run = Run {
        loaded,
        findings,
        threshold,
        routes: analysis.route_count(),
        websocket_routes: analysis.websocket_count(),
    };
    let place = |found: &Found| {
        let site = found.finding.primary.site;
        (loaded.project.file(site.file).path.as_str(), site.span)
    };
    run.findings.sort_by(|one, other| {
        place(one).cmp(&place(other)).then_with(|| one.finding.rule.id.cmp(&other.finding.rule.id))
    });
    run
}

/// Says on standard error what could not be done.
pub(crate) fn report_problems(loaded: &Loaded, console: &Console) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    print_problems(loaded, &console.handler(), console.width, &mut stderr)?;
    stderr.flush()
}
