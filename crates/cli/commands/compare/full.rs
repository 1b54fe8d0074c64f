//! The comparison for people at a terminal.

use std::io::{self, Write};

use super::compared::Compared;
use super::words::{called, clause, event, place, summary};
use crate::compare::{Change, Direction};
use crate::escape::escape;
use crate::output::{Console, Line, unbroken};

const RED: &str = "\x1b[1;31m";
const GREEN: &str = "\x1b[1;32m";
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// What stands in front of a difference.
const INDENT: &str = "  ";

/// Prints the routes that change, the worse ones first, then what it comes to.
pub(super) fn print(compared: &Compared<'_>, console: &mut Console) -> io::Result<()> {
    for change in &compared.comparison.changes {
        route(change, console)?;
    }
    if !console.quiet {
        let names = format!("{} -> {}: ", escape(compared.old), escape(compared.new));
        paragraph(console, "", &format!("{names}{}", summary(compared)))?;
    }
    console.flush()
}

fn route(change: &Change, console: &mut Console) -> io::Result<()> {
    let direction = change.direction.name();
    let color = match change.direction {
        Direction::Worse => RED,
        Direction::Changed => BOLD,
        Direction::Better => GREEN,
    };
    let (start, end) = if console.color { (color, PLAIN) } else { ("", "") };
    let route = change.route();
    let (address, called) = (route.address(), called(change));
    let event = event(change);
    let event = if event.is_empty() { String::new() } else { format!(" {event}") };
    writeln!(console, "{start}{direction}{end}: {}{event}", escape(&address))?;
    paragraph(console, INDENT, &format!("{called}, {}", place(&route.line)))?;
    for difference in &change.differences {
        let title = format!("{INDENT}{}: ", difference.what.title());
        paragraph(console, &title, &clause(difference))?;
        for (sign, line) in [('-', &difference.old_line), ('+', &difference.new_line)] {
            let Some(line) = line else { continue };
            quoted(console, sign, line)?;
        }
    }
    writeln!(console)
}

fn quoted(console: &mut Console, sign: char, line: &Line) -> io::Result<()> {
    let start = format!("{INDENT}{INDENT}{sign} {}  ", escape(&place(line)));
    let room = console.width.saturating_sub(start.chars().count());
    let text = escape(&line.text);
    if text.chars().count() <= room {
        return writeln!(console, "{start}{text}");
    }
    let indent = " ".repeat(INDENT.len() * 3);
    let text: String = text.chars().take(console.width.saturating_sub(indent.len())).collect();
    writeln!(console, "{}\n{indent}{text}", start.trim_end())
}

/// Words behind a start, wrapped below their own beginning.
fn paragraph(console: &mut Console, start: &str, words: &str) -> io::Result<()> {
    let indent = " ".repeat(INDENT.len() * 2);
    let options = unbroken(console.width).break_words(true).initial_indent(start).subsequent_indent(&indent);
    writeln!(console, "{}", textwrap::fill(&escape(words), &options))
}
