//! What `--fix` writes: the fixed `bad` parses, its rule is content, nothing new is wrong, and fixing it once more
//! changes nothing. Whether it works on the real proxy is shown by the lab.

mod support;

use support::{fix, report, rules, wanted};
use wslint_model::Settings;
use wslint_rules::trial::{lint, settings, shown};
use wslint_rules::{Example, Rule, Rules, Severity};

#[test]
fn fixes_do_what_they_are_for() {
    let rules = rules();
    let mut failures = Vec::new();
    for rule in rules.iter().filter(|rule| rule.fix.is_some() && wanted(&rule.id)) {
        let bad: Vec<&Example> = rule.examples().iter().filter(|example| example.bad.is_some()).collect();
        let mut count = 0;
        for example in bad {
            let settings = settings(example);
            let text = example.bad.as_deref().unwrap_or_default();
            let Some(fixed) = fix(&rules, rule, example.proxy, text.as_bytes(), &settings) else { continue };
            count += 1;
            if let Some(failure) = check(&rules, rule, example, &fixed, &settings) {
                let fixed = String::from_utf8_lossy(&fixed);
                failures.push(format!("rules/{}.yaml: {failure}\nfixed:\n{fixed}", rule.id));
            }
        }
        if count == 0 {
            failures.push(format!("rules/{}.yaml: the recipe fixes none of the examples", rule.id));
        }
    }
    report(&failures);
}

fn check(rules: &Rules, rule: &Rule, example: &Example, fixed: &[u8], settings: &Settings) -> Option<String> {
    let text = example.bad.as_deref().unwrap_or_default().as_bytes();
    let (before, _) = lint(rules, example.proxy, text, settings);
    let (after, errors) = lint(rules, example.proxy, fixed, settings);
    if !errors.is_empty() {
        return Some(format!("the fixed text does not parse: {}", errors.join("; ")));
    }
    if after.iter().any(|one| one.rule == rule.id) {
        return Some(format!("the rule still fires:\n{}", shown(&after)));
    }
    let is_new = |id: &str| before.iter().all(|one| one.rule != id);
    let new: Vec<_> =
        after.into_iter().filter(|one| one.severity >= Severity::Warning && is_new(&one.rule)).collect();
    if !new.is_empty() {
        return Some(format!("the fix brings new findings:\n{}", shown(&new)));
    }
    fix(rules, rule, example.proxy, fixed, settings)
        .map(|_| "fixing it once more changes it again".to_owned())
}
