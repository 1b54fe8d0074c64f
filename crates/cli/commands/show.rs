//! `--show-config`, `--show-files` and `--list-inputs`: what a run would go by, what it would lint, and what it has read.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use crate::args::{LintArgs, TerminalOptions};
use crate::config::{Configuration, from_here, shown};
use crate::escape::{escape, shown_path};
use crate::exit::{Failure, Status, whoever_reads};
use crate::files::noted_inputs;
use crate::output::{Console, report_problems};
use crate::project::{Loaded, NOWHERE, strip_here};

/// Prints the settings.
pub(super) fn config(configuration: &Configuration, args: &LintArgs) -> Result<Status, Failure> {
    let mut console = Console::new(&args.terminal);
    console.write_all(shown(configuration, &args.config).as_bytes())?;
    console.flush()?;
    Ok(Status::Clean)
}

/// Prints the files that hold configuration which would be linted, by path. If part of the job cannot be done, the exit
/// status is 2.
pub(super) fn files(loaded: &Loaded, terminal: &TerminalOptions) -> Result<Status, Failure> {
    let project = &loaded.project;
    let of_proxies = project.roots.iter().flat_map(|root| root.files());
    let reported = of_proxies.filter(|file| match &loaded.narrowed {
        None => true,
        Some(told) => told.contains(file),
    });
    let written = reported.map(|file| project.file(file).host.as_ref().map_or(file, |host| host.file));
    let paths = written.map(|file| loaded.paths[file.0 as usize].as_path());
    let paths: BTreeSet<&Path> = paths.filter(|path| *path != Path::new(NOWHERE)).map(strip_here).collect();
    list(paths.into_iter(), loaded, terminal)
}

/// Prints the files that were opened, by path: configurations and what they name, settings, rules, ignore files, and what
/// tells of the deployment.
pub(super) fn inputs(loaded: &Loaded, terminal: &TerminalOptions) -> Result<Status, Failure> {
    let inputs = noted_inputs();
    let paths: BTreeSet<_> = inputs.iter().map(|path| from_here(path)).collect();
    list(paths.iter().map(AsRef::as_ref), loaded, terminal)
}

fn list<'p>(
    paths: impl Iterator<Item = &'p Path>,
    loaded: &Loaded,
    terminal: &TerminalOptions,
) -> Result<Status, Failure> {
    whoever_reads(report_problems(loaded, terminal).map_err(Failure::from), Status::Clean)?;
    let mut console = Console::new(terminal);
    for path in paths {
        writeln!(console, "{}", escape(&shown_path(path)))?;
    }
    console.flush()?;
    Ok(if loaded.has_errors() { Status::Failed } else { Status::Clean })
}
