//! Tries examples: what rules say of the text of one, and whether that is what its rule claims. The tests of the
//! repository ask it of every rule, `wslint rules --test` of somebody's own, and pages quote what is said.

mod manifests;
mod project;
mod seen;

use wslint_model::{Proxy, Settings};

use crate::example::{Example, Fate, Proof};
use crate::rule::{Rule, Severity};
use crate::rules::Rules;
use crate::scope::Scope;

pub use manifests::compiled;
pub use project::{Fix, deployed, project, settings, with_network, with_routes};
use seen::seen;
pub use seen::{Seen, shown};

/// What all rules say about a config text, and what its reader complained about.
pub fn lint(rules: &Rules, proxy: Proxy, text: &[u8], settings: &Settings) -> (Vec<Seen>, Vec<String>) {
    let (project, errors) = project(proxy, text, settings);
    let findings = with_routes(&project, settings, |routes, _| {
        let findings = rules.check(routes, settings, |_| true);
        findings.into_iter().map(|finding| seen(&project, finding)).collect()
    });
    (findings, errors)
}

/// What all rules say about the text of an example of a rule, and what its reader complained about.
pub fn lint_example(rules: &Rules, rule: &Rule, example: &Example, text: &[u8]) -> (Vec<Seen>, Vec<String>) {
    match rule.scope {
        Scope::Kubernetes => manifests::lint(rules, text, &settings(example)),
        Scope::Any | Scope::Embed | Scope::Proxy(_) => lint(rules, example.proxy, text, &settings(example)),
    }
}

/// What a rule says of `bad` of an example: what a reader of its page should see.
pub fn said(rules: &Rules, rule: &Rule, example: &Example) -> Option<Seen> {
    let (seen, _) = lint_example(rules, rule, example, example.bad.as_ref()?.as_bytes());
    seen.into_iter().find(|one| one.rule == rule.id)
}

/// What is wrong with an example: `bad` must have the finding on its marked lines, and in `good` neither its rule nor
/// any other may find anything above a note.
pub fn failures(rules: &Rules, rule: &Rule, example: &Example) -> Vec<String> {
    [bad(rules, rule, example), good(rules, rule, example)].into_iter().flatten().collect()
}

fn bad(rules: &Rules, rule: &Rule, example: &Example) -> Option<String> {
    let text = example.bad.as_ref()?;
    let (seen, errors) = lint_example(rules, rule, example, text.as_bytes());
    let may_be_broken = matches!(&example.proof, Proof::Run(run) if run.bad == Fate::Rejected);
    if !errors.is_empty() && !may_be_broken {
        return Some(format!("bad: it does not parse: {}", errors.join("; ")));
    }
    let mut lines: Vec<u32> = seen.iter().filter(|one| one.rule == rule.id).map(|one| one.line).collect();
    lines.dedup();
    let marked = example.marked_lines();
    let told = || format!("All findings:\n{}", shown(&seen));
    if marked.is_empty() && lines.is_empty() {
        Some(format!("bad: the rule does not fire. {}", told()))
    } else if !marked.is_empty() && lines != marked {
        Some(format!("bad: the rule should fire on {}, but fires on {}. {}", at(&marked), at(&lines), told()))
    } else {
        None
    }
}

fn good(rules: &Rules, rule: &Rule, example: &Example) -> Option<String> {
    let text = example.good.as_ref()?;
    let (seen, errors) = lint_example(rules, rule, example, text.as_bytes());
    if !errors.is_empty() {
        return Some(format!("good: it does not parse: {}", errors.join("; ")));
    }
    let is_false_alarm = |one: &Seen| one.rule == rule.id || one.severity >= Severity::Warning;
    let alarms: Vec<Seen> = seen.into_iter().filter(is_false_alarm).collect();
    (!alarms.is_empty()).then(|| format!("good: it should be clean, but has\n{}", shown(&alarms)))
}

/// Lines by their numbers.
fn at(lines: &[u32]) -> String {
    let numbers: Vec<String> = lines.iter().map(u32::to_string).collect();
    match numbers.as_slice() {
        [] => "none".to_owned(),
        [one] => format!("line {one}"),
        _ => format!("lines {}", numbers.join(", ")),
    }
}
