//! `wslint trace URL [PATH…]`: follows one request through the configuration.

mod document;
mod follow;
mod html;
mod leg;
#[cfg(not(target_os = "wasi"))]
mod markdown;
mod story;
mod traced;
mod words;

use wslint_rules::Verdict;

pub(super) use self::follow::follow;
#[cfg(not(target_os = "wasi"))]
pub(super) use self::markdown::markdown;
#[cfg(feature = "live")]
pub(super) use self::traced::Traced;
#[cfg(feature = "live")]
pub(super) use self::words::clause;
use crate::args::{TraceArgs, TraceFormat};
use crate::config::Configuration;
use crate::exit::{Failure, Status, whoever_reads};
use crate::output::{Console, SMALL, report_problems};
use crate::project::load;
use crate::target;

/// Follows the request. The exit status is 0 if it works, 1 if it fails or breaks, and 2 if that is not known.
pub(crate) fn run(args: &TraceArgs) -> Result<Status, Failure> {
    let request = target::traced(args)?;
    let mut console = Console::new(&args.terminal);
    let mut configuration = Configuration::new(&args.paths, &args.config)?;
    configuration.complete = true;
    let loaded = load(&args.paths, &configuration);
    whoever_reads(report_problems(&loaded, &args.terminal).map_err(Failure::from), Status::Clean)?;
    let Some(traced) = follow(&loaded, &configuration, &request, &args.url)? else {
        return Ok(Status::Failed);
    };
    let status = match traced.verdict {
        _ if loaded.has_errors() => Status::Failed,
        Verdict::Works => Status::Clean,
        Verdict::Breaks | Verdict::Fails => Status::Findings,
        Verdict::Unknown => Status::Failed,
    };
    let printed = match args.format {
        TraceFormat::Full => story::print(&traced, &mut console),
        TraceFormat::Html if SMALL => return Err(Failure::left_out("HTML")),
        TraceFormat::Html => html::print(&traced, &mut console),
        TraceFormat::Json => console.json(&document::document(&traced)),
    };
    whoever_reads(printed.map_err(Failure::from), status)
}
