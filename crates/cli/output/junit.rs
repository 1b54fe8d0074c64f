//! `--format junit`: a test report, for services that know nothing else. Each file is a suite. A finding is a test that
//! failed, an error of the job one that broke, a note one that was skipped; a file without any is one that passed.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use serde::Serialize;

use super::checkout::{Checkout, exact_path};
use super::console::Console;
use super::entry::{Entry, clause, entries};
use super::run::{Printer, Run};
use super::xml;
use crate::escape::shown_path;

/// The format.
pub(super) struct Junit;

#[derive(Serialize)]
#[serde(rename = "testsuites")]
struct Report {
    #[serde(rename = "@name")]
    name: &'static str,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    #[serde(rename = "testsuite")]
    suites: Vec<Suite>,
}

#[derive(Serialize)]
struct Suite {
    #[serde(rename = "@name")]
    name: String,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    #[serde(rename = "@skipped")]
    skipped: usize,
    #[serde(rename = "testcase")]
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    #[serde(rename = "@name")]
    name: String,
    #[serde(rename = "@classname")]
    class: String,
    #[serde(rename = "$value", skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Skipped {
        #[serde(rename = "$text")]
        body: String,
    },
    Failure(Fault),
    Error(Fault),
}

#[derive(Serialize)]
struct Fault {
    #[serde(rename = "@type")]
    severity: String,
    #[serde(rename = "@message")]
    message: String,
    #[serde(rename = "$text")]
    body: String,
}

impl Printer for Junit {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let entries = entries(run, console.quiet);
        let checkout = Checkout::of_job();
        let mut files: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        let read = (0..).map(wslint_model::FileId).zip(&run.loaded.project.files);
        for (file, _) in read.filter(|(_, content)| content.proxy().is_some()) {
            let path: &Path = exact_path(run.loaded, file);
            files.entry(shown_path(&checkout.path(path))).or_default();
        }
        for entry in &entries {
            files.entry(entry.path.clone()).or_default().push(entry);
        }
        let suites: Vec<Suite> = files.into_iter().map(|(path, entries)| suite(path, &entries)).collect();
        let sum = |number: fn(&Suite) -> usize| suites.iter().map(number).sum();
        let report = Report {
            name: "wslint",
            tests: sum(|suite| suite.tests),
            failures: sum(|suite| suite.failures),
            errors: sum(|suite| suite.errors),
            suites,
        };
        xml::write(console, &report)
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }
}

fn suite(path: String, entries: &[&Entry]) -> Suite {
    let mut names = HashMap::new();
    let mut cases: Vec<Case> = entries.iter().map(|entry| case(entry, &mut names)).collect();
    if cases.is_empty() {
        cases.push(Case { name: "wslint".to_owned(), class: path.clone(), outcome: None });
    }
    let of = |which: fn(&Outcome) -> bool| {
        cases.iter().filter_map(|case| case.outcome.as_ref()).filter(|outcome| which(outcome)).count()
    };
    Suite {
        tests: cases.len(),
        failures: of(|outcome| matches!(outcome, Outcome::Failure(_))),
        errors: of(|outcome| matches!(outcome, Outcome::Error(_))),
        skipped: of(|outcome| matches!(outcome, Outcome::Skipped { .. })),
        name: path,
        cases,
    }
}

fn case(entry: &Entry, names: &mut HashMap<String, usize>) -> Case {
    let body = body(entry);
    let fault = |body| Fault { severity: entry.severity.to_string(), message: entry.message.clone(), body };
    let outcome = match (entry.note, entry.broken) {
        (true, _) => Outcome::Skipped { body },
        (false, true) => Outcome::Error(fault(body)),
        (false, false) => Outcome::Failure(fault(body)),
    };
    Case { name: name(entry, names), class: entry.path.clone(), outcome: Some(outcome) }
}

/// The rule and the route: services follow a test from run to run by its name, so no line number is part of it.
fn name(entry: &Entry, names: &mut HashMap<String, usize>) -> String {
    let name = match &entry.route {
        Some(route) => format!("{}: {route}", entry.id),
        None => entry.id.clone(),
    };
    let equals = names.entry(name.clone()).or_default();
    *equals += 1;
    if *equals == 1 { name } else { format!("{name} ({equals})") }
}

/// The place, on one line whatever the path, and what is said of it.
fn body(entry: &Entry) -> String {
    let path = clause(&entry.path);
    let place = match entry.span {
        Some((start, _)) => format!("{path}:{}:{}", start.line, start.column),
        None => path,
    };
    format!("{place}: {}", entry.text())
}
