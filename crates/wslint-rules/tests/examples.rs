//! The examples of the rules are their tests: `bad` fires on the marked lines, `good` is clean under every rule.
//! `WSLINT_RULE=nginx/http10 cargo test -p wslint-rules --test examples` looks at one rule.

mod support;

use support::{Seen, lint_example, report, rules, shown, wanted};
use wslint_rules::{Example, Fate, Proof, Rule, Rules, Severity};

#[test]
fn examples_say_what_their_rules_say() {
    let rules = rules();
    let mut failures = Vec::new();
    for rule in rules.iter().filter(|rule| wanted(&rule.id)) {
        for (number, example) in (1..).zip(rule.examples()) {
            for failure in [bad(&rules, rule, example), good(&rules, rule, example)].into_iter().flatten() {
                failures.push(format!("rules/{}.yaml, example {number}, {failure}", rule.id));
            }
        }
    }
    report(&failures);
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
        Some(format!("bad: the rule should fire on lines {marked:?}, but fires on {lines:?}. {}", told()))
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
