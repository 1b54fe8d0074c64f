//! `wslint man`: the manual pages.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::{Cli, ManArgs};
use crate::escape::escape;
use crate::exit::{Failure, Status};

/// Prints the page of the command or of a subcommand in roff.
pub(crate) fn run(args: &ManArgs) -> Result<Status, Failure> {
    // Subcommands learn here what they are called with the command in front.
    let mut command = Cli::command();
    command.build();
    if let Some(name) = &args.subcommand {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| Failure::said(format!("there is no subcommand `{}`", escape(name))))?;
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&page)?;
    stdout.flush()?;
    Ok(Status::Clean)
}
