//! `--format rdjson`: the JSON of reviewdog, which comments on reviews of many services
//! (github.com/reviewdog/reviewdog, `proto/rdf/reviewdog.proto`).

use std::io;

use serde_json::{Value, json};
use wslint_rules::Severity;

use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};

/// The format.
pub(super) struct Rdjson;

impl Printer for Rdjson {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let entries = entries(run, console.quiet);
        console.json(&json!({
            "source": { "name": "wslint", "url": env!("CARGO_PKG_HOMEPAGE") },
            "diagnostics": entries.iter().map(diagnostic).collect::<Vec<_>>(),
        }))
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }
}

fn diagnostic(entry: &Entry) -> Value {
    let mut location = json!({ "path": entry.path });
    if let (Some((start, end)), Some((first, last))) = (entry.span, entry.byte_columns) {
        location["range"] = json!({
            "start": { "line": start.line, "column": first },
            "end": { "line": end.line, "column": last },
        });
    }
    let mut code = json!({ "value": entry.id });
    if let Some(url) = &entry.url {
        code["url"] = json!(url);
    }
    json!({
        "message": entry.text(),
        "location": location,
        "severity": match entry.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        "code": code,
    })
}
