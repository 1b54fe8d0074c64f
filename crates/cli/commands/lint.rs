//! `wslint [PATH…]`: the linter.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::Instant;

use wslint_rules::{Finding, Severity};

use super::outlet::Outlet;
use crate::accept::{self, Baseline, DEFAULT_BASELINE, Suppressions};
use crate::analysis::Analysis;
use crate::args::{LintArgs, TerminalOptions, Threshold};
use crate::config::Configuration;
use crate::escape::{escape, shown_path};
use crate::exit::{Failure, Status};
use crate::fingerprint::fingerprints;
use crate::fix::{self, Mending};
use crate::output::{Console, Found, Progress, Run, count, print_inventory, print_problems};
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
    let linted = args.linted();
    let configuration = Configuration::new(&linted, &args.config)?;
    let selection = Selection::new(&args.select, &args.ignore, &configuration.levels)?;
    let outlet = Outlet::new(args)?;
    let mut baseline = match &args.baseline {
        Some(path) if !args.write_baseline => Some(Baseline::read(path)?),
        _ => None,
    };
    let mending = Mending { args, configuration: &configuration, selection: &selection };
    if args.fix {
        fix::write(&mending.mend(baseline.as_mut())?)?;
    }
    let progress = Progress::start(args.terminal.quiet, "reading the configuration");
    // The process ends behind this function: taking a large tree apart first would cost a tenth of the whole run.
    let mut loaded = ManuallyDrop::new(load(&linted, &configuration));
    if args.changed {
        loaded.narrow(&args.paths)?;
    }
    if args.diff {
        drop(progress);
        return show_diff(&mending, baseline.as_mut(), &loaded, &args.terminal);
    }
    progress.step(format!("following the routes through {}", count(loaded.project.files.len(), "file")));
    let analysis = ManuallyDrop::new(Analysis::new(&loaded.project, &configuration.settings));
    progress.step(format!("checking {}", count(analysis.route_count(), "route")));
    let severity = args.severity.into();
    let run = ManuallyDrop::new(look(&loaded, &analysis, &selection, baseline.as_mut(), severity, started));
    drop(progress);
    if args.verbose {
        print_inventory(&loaded, &mut Console::stderr(&args.terminal))?;
    }
    report_problems(&loaded, &args.terminal)?;
    if args.write_baseline {
        return accept_all(args, &run);
    }
    outlet.print(&run, args)?;
    Ok(if loaded.has_errors() {
        Status::Failed
    } else if run.has_findings() && !args.exit_zero {
        Status::Findings
    } else {
        Status::Clean
    })
}

/// Shows what `--fix` would change.
fn show_diff(
    mending: &Mending<'_>,
    baseline: Option<&mut Baseline>,
    loaded: &Loaded,
    options: &TerminalOptions,
) -> Result<Status, Failure> {
    report_problems(loaded, options)?;
    let status = fix::print_diff(&mending.mend(baseline)?, &mut Console::new(options))?;
    Ok(if loaded.has_errors() { Status::Failed } else { status })
}

/// Writes what was found to the baseline, unless part of the job could not be done: what hides there is not accepted.
fn accept_all(args: &LintArgs, run: &Run<'_>) -> Result<Status, Failure> {
    if run.loaded.has_errors() {
        return Ok(Status::Failed);
    }
    let path = args.baseline.as_deref().unwrap_or(Path::new(DEFAULT_BASELINE));
    let written = accept::write(path, &run.loaded.project, &run.findings)?;
    let (findings, path) = (count(written, "finding"), shown_path(path));
    writeln!(io::stderr().lock(), "Wrote {findings} to {}.", escape(&path))?;
    Ok(Status::Clean)
}

/// Checks the routes, and leaves out what comments and the baseline accept.
pub(crate) fn look<'a>(
    loaded: &'a Loaded,
    analysis: &Analysis<'_>,
    selection: &Selection<'_>,
    mut baseline: Option<&mut Baseline>,
    threshold: Severity,
    started: Instant,
) -> Run<'a> {
    let mut findings = analysis.check(|rule| selection.takes(rule));
    findings.iter_mut().for_each(|finding| selection.adjust(finding));
    let place = |finding: &Finding<'_>| {
        let site = finding.primary.site;
        (loaded.project.file(site.file).path.as_str(), site.span)
    };
    findings
        .sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.rule.id.cmp(&other.rule.id)));
    let fingerprints = fingerprints(&loaded.project, &findings);
    let all = findings.len();
    let mut suppressions = Suppressions::new(&loaded.project);
    let mut open: Vec<Found> = Vec::new();
    let mut elsewhere = 0;
    for (finding, fingerprint) in findings.into_iter().zip(fingerprints) {
        let suppressed = suppressions.take(&loaded.project, &finding);
        let accepted = baseline.as_deref_mut().is_some_and(|baseline| baseline.take(&fingerprint));
        if !loaded.concerns(&finding) {
            elsewhere += 1;
        } else if !suppressed && !accepted {
            open.push(Found { fix: analysis.mend(&finding), finding, fingerprint });
        }
    }
    let mut notes = suppressions.into_notes(selection, !loaded.has_errors());
    notes.extend(baseline.and_then(|baseline| baseline.stale(&loaded.project, selection)));
    notes.retain(|note| loaded.reports(&note.place));
    Run {
        loaded,
        suppressed: all - elsewhere - open.len(),
        findings: open,
        notes,
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
