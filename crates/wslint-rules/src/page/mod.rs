//! The documentation page of a rule, and the list of all: what `wslint explain` prints and what docs/rules/ holds.

mod example;
mod line;
mod lists;

use crate::rule::{Rule, Safety, Severity};
use crate::rules::Rules;
use crate::trial;

use line::line;
pub use lists::{index, path, questions};

/// The page of one of these rules, in markdown. What it says is shown as it says it of the first example.
pub fn page(rules: &Rules, rule: &Rule) -> String {
    let mut out = format!("# {}\n\n{}.\n\n", rule.id, rule.title);
    head(&mut out, rule);
    let first = rule.examples().iter().find_map(|example| trial::said(rules, rule, example));
    if let Some(said) = first {
        let (message, help) = (quoted(&said.message), quoted(said.help.trim_end()));
        line(
            &mut out,
            format_args!("\nOf the first example below it says:\n\n> {message}\n>\n> help: {help}"),
        );
    }
    line(&mut out, format_args!("\n## Why\n\n{}\n", rule.why.trim_end()));
    line(&mut out, format_args!("## Examples\n"));
    let mut untitled = 0;
    for example in rule.examples() {
        untitled += usize::from(example.about.is_none());
        example::show(&mut out, rule, example, untitled);
    }
    if rule.trigger.is_some() {
        line(&mut out, format_args!("## Suppressing it\n\n{}", accepting(rule)));
    }
    if !rule.references.is_empty() {
        line(&mut out, format_args!("## References\n"));
        for reference in &rule.references {
            line(&mut out, format_args!("- <{reference}>"));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// How bad it is, and what fixes it.
fn head(out: &mut String, rule: &Rule) {
    let Some(trigger) = &rule.trigger else {
        return line(out, format_args!("A page to look up: wslint never speaks of it in a configuration."));
    };
    let general = match rule.severity {
        Severity::Error => "the traffic that the finding names fails",
        Severity::Warning => "it works at first, then drops or degrades",
        Severity::Info => "a note, which never touches the exit status",
    };
    // The lab runs what is built in only.
    let tried = rule.severity > Severity::Info && rule.file.is_none();
    let shown = example::fates(rule.examples()).filter(|_| tried);
    let meaning = shown.map_or(general.to_owned(), |shown| format!("in the lab {shown}"));
    line(out, format_args!("Severity: **{}** ({meaning}).", rule.severity));
    let mut others: Vec<Severity> = trigger.adjust.iter().map(|adjust| adjust.severity).collect();
    others.retain(|severity| *severity != rule.severity);
    others.sort();
    others.dedup();
    if !others.is_empty() {
        let others: Vec<_> = others.iter().map(|severity| format!("**{severity}**")).collect();
        line(out, format_args!("Under further conditions: {}.", others.join(", ")));
    }
    match rule.fix.map(|fix| fix.safety) {
        Some(Safety::Safe) => line(out, format_args!("Fix: `wslint --fix` fixes it.")),
        Some(Safety::Unsafe) => line(
            out,
            format_args!(
                "Fix: `wslint --fix --unsafe-fixes` fixes it, which may change what else uses the route."
            ),
        ),
        None => {}
    }
    if let Some(file) = &rule.file {
        line(out, format_args!("It is not built in: it stands in `{file}`."));
    }
}

/// How people accept what the rule finds, in one place and everywhere.
fn accepting(rule: &Rule) -> String {
    let id = &rule.id;
    format!(
        "One line, with the reason behind it:\n\n```text\n# wslint: ignore[{id}] why this is fine here\n```\n\n\
         Everywhere, in `wslint.yaml`:\n\n```yaml\nrules:\n  {id}: off\n```\n"
    )
}

fn quoted(text: &str) -> String {
    text.replace('\n', "\n> ")
}
