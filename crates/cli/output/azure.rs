//! `--format azure`: logging commands of Azure Pipelines, which the agent turns into issues of the step, and the summary
//! for whoever reads the log (learn.microsoft.com, "Logging commands": `task.logissue`).

use std::fmt::Write as _;
use std::io::{self, Write as _};

use wslint_rules::Severity;

use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};
use super::summary::summary;
use crate::escape::escape;

/// The format.
pub(super) struct Azure;

impl Printer for Azure {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        for entry in &entries(run, console.quiet) {
            console.command(&command(entry))?;
        }
        if !console.quiet {
            writeln!(console, "{}", summary(run))?;
        }
        console.flush()
    }

    fn tells_fixes(&self, quiet: bool) -> bool {
        !quiet
    }
}

fn command(entry: &Entry) -> String {
    // There are two types of issues only.
    let kind = if entry.severity == Severity::Error { "error" } else { "warning" };
    let mut command = format!("##vso[task.logissue type={kind};sourcepath={};", property(&entry.path));
    if let Some((start, _)) = entry.span {
        let _ = write!(command, "linenumber={};columnnumber={};", start.line, start.column);
    }
    let _ = write!(command, "code={};]{}", property(&entry.id), data(&entry.text()));
    command
}

/// The message as the agent unescapes it.
fn data(text: &str) -> String {
    text.split('\n').map(shown).collect::<Vec<_>>().join("%0A")
}

/// The value of a property as the agent unescapes it.
fn property(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let parts: Vec<_> = line.split('\r').map(shown).collect();
        parts.join("%0D").replace(']', "%5D").replace(';', "%3B")
    });
    lines.collect::<Vec<_>>().join("%0A")
}

/// A piece of a line, without what would begin another command.
fn shown(part: &str) -> String {
    escape(part).replace('%', "%AZP25").replace("##", "#\\u{23}")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn values_cannot_end_a_command_or_start_one() {
        assert_eq!(property("a;b]c%d\r\n##vso[e\u{1b}"), "a%3Bb%5Dc%AZP25d%0D%0A#\\u{23}vso[e\\u{1b}");
        assert_eq!(data("50%\n##vso[task.x]a\r"), "50%AZP25%0A#\\u{23}vso[task.x]a\\r");
    }
}
