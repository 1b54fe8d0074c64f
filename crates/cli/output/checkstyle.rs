//! `--format checkstyle`: the XML of Checkstyle, which Jenkins, reviewdog and many others read.

use std::io;

use wslint_rules::Severity;

use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};
use super::xml::{attribute, document};

/// The format.
pub(super) struct Checkstyle;

impl Printer for Checkstyle {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let mut entries = entries(run, console.quiet);
        // A stable sort: a file's entries come together, in their order.
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        document(console, |writer| {
            let root = writer.create_element("checkstyle").with_attribute(attribute("version", "10.0"));
            if entries.is_empty() {
                root.write_empty()?;
                return Ok(());
            }
            root.write_inner_content(|writer| {
                for file in entries.chunk_by(|one, other| one.path == other.path) {
                    let element =
                        writer.create_element("file").with_attribute(attribute("name", &file[0].path));
                    element.write_inner_content(|writer| {
                        for entry in file {
                            let element = writer.create_element("error");
                            element.with_attributes(attributes(entry)).write_empty()?;
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            })?;
            Ok(())
        })
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        false
    }
}

fn attributes(entry: &Entry) -> Vec<quick_xml::events::attributes::Attribute<'static>> {
    let severity = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let (line, column) = entry.span.map_or((1, 1), |(start, _)| (start.line, start.column));
    vec![
        attribute("line", &line.to_string()),
        attribute("column", &column.to_string()),
        attribute("severity", severity),
        attribute("message", &entry.text()),
        attribute("source", &format!("wslint.{}", entry.id)),
    ]
}
