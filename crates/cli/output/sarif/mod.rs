//! `--format sarif`: SARIF 2.1.0 as code scanning reads it, on GitHub and elsewhere.
//!
//! GitHub looks at the first location of a result only, shows the help of its rule beside it, and takes 25,000 results
//! a run.

mod line_hash;
mod place;
mod result;
mod rules;

use std::io;

use serde_json::{Value, json};
use wslint_rules::Severity;

use self::place::Places;
use self::rules::Rules;
use super::entry::safe;
use super::{Console, Found, Printer, Run};
use crate::project::{Level, Place, Problem};

/// More results than this and GitHub refuses the file.
const MOST_RESULTS: usize = 25_000;

/// The format.
pub(super) struct Sarif;

impl Printer for Sarif {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        console.json(&document(run, console.quiet, MOST_RESULTS))
    }
}

fn document(run: &Run<'_>, quiet: bool, most: usize) -> Value {
    let wanted = run.findings.iter().filter(|found| !quiet || found.finding.severity >= run.threshold);
    let (findings, left_out) = worst(wanted.collect(), most);
    let rules = Rules::of(&findings);
    let mut places = Places::new(run.loaded);
    let results: Vec<Value> =
        findings.iter().map(|found| result::result(found, &rules, &mut places)).collect();
    let errors = run.loaded.problems.iter().filter(|problem| problem.level == Level::Error);
    let mut notifications: Vec<Value> = errors.map(|problem| notification(problem, &mut places)).collect();
    if left_out > 0 {
        let words = format!("{left_out} further findings are left out: code scanning takes {most} of a run");
        notifications.push(json!({ "level": "warning", "message": { "text": words } }));
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "wslint",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://wslint.github.io/wslint/",
                "rules": rules.describe(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": !run.loaded.has_errors(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
}

/// The worst findings, in the order of the files, and how many are left out.
fn worst(mut findings: Vec<&Found>, most: usize) -> (Vec<&Found>, usize) {
    let Some(left_out @ 1..) = findings.len().checked_sub(most) else { return (findings, 0) };
    let mut order: Vec<usize> = (0..findings.len()).collect();
    // A stable sort: of equally bad ones the first are kept.
    order.sort_by_key(|&at| std::cmp::Reverse(findings[at].finding.severity));
    order.truncate(most);
    order.sort_unstable();
    findings = order.into_iter().map(|at| findings[at]).collect();
    (findings, left_out)
}

/// An error for which not everything could be linted.
fn notification(problem: &Problem, places: &mut Places<'_>) -> Value {
    let location = match &problem.place {
        Place::Site(site) => places.location(*site),
        Place::Path(path) => places.file(path),
    };
    let text = match &problem.help {
        Some(help) => format!("{}\nhelp: {}", safe(&problem.message), safe(help)),
        None => safe(&problem.message),
    };
    json!({
        "descriptor": { "id": problem.code },
        "level": "error",
        "message": { "text": text },
        "locations": [location],
    })
}

/// The severity as SARIF has it.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
