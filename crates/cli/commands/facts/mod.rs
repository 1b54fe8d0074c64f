//! `wslint facts [PATH…]`: every route with its facts and what they follow from.

mod document;
mod text;

use crate::analysis::Analysis;
use crate::args::{FactsArgs, ReportFormat};
use crate::config::Configuration;
use crate::exit::{Failure, Status, whoever_reads};
use crate::output::{Console, report_problems};
use crate::project::load;

/// Prints the facts of all routes; those of routes that carry no WebSocket traffic are not asked for.
pub(crate) fn run(args: &FactsArgs) -> Result<Status, Failure> {
    let mut console = Console::new(&args.terminal);
    let configuration = Configuration::new(&args.paths, &args.config)?;
    let loaded = load(&args.paths, &configuration);
    let (addresses, rules) = (&configuration.addresses, configuration.rules());
    let analysis = Analysis::new(&loaded.project, &loaded.settings, addresses, rules);
    let status = if loaded.has_errors() { Status::Failed } else { Status::Clean };
    whoever_reads(report_problems(&loaded, &args.terminal).map_err(Failure::from), status)?;
    let printed = match args.format {
        ReportFormat::Full => text::print(&loaded, &analysis, args.all, &mut console),
        ReportFormat::Json => document::print(&loaded, &analysis, &mut console),
    };
    whoever_reads(printed, status)
}
