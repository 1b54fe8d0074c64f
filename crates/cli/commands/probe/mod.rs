//! `wslint probe URL [PATH…]`: asks a running service, and holds what it sees against its configuration.

mod against;
mod document;
mod markdown;
mod mask;
mod plan;
mod text;

use std::path::Path;

use wslint_model::Request;
use wslint_probe::{Grade, Plan, Seen, Step, Verdict, probe, tell};

use self::document::Document;
use self::mask::Mask;
use super::trace::follow;
use crate::args::{ProbeArgs, ProbeFormat};
use crate::config::Configuration;
use crate::exit::{Failure, Status, whoever_reads};
use crate::output::{self, Console, Progress, report_problems};
use crate::project::load;
use crate::target::{self, Target};

/// Asks the service. The exit status is 0 if all works, 1 if something does not or is not as the configuration says, and 2
/// if the service could not be reached or wants credentials.
pub(crate) fn run(args: &ProbeArgs) -> Result<Status, Failure> {
    let target = target::target(&args.url)?;
    let plan = plan::plan(args, &target)?;
    let listen = target::listen(args.listen.as_deref())?;
    if let Some(missing) = args.paths.iter().find(|path| !is_stdin(path) && path.symlink_metadata().is_err())
    {
        return Err(Failure::at(missing, "no such file or directory"));
    }
    let seen = {
        let progress = Progress::start(args.terminal.quiet, "probing");
        probe(&plan, &|words| progress.step(words)).map_err(Failure::Output)?
    };
    let mask = Mask::new(args);
    let mut report = tell(&plan, &seen);
    let mut unread = false;
    if !args.paths.is_empty() {
        match configuration(args, &plan, target, listen, &seen) {
            Ok((steps, failed)) => {
                report.steps.extend(steps);
                unread = failed;
            }
            // What was measured took its time and is told all the same.
            Err(failure) => {
                output::tell(&failure);
                unread = true;
            }
        }
    }
    mask.report(&mut report);
    let faulty = report.steps.iter().any(|step| step.result != Grade::Ok);
    let status = match report.verdict {
        Verdict::Unknown => Status::Failed,
        _ if unread => Status::Failed,
        _ if faulty => Status::Findings,
        _ => Status::Clean,
    };
    let document =
        Document { version: 1, url: mask.url(&args.url), steps: report.steps, verdict: report.verdict };
    let mut console = Console::new(&args.terminal);
    let printed = match args.format {
        ProbeFormat::Full => text::print(&document, &mut console),
        ProbeFormat::Json => console.json(&document),
        ProbeFormat::Markdown => markdown::print(&document, &mut console),
    };
    whoever_reads(printed.map_err(Failure::from), status)
}

/// Whether a path stands for standard input.
fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Reads the configuration, now that everything has been measured, and says what it has to say of it; and whether a part
/// of it could not be read.
fn configuration(
    args: &ProbeArgs,
    plan: &Plan,
    target: Target,
    listen: Option<String>,
    seen: &Seen,
) -> Result<(Vec<Step>, bool), Failure> {
    let mut configuration = Configuration::new(&args.paths, &args.config)?;
    configuration.complete = true;
    let loaded = load(&args.paths, &configuration);
    whoever_reads(report_problems(&loaded, &args.terminal).map_err(Failure::from), Status::Clean)?;
    if !against::is_measured(seen) {
        return Ok((Vec::new(), loaded.has_errors()));
    }
    let handshake = request(args, plan, target, listen, seen.engine.is_some());
    let mut steps = Vec::new();
    let Some(traced) = follow(&loaded, &configuration, &handshake, &args.url)? else {
        return Err(Failure::said(
            "the paths hold no configuration that could be held against what was seen",
        )
        .help("name the folder or the main file: nginx.conf, haproxy.cfg"));
    };
    steps.extend(against::steps(&traced, seen));
    let poll = against::poll(&handshake);
    let polled = match seen.engine {
        Some(_) => follow(&loaded, &configuration, &poll, &args.url)?,
        None => None,
    };
    steps.extend(against::findings([Some(&traced), polled.as_ref()].into_iter().flatten()));
    Ok((steps, loaded.has_errors()))
}

/// The handshake that was made, as a request to be followed.
fn request(args: &ProbeArgs, plan: &Plan, target: Target, listen: Option<String>, engine: bool) -> Request {
    let mut target = plan::of_handshake(target);
    if engine && !target.path.contains("transport=") {
        let separator = if target.path.contains('?') { '&' } else { '?' };
        target.path = format!("{}{separator}EIO=4&transport=websocket", target.path);
    }
    let mut request = target::request(target, &args.header);
    if let Some(origin) = &plan.origin {
        request.set_header("Origin", origin);
    }
    request.listen = listen;
    request.source = args.config.source;
    request
}
