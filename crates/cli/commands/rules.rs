//! `wslint rules`: the list of all rules.

use std::io::Write;

use serde_json::{Value, json};
use wslint_rules::{Safety, builtin};

use crate::args::{ReportFormat, RulesArgs};
use crate::exit::{Failure, Status};
use crate::output::{Console, page};

/// Prints the list.
pub(crate) fn run(args: &RulesArgs) -> Result<Status, Failure> {
    let mut console = Console::new(&args.terminal);
    match args.format {
        ReportFormat::Full => table(&mut console)?,
        ReportFormat::Json => {
            let rules: Vec<Value> = builtin()
                .iter()
                .map(|rule| {
                    json!({
                        "id": rule.id,
                        "severity": rule.severity.to_string(),
                        "fix": rule.fix.map(|fix| fix.safety.to_string()),
                        "title": rule.title,
                        "url": page::url(rule),
                    })
                })
                .collect();
            console.json(&json!({ "version": 1, "rules": rules }))?;
        }
    }
    Ok(Status::Clean)
}

fn table(console: &mut Console) -> Result<(), Failure> {
    let widest = builtin().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in builtin().iter() {
        let fix = match rule.fix.map(|fix| fix.safety) {
            Some(Safety::Safe) => "fix",
            Some(Safety::Unsafe) => "fix!",
            None => "",
        };
        let blanks = " ".repeat(widest - rule.id.len());
        let id = console.linked(&rule.id, &page::url(rule));
        writeln!(console, "{id}{blanks}  {:7}  {fix:4}  {}", rule.severity, rule.title)?;
    }
    console.flush()?;
    Ok(())
}
