//! What each subcommand does: loads, asks the models and the rules, and prints.

#[cfg(not(target_os = "wasi"))]
mod compare;
#[cfg(not(target_os = "wasi"))]
mod completions;
#[cfg(not(target_os = "wasi"))]
mod explain;
#[cfg(not(target_os = "wasi"))]
mod facts;
#[cfg(not(target_os = "wasi"))]
mod init;
mod lint;
#[cfg(not(target_os = "wasi"))]
mod man;
mod outlet;
#[cfg(feature = "live")]
mod probe;
#[cfg(all(feature = "live", unix))]
mod prove;
#[cfg(not(target_os = "wasi"))]
mod rules;
#[cfg(not(target_os = "wasi"))]
mod server;
mod show;
#[cfg(not(target_os = "wasi"))]
mod syntax;
mod trace;

use clap::CommandFactory;
use wslint_rules::nearest;

use crate::args::{Cli, Command, LintArgs};
use crate::exit::{Failure, Status};

#[cfg(all(feature = "live", unix))]
pub(crate) use prove::guard;

/// Does what the command line asks for.
pub(crate) fn run(cli: &Cli) -> Result<Status, Failure> {
    match &cli.command {
        None => match mistyped(&cli.lint) {
            Some(failure) => Err(failure),
            None => lint::run(&cli.lint),
        },
        Some(Command::Check(args)) => lint::run(args),
        Some(Command::Trace(args)) => trace::run(args),
        #[cfg(all(feature = "live", unix))]
        Some(Command::Prove(args)) => prove::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Compare(args)) => compare::run(args),
        #[cfg(feature = "live")]
        Some(Command::Probe(args)) => probe::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Facts(args)) => facts::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Syntax(args)) => syntax::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Server(args)) => server::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Rules(args)) => rules::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Explain(args)) => explain::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Init(args)) => init::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Completions(args)) => completions::run(args),
        #[cfg(not(target_os = "wasi"))]
        Some(Command::Man(args)) => man::run(args),
    }
}

/// What is wrong if the first path is none and looks like the name of a subcommand.
fn mistyped(args: &LintArgs) -> Option<Failure> {
    let first = args.paths.first().filter(|path| path.symlink_metadata().is_err())?;
    let command = Cli::command();
    let near = nearest(first.to_str()?, command.get_subcommands().map(clap::Command::get_name))?;
    Some(Failure::at(first, "no such file or directory").help(format!("did you mean `wslint {near}`?")))
}
