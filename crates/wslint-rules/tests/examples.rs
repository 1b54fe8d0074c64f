//! The examples of the rules are their tests: `bad` fires on the marked lines, `good` is clean under every rule.
//! `WSLINT_RULE=nginx/http10 cargo test -p wslint-rules --test examples` looks at one rule.

mod support;

use support::{report, rules, wanted};
use wslint_rules::trial;

#[test]
fn examples_say_what_their_rules_say() {
    let rules = rules();
    let mut failures = Vec::new();
    for rule in rules.iter().filter(|rule| wanted(&rule.id)) {
        for (number, example) in (1..).zip(rule.examples()) {
            for failure in trial::failures(&rules, rule, example) {
                failures.push(format!("rules/{}.yaml, example {number}, {failure}", rule.id));
            }
        }
    }
    report(&failures);
}
