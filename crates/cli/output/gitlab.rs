//! `--format gitlab`: a Code Quality report, which GitLab shows in merge requests. It compares two reports by their
//! fingerprints and drops entries that share one.

use std::io;

use serde::Serialize;
use wslint_rules::Severity;

use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};

/// The format.
pub(super) struct Gitlab;

#[derive(Serialize)]
struct Issue<'e> {
    description: String,
    check_name: &'e str,
    fingerprint: &'e str,
    severity: &'static str,
    location: Location<'e>,
}

#[derive(Serialize)]
struct Location<'e> {
    path: &'e str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl Printer for Gitlab {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let entries = entries(run, console.quiet);
        console.json(&entries.iter().map(issue).collect::<Vec<_>>())
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }

    fn names_findings(&self) -> bool {
        true
    }
}

fn issue(entry: &Entry) -> Issue<'_> {
    Issue {
        description: entry.text(),
        check_name: &entry.id,
        fingerprint: &entry.fingerprint,
        severity: match entry.severity {
            _ if entry.broken => "blocker",
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: Location {
            path: &entry.path,
            // What concerns a file as a whole stands on its first line.
            lines: entry.span.map_or(Lines { begin: 1, end: 1 }, |(start, end)| Lines {
                begin: start.line,
                end: end.line,
            }),
        },
    }
}
