//! The comparison as annotations of GitHub Actions, each at the line of the new tree that makes the difference.

use std::io::{self, Write};

use super::compared::Compared;
use super::words::{clause, event, place, summary};
use crate::compare::{Change, Direction};
use crate::escape::escape;
use crate::output::{Annotation, Console};

/// Prints an annotation for each route, the worse ones first: a step shows ten of each kind.
pub(super) fn print(compared: &Compared<'_>, console: &mut Console) -> io::Result<()> {
    for change in &compared.comparison.changes {
        let name = match change.direction {
            Direction::Worse => "error",
            Direction::Changed | Direction::Better => "notice",
        };
        let line = change.differences.iter().find_map(|difference| difference.new_line.as_ref());
        let line = line.or(change.new.as_ref().map(|route| &route.line));
        let annotation = Annotation {
            name,
            file: line.map(|line| line.file.as_str()),
            line: line.map(|line| line.line),
            title: format!("wslint: {} ({})", change.route().address(), change.direction.name()),
            text: text(change),
        };
        console.command(&annotation.command())?;
    }
    if !console.quiet {
        writeln!(console, "{} -> {}: {}", escape(compared.old), escape(compared.new), summary(compared))?;
    }
    console.flush()
}

fn text(change: &Change) -> String {
    let mut lines = Vec::new();
    let event = event(change);
    if !event.is_empty() {
        lines.push(format!("{} {event}", change.route().address()));
    }
    for difference in &change.differences {
        let before = difference.old_line.as_ref().map(|line| format!(" (before: {})", place(line)));
        lines.push(format!(
            "{}: {}{}",
            difference.what.title(),
            clause(difference),
            before.unwrap_or_default()
        ));
    }
    lines.join("\n")
}
