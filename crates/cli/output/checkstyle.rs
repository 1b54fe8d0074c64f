//! `--format checkstyle`: the XML of Checkstyle, which Jenkins, reviewdog and many others read.

use std::io;

use serde::Serialize;
use wslint_rules::Severity;

use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};
use super::xml;

/// The format.
pub(super) struct Checkstyle;

#[derive(Serialize)]
#[serde(rename = "checkstyle")]
struct Report<'e> {
    #[serde(rename = "@version")]
    version: &'static str,
    #[serde(rename = "file")]
    files: Vec<File<'e>>,
}

#[derive(Serialize)]
struct File<'e> {
    #[serde(rename = "@name")]
    name: &'e str,
    #[serde(rename = "error")]
    errors: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    #[serde(rename = "@line")]
    line: u32,
    #[serde(rename = "@column")]
    column: u32,
    #[serde(rename = "@severity")]
    severity: &'static str,
    #[serde(rename = "@message")]
    message: String,
    #[serde(rename = "@source")]
    source: String,
}

impl Printer for Checkstyle {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let mut entries = entries(run, console.quiet);
        // A stable sort: a file's entries come together, in their order.
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        let files = entries
            .chunk_by(|one, other| one.path == other.path)
            .map(|entries| File { name: &entries[0].path, errors: entries.iter().map(problem).collect() });
        xml::write(console, &Report { version: "10.0", files: files.collect() })
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }
}

fn problem(entry: &Entry) -> Problem {
    // What concerns a file as a whole stands on its first line.
    let (line, column) = entry.span.map_or((1, 1), |(start, _)| (start.line, start.column));
    Problem {
        line,
        column,
        severity: match entry.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
        message: entry.text(),
        source: format!("wslint.{}", entry.id),
    }
}
