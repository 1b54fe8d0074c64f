//! `wslint [PATH…]`: the linter.

use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::Instant;

use wslint_rules::{Finding, Rule, Severity};

use super::outlet::Outlet;
use super::show;
use crate::accept::{self, Accepting, Baseline, DEFAULT_BASELINE};
use crate::add_ignore::add_ignore;
use crate::analysis::{Analysis, Filter, Telling};
use crate::args::{LintArgs, TerminalOptions, Threshold};
use crate::config::Configuration;
use crate::escape::{escape, shown_path};
use crate::exit::{Failure, Status, whoever_reads};
use crate::files::note_inputs;
use crate::fix::{self, Fixer};
use crate::look::{Read, look};
use crate::output::{
    Console, Progress, Reader, Run, SMALL, Served, count, print_inventory, report_problems, say,
};
use crate::project::{Loaded, load};
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

/// Lints, and fixes before if asked to. What is fixed is not found any more.
pub(crate) fn run(args: &LintArgs) -> Result<Status, Failure> {
    let started = args.verbose.then(Instant::now);
    let linted = args.linted();
    if args.list_inputs {
        note_inputs();
    }
    let configuration = Configuration::new(&linted, &args.config)?;
    if args.show_config {
        return show::config(&configuration, args);
    }
    let selection = Selection::new(&args.select, &args.ignore, &configuration)?;
    let outlet = Outlet::new(args)?;
    let mut baseline = match &args.baseline {
        Some(path) if !args.write_baseline => Some(Baseline::read(path, &configuration.permitted)?),
        _ => None,
    };
    let fixer = Fixer { args, configuration: &configuration, selection: &selection };
    if args.fix {
        fix::write(&fixer.fix(fixer.load()?, baseline.as_mut())?)?;
    }
    if let Some(reason) = &args.add_ignore {
        add_ignore(&fixer, reason, baseline.as_mut())?;
    }
    if args.diff {
        if SMALL {
            return Err(Failure::left_out("diff"));
        }
        return show_diff(&fixer, baseline.as_mut(), &args.terminal);
    }
    let progress = Progress::start(args.terminal.quiet, "reading the configuration");
    // The process ends behind this function: taking a large tree apart first would cost a tenth of the whole run.
    let mut loaded = ManuallyDrop::new(load(&linted, &configuration));
    if args.changed {
        loaded.narrow(&args.paths)?;
    }
    if args.show_files {
        drop(progress);
        return show::files(&loaded, &args.terminal);
    }
    if args.list_inputs {
        drop(progress);
        return show::inputs(&loaded, &args.terminal);
    }
    progress.step(format!("following the routes through {}", count(loaded.project.configurations(), "file")));
    let severity = args.severity.into();
    // Before the models that stay: no more than one of each configuration is held at a time.
    let without_claims = Places::without_claims(&loaded, &configuration, &selection, severity);
    let loaded: &mut Loaded = &mut loaded;
    let (addresses, rules) = (&configuration.addresses, configuration.rules());
    let analysis = ManuallyDrop::new(Analysis::new(&loaded.project, &loaded.settings, addresses, rules));
    let routes = analysis.route_count();
    progress.step(format!("checking {}", count(routes, "route")));
    let asked = outlet.shows_routes();
    let fronts = if asked.is_empty() { Vec::new() } else { analysis.fronts() };
    let mut reader = Reader::new(&loaded.project, &loaded.veil, asked);
    let mut served: Vec<Served> = Vec::new();
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let least_told = outlet.least_told(severity);
    // Findings in texts that other files hold are joined by their words.
    let all = loaded.project.files.iter().any(|file| file.host.is_some());
    let is_told = |rule: &Rule| all || selection.may_reach(rule, least_told);
    let telling = Telling { of: &is_told, fixes: outlet.tells_fixes(args) };
    let of_concerned = || {
        let changed = loaded.narrowed.as_ref().filter(|_| asked.is_empty())?;
        let mut checked = analysis.check_concerned(changed, |rule| selection.asks(rule), telling)?;
        // What is told elsewhere is told once for all routes, and which of them it names depends on the others.
        let is_elsewhere =
            |told: &Finding<'_>| loaded.concerns(told) && !changed.contains(&told.primary.site.file);
        let elsewhere: Vec<_> = checked.findings.iter().filter(|told| is_elsewhere(told)).collect();
        let concerns = |told: &Finding<'_>| loaded.concerns(told);
        let is_whole = analysis.is_told_of_others(&elsewhere, |rule| selection.asks(rule), concerns);
        is_whole.then(|| {
            checked.findings.retain(|told| !is_elsewhere(told));
            checked
        })
    };
    let mut checked = of_concerned().unwrap_or_else(|| {
        analysis.check_with(
            |rule| selection.asks(rule),
            telling,
            &Filter { details: !asked.is_empty(), ..Filter::RULES },
            |index, config, route| {
                if !asked.is_empty() && Reader::wants(route) {
                    numbers.insert(index, served.len());
                    let runs = analysis.runs_from_client(&fronts, config, route);
                    served.push(reader.drawn(route, String::new(), runs.as_ref()));
                }
            },
        )
    });
    let listed = checked.findings.iter().filter(|_| !asked.is_empty());
    for finding in listed {
        let mut told = finding.clone();
        if !selection.adjust(&mut told, || loaded.absolute(finding.primary.site.file)) {
            continue;
        }
        let verdict = reader.verdict(told);
        let of_routes = finding.route_indexes.iter().filter_map(|index| numbers.get(index));
        of_routes.for_each(|&number| served[number].verdicts.push(verdict.clone()));
    }
    loaded.problems.extend(checked.limit.take());
    loaded.problems.append(&mut checked.unreached);
    let loaded: &Loaded = loaded;
    let by_settings =
        without_claims.map_or(0, |places| places.missing_in(loaded, &checked.findings, severity));
    let accepting = Accepting { comments: !args.no_suppress, baseline: baseline.as_mut() };
    let fingerprints = args.write_baseline || outlet.names_findings();
    let read = Read { threshold: severity, least_told, fingerprints };
    let run = look(loaded, routes, checked, &selection, accepting, read);
    let mut run = ManuallyDrop::new(run);
    run.started = started;
    run.taken.by_settings = by_settings;
    run.served = served;
    drop(progress);
    let status = if loaded.has_errors() {
        Status::Failed
    } else if run.has_findings() && !args.exit_zero {
        Status::Findings
    } else {
        Status::Clean
    };
    // One output may be closed and the other read.
    let told = whoever_reads(tell_about_files(loaded, args), status)?;
    if args.write_baseline { accept_all(args, &run) } else { whoever_reads(outlet.print(&run, args), told) }
}

/// Says on standard error what the files were taken for, if asked to, and what could not be done.
fn tell_about_files(loaded: &Loaded, args: &LintArgs) -> Result<(), Failure> {
    if args.verbose {
        print_inventory(loaded, &mut Console::stderr(&args.terminal))?;
    }
    report_problems(loaded, &args.terminal)?;
    Ok(())
}

/// Shows what `--fix` would change.
fn show_diff(
    fixer: &Fixer<'_>,
    baseline: Option<&mut Baseline>,
    options: &TerminalOptions,
) -> Result<Status, Failure> {
    let loaded = fixer.load()?;
    whoever_reads(report_problems(&loaded, options).map_err(Failure::from), Status::Clean)?;
    let failed = loaded.has_errors();
    let fixed = fixer.fix(loaded, baseline)?;
    let status = if failed {
        Status::Failed
    } else if fixed.is_empty() {
        Status::Clean
    } else {
        Status::Findings
    };
    whoever_reads(fix::print_diff(&fixed, &mut Console::new(options)), status)
}

/// Writes what was found to the baseline, unless part of the job could not be done: what hides there is not accepted.
fn accept_all(args: &LintArgs, run: &Run<'_>) -> Result<Status, Failure> {
    if run.loaded.has_errors() {
        return Ok(Status::Failed);
    }
    let path = args.baseline.as_deref().unwrap_or(Path::new(DEFAULT_BASELINE));
    let written = accept::write(path, &run.loaded.project, &run.findings)?;
    let (findings, path) = (count(written, "finding"), shown_path(path));
    say(&format!("Wrote {findings} to {}.", escape(&path)));
    Ok(Status::Clean)
}
