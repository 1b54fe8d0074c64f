//! `wslint rules`: the list of all rules, and the trial of people's own.

use std::io::Write;

use serde_json::{Value, json};
use wslint_rules::{Rule, Rules, Safety, trial};

use crate::args::{ReportFormat, RulesArgs};
use crate::config::Configuration;
use crate::escape::{escape, escape_lines};
use crate::exit::{Failure, Status};
use crate::output::{Console, count, page, say};

/// Prints the list, or tries the examples.
pub(crate) fn run(args: &RulesArgs) -> Result<Status, Failure> {
    let configuration = Configuration::here(&args.settings)?;
    let rules = configuration.rules();
    let mut console = Console::new(&args.terminal);
    if args.test {
        return test(rules, &mut console);
    }
    match args.format {
        ReportFormat::Full => table(rules, &mut console)?,
        ReportFormat::Json => {
            let rules: Vec<Value> = rules.iter().map(described).collect();
            console.json(&json!({ "version": 1, "rules": rules }))?;
        }
    }
    Ok(Status::Clean)
}

fn described(rule: &Rule) -> Value {
    let mut described = json!({
        "id": rule.id,
        "severity": rule.severity.to_string(),
        "fix": rule.fix.map(|fix| fix.safety.to_string()),
        "title": rule.title,
        "url": page::url(rule),
    });
    if let Some(file) = &rule.file {
        described["file"] = json!(file);
    }
    described
}

fn table(rules: &Rules, console: &mut Console) -> Result<(), Failure> {
    let widest = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules.iter() {
        let fix = match rule.fix.map(|fix| fix.safety) {
            Some(Safety::Safe) => "fix",
            Some(Safety::Unsafe) => "fix!",
            None => "",
        };
        let blanks = " ".repeat(widest - rule.id.len());
        let id = console.linked(&rule.id, page::url(rule).as_deref());
        writeln!(console, "{id}{blanks}  {:7}  {fix:4}  {}", rule.severity, escape(&rule.title))?;
    }
    console.flush()?;
    Ok(())
}

/// Tries the examples of the rules that are not built in. The exit status is 1 if one says what its rule does not.
fn test(rules: &Rules, console: &mut Console) -> Result<Status, Failure> {
    let own: Vec<(&Rule, &str)> =
        rules.iter().filter_map(|rule| Some((rule, rule.file.as_deref()?))).collect();
    if own.is_empty() {
        return Err(Failure::said("there is no rule to try but the built-in ones")
            .help("name the folder of yours: --rules DIR, or `rules_dir: DIR` in wslint.yaml"));
    }
    let mut examples = 0;
    let mut failed = 0;
    for (rule, file) in &own {
        for (number, example) in (1..).zip(rule.examples()) {
            examples += 1;
            let failures = trial::failures(rules, rule, example);
            failed += usize::from(!failures.is_empty());
            for failure in failures {
                writeln!(console, "{}, example {number}, {}\n", escape(file), escape_lines(&failure))?;
            }
        }
    }
    console.flush()?;
    let (examples, of) = (count(examples, "example"), count(own.len(), "rule"));
    match failed {
        0 => say(&format!("All {examples} of {of} say what they should.")),
        _ => say(&format!("{failed} of {examples} of {of} do not say what they should.")),
    }
    Ok(if failed == 0 { Status::Clean } else { Status::Findings })
}
