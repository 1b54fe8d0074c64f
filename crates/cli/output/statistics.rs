//! `--statistics`: how many findings each rule has, in place of the findings themselves.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use wslint_rules::{Rule, Severity};

use super::console::Console;
use super::page;
use super::run::{Printer, Run};
use super::summary::summary;
use super::words::unbroken;
use crate::escape::escape;

/// For people.
pub(super) struct Table;
/// One JSON document.
pub(super) struct Document;

/// The findings of one rule.
struct Row<'r> {
    rule: &'r Rule,
    count: usize,
    /// How many of these can be fixed.
    fixable: usize,
    /// The worst of these.
    severity: Severity,
}

/// The rules with findings, the most frequent first.
fn rows<'r>(run: &Run<'r>) -> Vec<Row<'r>> {
    let mut rows: BTreeMap<&str, Row<'r>> = BTreeMap::new();
    for found in &run.findings {
        let (rule, severity) = (found.finding.rule, found.finding.severity);
        let row = rows.entry(&rule.id).or_insert(Row { rule, count: 0, fixable: 0, severity });
        row.count += 1;
        row.fixable += usize::from(found.fix.is_some());
        row.severity = row.severity.max(severity);
    }
    let mut rows: Vec<Row<'r>> = rows.into_values().collect();
    // A stable sort: equally frequent ones stay in the order of their ids.
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    rows
}

impl Printer for Table {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let rows = rows(run);
        let widest = rows.iter().map(|row| row.rule.id.len()).max().unwrap_or(0);
        let digits = rows.first().map_or(0, |row| row.count.to_string().len());
        for Row { rule, count, severity, .. } in &rows {
            let blanks = " ".repeat(widest - rule.id.len());
            let id = console.linked(&rule.id, page::url(rule).as_deref());
            writeln!(console, "{count:>digits$}  {severity:7}  {id}{blanks}  {}", escape(&rule.title))?;
        }
        if !console.quiet {
            let break_above = if rows.is_empty() { "" } else { "\n" };
            let summary = textwrap::fill(&summary(run), unbroken(console.width));
            writeln!(console, "{break_above}{summary}")?;
        }
        console.flush()
    }

    fn tells_fixes(&self, quiet: bool) -> bool {
        !quiet
    }

    fn shows_all(&self) -> bool {
        true
    }
}

impl Printer for Document {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let rows: Vec<_> = rows(run)
            .iter()
            .map(|row| {
                json!({
                    "rule": row.rule.id,
                    "severity": row.severity.to_string(),
                    "count": row.count,
                    "fixable": row.fixable,
                    "title": row.rule.title,
                    "url": page::url(row.rule),
                })
            })
            .collect();
        console.json(&json!({ "version": 1, "statistics": rows }))
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        true
    }

    fn shows_all(&self) -> bool {
        true
    }
}
