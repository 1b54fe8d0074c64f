//! `wslint explain RULE` and `wslint explain product/NAME`: the page of a rule or of a product, drawn where there are
//! colours, else in markdown as it is written.

use std::io::Write;

use wslint_model::Choice;
use wslint_model::traffic::Framework;
use wslint_rules::{builtin, nearest, page, product};

use crate::args::ExplainArgs;
use crate::escape::escape;
use crate::exit::{Failure, Status};
use crate::output::{Console, drawn};
use crate::rule_word::unknown_rule;

/// Prints the page.
pub(crate) fn run(args: &ExplainArgs) -> Result<Status, Failure> {
    let page = match args.rule.strip_prefix("product/") {
        Some(name) => page_of_product(name)?,
        None => page_of_rule(&args.rule)?,
    };
    let mut console = Console::new(&args.terminal);
    let page = if console.color { drawn(&page, console.width) } else { page };
    console.write_all(page.as_bytes())?;
    console.flush()?;
    Ok(Status::Clean)
}

fn page_of_rule(word: &str) -> Result<String, Failure> {
    let rule = builtin().get(word).or_else(|| builtin().iter().find(|rule| rule.name() == word));
    let rule = rule.ok_or_else(|| {
        let (message, hint) = unknown_rule(word);
        Failure::said(escape(&message)).help(hint)
    })?;
    Ok(page::page(rule))
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
