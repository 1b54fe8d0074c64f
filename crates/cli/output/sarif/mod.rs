//! `--format sarif`: SARIF 2.1.0 as code scanning reads it, on GitHub and elsewhere.
//!
//! GitHub looks at the first location of a result only, shows the help of its rule beside it, and takes 25,000 results
//! a run.

mod level;
mod line_hash;
mod place;
mod result;
mod rules;
mod schema;

use std::io;

use wslint_rules::Severity;

use self::place::Places;
use self::rules::Speaking;
use self::schema::{
    Invocation, Log, Message, Notification, ReportingDescriptorReference, Tool, ToolComponent,
};
use super::console::Console;
use super::entry::clause;
use super::run::{Found, Printer, Run};
use super::sequence::Sequence;
use crate::escape::escape_lines;
use crate::project::{Level, Place, Problem};

/// More results than this and GitHub refuses the file.
const MOST_RESULTS: usize = 25_000;

/// The format.
pub(super) struct Sarif;

impl Printer for Sarif {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        write(run, console)
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        true
    }

    fn names_findings(&self) -> bool {
        true
    }
}

fn write(run: &Run<'_>, console: &mut Console) -> io::Result<()> {
    let (findings, left_out) =
        worst(run.shown().collect(), MOST_RESULTS, |found: &Found<'_>| found.finding.severity);
    let rules = Speaking::of(run.rules, &findings);
    let mut places = Places::new(run.loaded, findings.iter().map(|found| found.finding.primary.site));
    let errors = run.loaded.problems.iter().filter(|problem| problem.level == Level::Error);
    let mut notifications: Vec<Notification> =
        errors.map(|problem| notification(problem, &mut places)).collect();
    if left_out > 0 {
        let words =
            format!("{left_out} further findings are left out: code scanning takes {MOST_RESULTS} of a run");
        notifications.push(Notification {
            descriptor: None,
            level: "warning",
            message: Message::new(words),
            locations: Vec::new(),
        });
    }
    let driver = ToolComponent {
        name: "wslint",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: "https://wslint.github.io/wslint/",
        rules: rules.describe(),
    };
    let invocation = Invocation {
        execution_successful: !run.loaded.has_errors(),
        tool_execution_notifications: notifications,
    };
    console.json(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [schema::Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            invocations: [invocation],
            results: Sequence::of(findings.iter().map(|found| result::result(found, &rules, &mut places))),
        }],
    })
}

/// The worst of what there is, in the order in which it came, and how much is left out.
fn worst<T: Copy>(all: Vec<T>, most: usize, severity: impl Fn(T) -> Severity) -> (Vec<T>, usize) {
    let Some(left_out @ 1..) = all.len().checked_sub(most) else { return (all, 0) };
    let mut order: Vec<usize> = (0..all.len()).collect();
    // A stable sort: of what is equally bad the first is kept.
    order.sort_by_key(|&at| std::cmp::Reverse(severity(all[at])));
    order.truncate(most);
    order.sort_unstable();
    (order.into_iter().map(|at| all[at]).collect(), left_out)
}

/// An error for which not everything could be linted.
fn notification(problem: &Problem, places: &mut Places<'_>) -> Notification {
    let location = match &problem.place {
        Place::Site(site) => places.location(*site),
        Place::Path(path) => places.file(path),
    };
    let text = match &problem.help {
        Some(help) => format!("{}\nhelp: {}", clause(&problem.message), escape_lines(help)),
        None => clause(&problem.message),
    };
    Notification {
        descriptor: Some(ReportingDescriptorReference { id: problem.code }),
        level: "error",
        message: Message::new(text),
        locations: vec![location],
    }
}

#[cfg(test)]
mod tests {
    use wslint_rules::Severity::{Error, Info, Warning};

    use super::worst;

    #[test]
    fn what_is_left_out_is_the_mildest() {
        let all = vec![(1, Info), (2, Error), (3, Warning), (4, Error), (5, Warning)];
        let kept = |most| {
            let (kept, left_out) = worst(all.clone(), most, |(_, severity)| severity);
            (kept.into_iter().map(|(number, _)| number).collect::<Vec<_>>(), left_out)
        };
        assert_eq!(kept(9), (vec![1, 2, 3, 4, 5], 0));
        assert_eq!(kept(5), (vec![1, 2, 3, 4, 5], 0));
        assert_eq!(kept(3), (vec![2, 3, 4], 2));
        assert_eq!(kept(1), (vec![2], 4));
    }
}
