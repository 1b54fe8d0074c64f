//! The command `wslint`: arguments, discovery, project loading, output formats, exit status.
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make the files that they are about"))]

mod accept;
mod analysis;
mod args;
mod chain;
mod commands;
mod config;
mod escape;
mod exit;
mod files;
mod fingerprint;
mod fix;
mod look;
mod output;
mod project;
mod rule_word;
mod select;
mod target;
mod write;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::{Failure, Status};
use crate::output::tell;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let status = match commands::run(&cli) {
        Ok(status) => status,
        // `wslint | head -1` got what it wanted.
        Err(Failure::Closed) => Status::Clean,
        Err(failure) => {
            tell(&failure);
            Status::Failed
        }
    };
    status.into()
}
