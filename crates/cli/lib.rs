//! The command `wslint`: arguments, discovery, project loading, output formats, exit status. It is a library so that more
//! than the program can run it: the fuzzers do.
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make the files that they are about"))]
#![cfg_attr(target_os = "wasi", allow(dead_code, unused_imports, reason = "it has few commands and formats"))]

mod accept;
mod add_ignore;
mod analysis;
mod args;
mod commands;
#[cfg(not(target_os = "wasi"))]
mod compare;
mod config;
mod escape;
mod exit;
mod files;
mod fingerprint;
mod fix;
#[cfg(not(target_os = "wasi"))]
mod git;
mod look;
mod output;
mod path_bytes;
mod project;
mod rule_word;
mod secret;
mod select;
#[cfg(not(target_os = "wasi"))]
mod server;
mod slips;
mod taken;
mod target;
mod write;

use std::ffi::OsString;

use clap::Parser;

use crate::exit::{Failure, Status};
use crate::output::tell;

/// Runs the command with these arguments, of which the first is the name of the program, and returns its exit status:
/// 0 for nothing at or above the threshold, 1 for findings, 2 for a job that could not be done.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    #[cfg(all(feature = "live", unix))]
    if let Some(status) = commands::guard(&arguments) {
        return status;
    }
    let cli = match args::Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(told) => {
            let told = args::with_variable(told, &arguments);
            // Help, the version, or what is wrong with the arguments. Nobody is left to tell if it cannot be printed.
            let _ = told.print();
            return told.exit_code().try_into().unwrap_or(Status::Failed as u8);
        }
    };
    let status = match commands::run(&cli) {
        Ok(status) => status,
        // `wslint | head -1` got what it wanted.
        Err(Failure::Closed) => Status::Clean,
        Err(failure) => {
            tell(&failure);
            Status::Failed
        }
    };
    status as u8
}
