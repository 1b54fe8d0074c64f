//! What each subcommand does: loads, asks the models and the rules, and prints.

mod completions;
mod explain;
mod facts;
mod init;
mod lint;
mod man;
mod outlet;
mod rules;
mod syntax;
mod trace;

use crate::args::{Cli, Command};
use crate::exit::{Failure, Status};

/// Does what the command line asks for.
pub(crate) fn run(cli: &Cli) -> Result<Status, Failure> {
    match &cli.command {
        None => lint::run(&cli.lint),
        Some(Command::Trace(args)) => trace::run(args),
        Some(Command::Facts(args)) => facts::run(args),
        Some(Command::Syntax(args)) => syntax::run(args),
        Some(Command::Rules(args)) => rules::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Init(args)) => init::run(args),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Man) => man::run(),
    }
}
