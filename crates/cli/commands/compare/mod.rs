//! `wslint compare OLD [NEW]`: what a change does to WebSocket traffic.

mod compared;
mod document;
mod full;
mod github;
mod html;
mod markdown;
mod words;

use std::path::Path;

use wslint_model::Endpoint;

use self::compared::Compared;
use crate::args::{CompareArgs, CompareFormat, FailOn, TerminalOptions};
use crate::compare::{Direction, Read, Room, Side, Sources, compare};
use crate::config::Configuration;
use crate::escape::escape;
use crate::exit::{Failure, Status, whoever_reads};
use crate::git::{Missing, Repository};
use crate::output::{Console, Progress, report_problems, say};
use crate::project::{Level, strip_here};
use crate::select::Selection;

/// Compares. The exit status is 1 if something gets worse, as far as `--fail-on` wants to know, and 2 if a tree cannot be
/// read as a whole.
pub(crate) fn run(args: &CompareArgs) -> Result<Status, Failure> {
    let repository = Repository::around(Path::new("."));
    let sources = Sources::of(&args.old, args.new.as_deref(), repository.as_ref())?;
    if !args.terminal.quiet {
        sources.notes.iter().for_each(|note| say(&format!("note: {note}")));
    }
    let progress = Progress::start(args.terminal.quiet, "reading both trees");
    let mut room = Room::default();
    let mut side = |source, call| Side::new(source, call, repository.as_ref(), &mut room, &args.config);
    let (old_side, new_side) = (side(&sources.old, "old")?, side(&sources.new, "new")?);
    let configurations = [old_side.configuration()?, new_side.configuration()?];
    // What one tree's settings declare is asked of both: it is traffic, whoever wrote it down.
    let endpoints = joined(&configurations);
    let [old, new] = configurations;
    let old = old_side.read(old, &endpoints)?;
    room.check()?;
    let new = new_side.read(new, &endpoints)?;
    // All that was laid out is read.
    drop(room);
    let is_empty =
        |read: &Read| read.loaded.project.roots.is_empty() && read.loaded.project.objects.is_empty();
    if is_empty(&old) && is_empty(&new) {
        return Err(Failure::said("neither of the two trees holds an nginx or HAProxy configuration")
            .help("name folders that hold one, or `REVISION:FOLDER`"));
    }
    progress.step("comparing the routes");
    let selection = Selection::new(&[], &[], &new.configuration)?;
    let comparison = compare(&old, &new, &selection, args.format == CompareFormat::Html);
    drop(progress);
    let mut failed = false;
    for (side, read) in [(&old_side, &old), (&new_side, &new)] {
        failed |= report(side, read, &args.terminal)?;
    }
    for (side, read, other) in [(&old_side, &old, &new), (&new_side, &new, &old)] {
        failed |= report_missing(side, read, other);
    }
    let status = match args.fail_on {
        _ if failed => Status::Failed,
        FailOn::Worse if comparison.count(Direction::Worse) > 0 => Status::Findings,
        FailOn::Change if !comparison.changes.is_empty() => Status::Findings,
        FailOn::Worse | FailOn::Change | FailOn::Never => Status::Clean,
    };
    let compared = Compared { old: &old_side.name, new: &new_side.name, comparison: &comparison };
    let mut console = Console::new(&args.terminal);
    let printed = match args.format {
        CompareFormat::Full => full::print(&compared, &mut console),
        CompareFormat::Json => console.json(&document::document(&compared)),
        CompareFormat::Markdown => markdown::print(&compared, &mut console),
        CompareFormat::Html => html::print(&compared, &mut console),
        CompareFormat::Github => github::print(&compared, &mut console),
    };
    whoever_reads(printed.map_err(Failure::from), status)
}

/// The endpoints that the settings of either tree declare.
fn joined(configurations: &[Configuration; 2]) -> Vec<Endpoint> {
    let [old, new] = configurations;
    let mut endpoints = new.settings.endpoints.clone();
    for endpoint in &old.settings.endpoints {
        if endpoints.iter().all(|other| (&other.path, &other.host) != (&endpoint.path, &endpoint.host)) {
            endpoints.push(endpoint.clone());
        }
    }
    endpoints
}

/// Says what of a tree could not be read. That it holds no configuration is no failure: the other one does.
fn report(side: &Side, read: &Read, options: &TerminalOptions) -> Result<bool, Failure> {
    let failures = || read.loaded.problems.iter().filter(|problem| problem.level == Level::Error);
    if failures().all(|problem| problem.code == "no-configuration") {
        if !side.is_there && !options.quiet {
            say(&format!(
                "note: {}: there is no such folder, so that all routes are new",
                escape(&side.name)
            ));
        }
        return Ok(false);
    }
    say(&format!("error: {}: not all of it can be read", escape(&side.name)));
    whoever_reads(report_problems(&read.loaded, options).map_err(Failure::from), Status::Failed)?;
    Ok(true)
}

/// Says what a revision does not hold of what is compared: files that were to be read, and folders of which the other tree
/// has configurations.
fn report_missing(side: &Side, read: &Read, other: &Read) -> bool {
    let holds = |read: &Read, missing: &Missing| {
        read.loaded.paths.iter().any(|path| strip_here(path).starts_with(missing.path()))
    };
    let counts = |missing: &&Missing| match missing {
        Missing::Submodule(_) => holds(other, missing),
        Missing::Lfs(_) | Missing::Encrypted(_) => holds(read, missing),
    };
    let mut any = false;
    for missing in side.missing.iter().filter(counts) {
        let (what, help) = missing.words();
        let path = crate::escape::shown_path(missing.path());
        say(&format!("error: {}: {} {what}", escape(&side.name), escape(&path)));
        say(&format!("  help: {help}"));
        any = true;
    }
    any
}
