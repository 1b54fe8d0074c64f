//! `wslint completions SHELL`: the script that completes the command line, ids of rules and products included.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, CommandFactory};
use wslint_model::Choice;
use wslint_model::traffic::Framework;

use crate::args::{Cli, CompletionsArgs};
use crate::config::Configuration;
use crate::exit::{Failure, Status};

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Status, Failure> {
    let configuration = Configuration::here(&args.settings)?;
    let rules: Vec<String> = configuration.rules().iter().map(|rule| rule.id.clone()).collect();
    let products = Framework::WORDS.iter().map(|word| format!("product/{}", word.word));
    let pages: Vec<String> = rules.iter().cloned().chain(products).collect();
    // Prefixes and globs stand for rules as well, so that the flags themselves take any word.
    let of_rules = |flag: Arg| flag.value_parser(PossibleValuesParser::new(rules.clone()));
    let of_pages = |flag: Arg| flag.value_parser(PossibleValuesParser::new(pages.clone()));
    let mut command = Cli::command()
        .mut_arg("select", of_rules)
        .mut_arg("ignore", of_rules)
        .mut_subcommand("explain", |explain| explain.mut_arg("rule", of_pages));
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "wslint", &mut script);
    let mut stdout = io::stdout().lock();
    stdout.write_all(&script)?;
    stdout.flush()?;
    Ok(Status::Clean)
}
