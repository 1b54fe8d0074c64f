//! `--format junit`: a test report, for services that know nothing else. Each file is a suite. A finding is a test that
//! failed, an error of the job one that broke, a note one that was skipped; a file without any is one that passed.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use quick_xml::writer::Writer;

use super::checkout::{Checkout, exact_path};
use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};
use super::xml::{attribute, document, text};
use crate::escape::shown_path;

/// The format.
pub(super) struct Junit;

/// The entries of a file.
type Suite<'e> = Vec<&'e Entry>;

impl Printer for Junit {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let entries = entries(run, console.quiet);
        let checkout = Checkout::of_job();
        let mut suites: BTreeMap<String, Suite<'_>> = BTreeMap::new();
        let files = (0..).map(wslint_model::FileId).zip(&run.loaded.project.files);
        for (file, _) in files.filter(|(_, content)| content.proxy().is_some()) {
            let path: &Path = exact_path(run.loaded, file);
            suites.entry(shown_path(&checkout.path(path))).or_default();
        }
        for entry in &entries {
            suites.entry(entry.path.clone()).or_default().push(entry);
        }
        document(console, |writer| {
            let mut root = writer.create_element("testsuites").with_attribute(attribute("name", "wslint"));
            for (name, number) in counts(suites.values()) {
                root = root.with_attribute(attribute(name, &number.to_string()));
            }
            if suites.is_empty() {
                root.write_empty()?;
                return Ok(());
            }
            root.write_inner_content(|writer| {
                suites.iter().try_for_each(|(path, entries)| suite(writer, path, entries))
            })?;
            Ok(())
        })
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }
}

/// The numbers that suites sum up.
fn counts<'s, 'e: 's>(suites: impl Iterator<Item = &'s Suite<'e>> + Clone) -> [(&'static str, usize); 3] {
    let of = |which: fn(&Entry) -> bool| suites.clone().flatten().filter(|entry| which(entry)).count();
    let tests = suites.clone().map(|suite| suite.len().max(1)).sum();
    [
        ("tests", tests),
        ("failures", of(|entry| !entry.broken && !entry.note)),
        ("errors", of(|entry| entry.broken)),
    ]
}

fn suite(writer: &mut Writer<&mut Console>, path: &str, entries: &Suite<'_>) -> io::Result<()> {
    let mut element = writer.create_element("testsuite").with_attribute(attribute("name", path));
    for (name, number) in counts(std::iter::once(entries)) {
        element = element.with_attribute(attribute(name, &number.to_string()));
    }
    let skipped = entries.iter().filter(|entry| entry.note).count();
    element = element.with_attribute(attribute("skipped", &skipped.to_string()));
    element.write_inner_content(|writer| {
        if entries.is_empty() {
            let case = writer.create_element("testcase").with_attribute(attribute("name", "wslint"));
            case.with_attribute(attribute("classname", path)).write_empty()?;
        }
        let mut names = HashMap::new();
        entries.iter().try_for_each(|entry| case(writer, entry, &mut names))
    })?;
    Ok(())
}

fn case(
    writer: &mut Writer<&mut Console>,
    entry: &Entry,
    names: &mut HashMap<String, usize>,
) -> io::Result<()> {
    let element = writer.create_element("testcase").with_attribute(attribute("name", &name(entry, names)));
    element.with_attribute(attribute("classname", &entry.path)).write_inner_content(|writer| {
        if entry.note {
            writer.create_element("skipped").write_text_content(text(&body(entry)))?;
            return Ok(());
        }
        let outcome = writer.create_element(if entry.broken { "error" } else { "failure" });
        outcome
            .with_attribute(attribute("type", &entry.severity.to_string()))
            .with_attribute(attribute("message", &entry.message))
            .write_text_content(text(&body(entry)))?;
        Ok(())
    })?;
    Ok(())
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

fn body(entry: &Entry) -> String {
    let place = match entry.span {
        Some((start, _)) => format!("{}:{}:{}", entry.path, start.line, start.column),
        None => entry.path.clone(),
    };
    format!("{place}: {}", entry.text())
}
