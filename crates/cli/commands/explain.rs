//! `wslint explain RULE` and `wslint explain product/NAME`: the page of a rule or of a product, drawn where there are
//! colours, else in markdown as it is written.

use std::io::Write;

use wslint_model::Choice;
use wslint_model::traffic::Framework;
use wslint_rules::{Rule, Rules, builtin, nearest, page, product};

use crate::args::ExplainArgs;
use crate::config::Configuration;
use crate::escape::{escape, escape_lines};
use crate::exit::{Failure, Status};
use crate::output::{Console, drawn};
use crate::rule_word::unknown_rule;

/// Prints the page.
pub(crate) fn run(args: &ExplainArgs) -> Result<Status, Failure> {
    let page = match args.rule.strip_prefix("product/") {
        Some(name) => page_of_product(name)?,
        None => page_of_rule(args)?,
    };
    let mut console = Console::new(&args.terminal);
    let page = if console.color { drawn(&page, console.width) } else { page };
    console.write_all(page.as_bytes())?;
    console.flush()?;
    Ok(Status::Clean)
}

fn page_of_rule(args: &ExplainArgs) -> Result<String, Failure> {
    let word = args.rule.as_str();
    // Settings are asked only for what is not built in: those of the working directory may be broken.
    if let Some(rule) = called(builtin(), word) {
        return Ok(page::page(builtin(), rule));
    }
    let configuration = Configuration::here(&args.settings)?;
    let rules = configuration.rules();
    let rule = called(rules, word).ok_or_else(|| {
        let (message, hint) = unknown_rule(word, rules);
        Failure::said(escape(&message)).help(hint)
    })?;
    Ok(escape_lines(&page::page(rules, rule)))
}

/// The rule of an id, or of an id without what stands before its slash.
fn called<'r>(rules: &'r Rules, word: &str) -> Option<&'r Rule> {
    rules.get(word).or_else(|| rules.iter().find(|rule| rule.name() == word))
}

fn page_of_product(name: &str) -> Result<String, Failure> {
    let product = Framework::named(name).ok_or_else(|| {
        let hint = match nearest(name, Framework::WORDS.iter().map(|word| word.word)) {
            Some(near) => format!("did you mean `product/{near}`?"),
            None => "products/ holds a file for each".to_owned(),
        };
        Failure::said(escape(&format!("no product is called `{name}`"))).help(hint)
    })?;
    Ok(product::page(product))
}
