//! Every help is tried: of each rule that makes an error or a warning and names something to type, some example's `good` is
//! its `bad` with the help applied. The lab shows that it works (`cargo test -p wslint-lab --test proofs`), as it does of
//! what a fix makes of a `bad`; rules with a fix are left to that.
//! `WSLINT_RULE=nginx/http10 cargo test -p wslint-rules --test helps` looks at one rule.

mod support;

use std::collections::HashMap;

use support::{report, rules, wanted};
use wslint_rules::trial::{lint, settings};
use wslint_rules::{Example, Rule, Rules, Severity};

#[test]
fn some_good_example_of_each_rule_is_the_bad_one_with_its_help() {
    let rules = rules();
    let mut failures = Vec::new();
    for rule in rules.iter().filter(|rule| wanted(&rule.id) && rule.fix.is_none()) {
        let tried: Vec<Result<(), String>> =
            rule.examples().iter().filter_map(|example| applied(&rules, rule, example)).collect();
        if !tried.iter().any(Result::is_ok) {
            let found = tried.into_iter().filter_map(Result::err);
            failures.extend(found.map(|why| format!("rules/{}.yaml: {why}", rule.id)));
        }
    }
    report(&failures);
}

/// Whether the `good` of an example is its `bad` with the help applied; none where no help names something to type.
fn applied(rules: &Rules, rule: &Rule, example: &Example) -> Option<Result<(), String>> {
    let (bad, good) = (example.bad.as_ref()?, example.good.as_ref()?);
    let (seen, _) = lint(rules, example.proxy, bad.as_bytes(), &settings(example));
    let said = seen.iter().find(|one| one.rule == rule.id && one.severity >= Severity::Warning)?;
    let typed = Typed::of(&said.help)?;
    let (bad, good) = (lines(bad), lines(good));
    let (taken, put) = (runs(&bad, &good), runs(&good, &bad));
    // Several lines that stand together are one edit, of which the help names the part that counts.
    let named = |run: &Vec<String>| run.iter().any(|line| typed.names(line));
    let takes_out = taken.iter().any(named);
    let unnamed = put.iter().find(|run| !named(run) && !takes_out);
    let unnamed = unnamed.or_else(|| taken.iter().find(|run| put.is_empty() && !named(run)));
    let moves = ["move", "above", "before"].iter().any(|word| said.help.contains(word));
    Some(match unnamed {
        None if taken.is_empty() && put.is_empty() && !moves => {
            Err("`good` differs in the order of lines only, of which the help says nothing".to_owned())
        }
        None => Ok(()),
        Some(run) => {
            let run = run.join("\n    ");
            Err(format!("the help does not name this edit\n    {run}\nhelp: {}", said.help))
        }
    })
}

/// What a help says to type: each piece of code as the texts that follow each other in it. `…`, and a word in capitals,
/// stand for anything.
struct Typed(Vec<Vec<String>>);

impl Typed {
    /// Reads the code of a help. Commands that look at a configuration, and their flags, change nothing of it.
    fn of(help: &str) -> Option<Self> {
        let is_command =
            |code: &&str| ["wslint ", "nginx ", "haproxy ", "--"].iter().any(|tool| code.starts_with(tool));
        let code = help.split('`').skip(1).step_by(2).filter(|code| !is_command(code));
        let typed: Vec<Vec<String>> = code.map(texts).collect();
        (!typed.is_empty()).then_some(Self(typed))
    }

    fn names(&self, line: &str) -> bool {
        self.0.iter().any(|texts| {
            let mut rest = line;
            texts.iter().all(|text| match rest.split_once(text.as_str()) {
                Some((_, behind)) => {
                    rest = behind;
                    true
                }
                None => false,
            })
        })
    }
}

fn texts(code: &str) -> Vec<String> {
    let is_any = |word: &&str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let marked: Vec<&str> =
        code.trim_end_matches(';').split(' ').map(|word| if is_any(&word) { "…" } else { word }).collect();
    marked.join(" ").split('…').map(|text| text.trim().to_owned()).collect()
}

/// The lines of a config that say something, without blanks around them and remarks.
fn lines(text: &str) -> Vec<String> {
    let said = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    said.filter(|line| !matches!(*line, "" | "}")).map(str::to_owned).collect()
}

/// The lines of one text that another one lacks, those together that stand together.
fn runs(text: &[String], other: &[String]) -> Vec<Vec<String>> {
    let mut spare: HashMap<&str, usize> = HashMap::new();
    for line in other {
        *spare.entry(line).or_default() += 1;
    }
    let mut runs: Vec<Vec<String>> = vec![Vec::new()];
    for line in text {
        match spare.get_mut(line.as_str()).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                runs.push(Vec::new());
            }
            None => runs.last_mut().expect("there is always one").push(line.clone()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}
