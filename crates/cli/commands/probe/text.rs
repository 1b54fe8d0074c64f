//! The report for people: plain text that survives being pasted into a chat.

use std::io::{self, Write};

use wslint_probe::{Grade, Step, Verdict};

use super::document::Document;
use crate::escape::escape;
use crate::output::{Console, unbroken};

/// Wider than this, chat windows break lines.
const WIDEST: usize = 100;
/// Columns of the word at the left.
const WORDS: usize = 9;

const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const GREEN: &str = "\x1b[32m";
const PLAIN: &str = "\x1b[0m";

/// Prints the verdict, and each step with what it means.
pub(super) fn print(document: &Document, console: &mut Console) -> io::Result<()> {
    let verdict = document.verdict.name().to_ascii_uppercase();
    paragraph(console, "", &format!("{verdict}: {} - {}", document.url, clause(document)), None)?;
    writeln!(console)?;
    let quiet = console.quiet;
    for step in document.steps.iter().filter(|step| !quiet || step.result != Grade::Ok) {
        let (word, color) = word(step.result);
        let start = format!("  {word:WORDS$}");
        paragraph(console, &start, &format!("{}: {}", step.what, step.detail), Some((word, color)))?;
        if let Some(cause) = &step.cause {
            paragraph(console, &" ".repeat(start.len()), &format!("usually: {cause}"), None)?;
        }
    }
    console.flush()
}

/// The verdict in a clause: the first thing that is wrong.
pub(super) fn clause(document: &Document) -> String {
    let worst = document.steps.iter().map(|step| step.result).max();
    let first = document.steps.iter().find(|step| Some(step.result) == worst && step.result != Grade::Ok);
    match (first, document.verdict) {
        (Some(Step { what, detail, .. }), _) => format!("{what}: {detail}"),
        (None, Verdict::Unknown) => "nothing could be measured".to_owned(),
        (None, _) => "nothing that was tried fails".to_owned(),
    }
}

fn word(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::Ok => ("ok", GREEN),
        Grade::Warning => ("warning", YELLOW),
        Grade::Failed => ("failed", RED),
    }
}

/// Words behind a start, wrapped below their own beginning. One word of the start may be coloured.
fn paragraph(
    console: &mut Console,
    start: &str,
    words: &str,
    colored: Option<(&str, &str)>,
) -> io::Result<()> {
    let indent = " ".repeat(start.len());
    let options = unbroken(console.width.min(WIDEST))
        .break_words(true)
        .initial_indent(start)
        .subsequent_indent(&indent);
    let filled = textwrap::fill(&escape(words), &options);
    match colored.filter(|_| console.color) {
        Some((word, color)) => {
            writeln!(console, "{}", filled.replacen(word, &format!("{color}{word}{PLAIN}"), 1))
        }
        None => writeln!(console, "{filled}"),
    }
}
