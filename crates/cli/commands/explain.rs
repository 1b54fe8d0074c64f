//! `wslint explain RULE`: the page of one rule, drawn where there are colours, else in markdown as it is written.

use std::io::Write;

use wslint_rules::{builtin, page};

use crate::args::ExplainArgs;
use crate::escape::escape;
use crate::exit::{Failure, Status};
use crate::output::{Console, drawn};
use crate::rule_word::unknown_rule;

/// Prints the page.
pub(crate) fn run(args: &ExplainArgs) -> Result<Status, Failure> {
    let rule = builtin().get(&args.rule).or_else(|| builtin().iter().find(|rule| rule.name() == args.rule));
    let rule = rule.ok_or_else(|| {
        let (message, hint) = unknown_rule(&args.rule);
        Failure::said(escape(&message)).help(hint)
    })?;
    let mut console = Console::new(&args.terminal);
    let page = page::page(rule);
    let page = if console.color { drawn(&page, console.width) } else { page };
    console.write_all(page.as_bytes())?;
    console.flush()?;
    Ok(Status::Clean)
}
