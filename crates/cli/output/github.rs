//! `--format github`: commands of GitHub Actions, which the runner turns into annotations beside the code, and the
//! summary for whoever reads the log.
//!
//! A step shows ten errors, ten warnings and ten notices, the first ones of each: so the worst come first.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use wslint_rules::Severity;

use super::checkout::Checkout;
use super::console::Console;
use super::entry::{Entry, entries};
use super::run::{Printer, Run};
use super::summary::summary;
use crate::escape::{escape, shown_path};

/// The format.
pub(super) struct Github;

impl Printer for Github {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let mut entries = entries(run, console.quiet);
        // A stable sort: what is equally bad stays in the order of the files.
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.severity));
        for entry in &entries {
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
    let name = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut command = format!("::{name} file={}", property(&entry.path));
    if let Some((start, end)) = entry.span {
        let _ = write!(command, ",line={}", start.line);
        // Columns are for places within one line; with more lines the annotation would not be made.
        if start.line == end.line {
            let _ = write!(command, ",col={},endColumn={}", start.column, end.column);
        } else {
            let _ = write!(command, ",endLine={}", end.line);
        }
    }
    let _ = write!(command, ",title={}::{}", property(&format!("wslint: {}", entry.id)), data(&entry.text()));
    command
}

/// An annotation that is about no finding.
pub(crate) struct Annotation<'a> {
    /// `error`, `warning` or `notice`.
    pub(crate) name: &'static str,
    /// The file, if it is about one.
    pub(crate) file: Option<&'a str>,
    /// The line in it, from 1.
    pub(crate) line: Option<u32>,
    /// What it is called.
    pub(crate) title: String,
    /// What it says, in lines.
    pub(crate) text: String,
}

impl Annotation<'_> {
    /// The line that the runner reads.
    pub(crate) fn command(&self) -> String {
        let mut command = format!("::{} ", self.name);
        if let Some(file) = self.file {
            let file = Checkout::of_job().path(Path::new(file)).into_owned();
            let _ = write!(command, "file={},", property(&shown_path(&file)));
        }
        if let Some(line) = self.line {
            let _ = write!(command, "line={line},");
        }
        let _ = write!(command, "title={}::{}", property(&self.title), data(&self.text));
        command
    }
}

/// The message as the runner unescapes it.
fn data(text: &str) -> String {
    text.split('\n').map(|line| escape(line).replace('%', "%25")).collect::<Vec<_>>().join("%0A")
}

/// The value of a property as the runner unescapes it. Line feeds of file names are kept, other control characters are
/// written out, since the log shows the line.
fn property(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let parts: Vec<_> = line.split('\r').map(|part| escape(part).replace('%', "%25")).collect();
        parts.join("%0D").replace(':', "%3A").replace(',', "%2C")
    });
    lines.collect::<Vec<_>>().join("%0A")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn values_cannot_end_a_command_or_start_one() {
        assert_eq!(property("a,b:c%d\r\n::error::e\u{1b}"), "a%2Cb%3Ac%25d%0D%0A%3A%3Aerror%3A%3Ae\\u{1b}");
        assert_eq!(data("50%\n::error::a\r"), "50%25%0A::error::a\\r");
    }
}
