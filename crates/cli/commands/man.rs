//! `wslint man`: the manual page.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::{Failure, Status};

/// Prints the page in roff.
pub(crate) fn run() -> Result<Status, Failure> {
    let mut page = Vec::new();
    Man::new(Cli::command()).render(&mut page)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&page)?;
    stdout.flush()?;
    Ok(Status::Clean)
}
