//! `wslint completions SHELL`: the script that completes the command line.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::generate;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::{Failure, Status};

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Status, Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "wslint", &mut script);
    let mut stdout = io::stdout().lock();
    stdout.write_all(&script)?;
    stdout.flush()?;
    Ok(Status::Clean)
}
