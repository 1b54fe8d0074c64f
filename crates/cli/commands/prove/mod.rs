//! `wslint prove [PATH…]`: runs the configurations in the installed proxies, on loopback and in copies, and holds what
//! happens against what is predicted.
//!
//! `plan` says which requests are made and what is predicted of each, `group` which configurations run together, `copy`
//! what the lab gets of them, `live` runs it, `compare` holds both against each other, and the rest prints. What the lab
//! takes away and how it keeps on loopback is its own affair.

mod clients;
mod compare;
mod copy;
mod document;
mod group;
mod guard;
mod left_out;
mod live;
mod minimal;
mod plan;
mod programs;
mod proof;
mod table;
mod words;

use std::mem::ManuallyDrop;

use clap::Parser;

pub(crate) use self::guard::guard;
use self::programs::Programs;
use self::proof::Proof;
use crate::analysis::Analysis;
use crate::args::{Cli, LintArgs, ProofFormat, ProveArgs};
use crate::config::Configuration;
use crate::exit::{Failure, Status, whoever_reads};
use crate::fix::Fixer;
use crate::output::{Console, Progress, report_problems, say};
use crate::project::{Loaded, load};
use crate::select::Selection;

/// Proves what is predicted. The exit status is 0 if all of it agrees and works, 1 if something does not, and 2 if
/// something could not run.
pub(crate) fn run(args: &ProveArgs) -> Result<Status, Failure> {
    let programs = Programs::find(args)?;
    let mut configuration = Configuration::new(&args.paths, &args.config)?;
    // What is predicted is what these programs do.
    programs.predict(&mut configuration);
    let loaded = load(&args.paths, &configuration);
    whoever_reads(report_problems(&loaded, &args.terminal).map_err(Failure::from), Status::Clean)?;
    let unread = loaded.has_errors();
    let before = prove(&loaded, &configuration, &programs, args)?;
    let after = match args.fix {
        true => {
            let (changed, fixed) = fixed(args, &configuration, loaded)?;
            let after = prove(&fixed, &configuration, &programs, args)?;
            Some((changed, after))
        }
        false => None,
    };
    let last = after.as_ref().map_or(&before, |(_, after)| after);
    let status = if unread { Status::Failed } else { last.status() };
    let mut console = Console::new(&args.terminal);
    let after = after.as_ref().map(|(changed, after)| (changed.as_slice(), after));
    let printed = match args.format {
        ProofFormat::Full => table::print(&before, after, &mut console),
        ProofFormat::Markdown => table::print_markdown(&before, after, &mut console),
        ProofFormat::Json => console.json(&document::document(&before, after)),
    };
    whoever_reads(printed.map_err(Failure::from), status)
}

/// Plans, runs and compares.
fn prove(
    loaded: &Loaded,
    configuration: &Configuration,
    programs: &Programs,
    args: &ProveArgs,
) -> Result<Proof, Failure> {
    let analysis = ManuallyDrop::new(Analysis::new(
        &loaded.project,
        &loaded.settings,
        &configuration.addresses,
        configuration.rules(),
    ));
    let mut plan = plan::plan(loaded, &analysis);
    let groups = group::groups(loaded, programs, &mut plan);
    for program in groups.iter().flat_map(|group| programs.used(loaded, &group.roots)) {
        if programs.is_new(&program) && !args.terminal.quiet {
            say(&format!("running {program} on loopback, with copies of the configurations"));
        }
    }
    let progress = Progress::start(args.terminal.quiet, "running the proxies");
    let proof = live::run(loaded, configuration, &analysis, programs, plan, &groups, &progress)?;
    drop(progress);
    Ok(proof)
}

/// What would be loaded once `--fix` had written, and the files that it would change.
fn fixed(
    args: &ProveArgs,
    configuration: &Configuration,
    loaded: Loaded,
) -> Result<(Vec<String>, Loaded), Failure> {
    // As without flags: only variables hold, as for whoever types `wslint --fix`.
    let plain = Cli::try_parse_from(["wslint"]).map_err(|error| Failure::said(error.to_string()))?;
    let lint = LintArgs {
        paths: args.paths.clone(),
        unsafe_fixes: args.unsafe_fixes,
        config: args.config.clone(),
        terminal: args.terminal.clone(),
        ..plain.lint
    };
    let selection = Selection::new(&lint.select, &lint.ignore, configuration)?;
    let fixer = Fixer { args: &lint, configuration, selection: &selection };
    let (fixed, after) = fixer.fix_to(loaded, None)?;
    Ok((fixed.shown().map(str::to_owned).collect(), after))
}
