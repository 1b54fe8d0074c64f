//! `wslint [PATH…]`: the linter.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::Instant;

use wslint_rules::Severity;

use super::outlet::Outlet;
use crate::accept::{self, Accepting, Baseline, DEFAULT_BASELINE};
use crate::analysis::Analysis;
use crate::args::{LintArgs, TerminalOptions, Threshold};
use crate::config::Configuration;
use crate::escape::{escape, shown_path};
use crate::exit::{Failure, Status};
use crate::fix::{self, Mending};
use crate::look::look;
use crate::output::{Console, Progress, Run, count, print_inventory, report_problems};
use crate::project::load;
use crate::select::Selection;
use crate::taken::Places;

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
        fix::write(&mending.mend(mending.load()?, baseline.as_mut())?)?;
    }
    if args.diff {
        return show_diff(&mending, baseline.as_mut(), &args.terminal);
    }
    let progress = Progress::start(args.terminal.quiet, "reading the configuration");
    // The process ends behind this function: taking a large tree apart first would cost a tenth of the whole run.
    let mut loaded = ManuallyDrop::new(load(&linted, &configuration));
    if args.changed {
        loaded.narrow(&args.paths)?;
    }
    progress.step(format!("following the routes through {}", count(loaded.project.files.len(), "file")));
    let severity = args.severity.into();
    // Before the models that stay: no more than one of each configuration is held at a time.
    let without_claims = Places::without_claims(&loaded, &configuration, &selection, severity);
    let analysis = ManuallyDrop::new(Analysis::new(&loaded.project, &configuration.settings));
    progress.step(format!("checking {}", count(analysis.route_count(), "route")));
    let accepting = Accepting { comments: !args.no_suppress, baseline: baseline.as_mut() };
    let mut run = ManuallyDrop::new(look(&loaded, &analysis, &selection, accepting, severity, started));
    run.taken.by_settings =
        without_claims.map_or(0, |places| places.missing_in(&loaded, &analysis, &selection, severity));
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
    options: &TerminalOptions,
) -> Result<Status, Failure> {
    let loaded = mending.load()?;
    report_problems(&loaded, options)?;
    let failed = loaded.has_errors();
    let status = fix::print_diff(&mending.mend(loaded, baseline)?, &mut Console::new(options))?;
    Ok(if failed { Status::Failed } else { status })
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
