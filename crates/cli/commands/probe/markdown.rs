//! The report for a ticket: a table of what was seen, and below it the usual causes.

use std::io::{self, Write};

use wslint_probe::Grade;

use super::document::Document;
use super::text::clause;
use crate::escape::escape;
use crate::output::Console;

/// Prints the report.
pub(super) fn print(document: &Document, console: &mut Console) -> io::Result<()> {
    let verdict = document.verdict.name().to_ascii_uppercase();
    writeln!(console, "## {verdict}: `{}`\n", in_code(&document.url))?;
    writeln!(console, "{}\n", line(&clause(document)))?;
    writeln!(console, "| | step | what happened |\n|---|---|---|")?;
    for step in &document.steps {
        let mark = match step.result {
            Grade::Ok => "ok",
            Grade::Warning => "**warning**",
            Grade::Failed => "**failed**",
        };
        writeln!(console, "| {mark} | {} | {} |", cell(&step.what), cell(&step.detail))?;
    }
    let mut causes =
        document.steps.iter().filter_map(|step| Some((&step.what, step.cause.as_ref()?))).peekable();
    if causes.peek().is_some() {
        writeln!(console, "\n### What usually causes it\n")?;
    }
    for (what, cause) in causes {
        writeln!(console, "- **{}**: {}", line(what), line(cause))?;
    }
    console.flush()
}

/// One line in which nothing but what stands between backticks is taken as it is.
fn line(text: &str) -> String {
    let escaped = escape(text);
    let mut written = String::with_capacity(escaped.len());
    for (number, part) in escaped.split('`').enumerate() {
        let code = number % 2 == 1;
        if number > 0 {
            written.push('`');
        }
        match code {
            true => written.push_str(part),
            false => part.chars().for_each(|character| {
                if "<>*_[]#@".contains(character) {
                    written.push('\\');
                }
                written.push(character);
            }),
        }
    }
    // A quotation that does not end would swallow what follows.
    if escaped.matches('`').count() % 2 == 1 {
        written.push('`');
    }
    written
}

/// The same within a table, where a bar ends a cell even in code.
fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}

/// Text that stands between backticks.
fn in_code(text: &str) -> String {
    escape(text).replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::{cell, line};

    #[test]
    fn what_a_server_says_makes_no_markup() {
        assert_eq!(line("<b> `a*b <i>` [x](y)"), "\\<b\\> `a*b <i>` \\[x\\](y)");
        assert_eq!(cell("a | `b|c`"), "a \\| `b\\|c`");
        assert_eq!(line("open `code"), "open `code`");
        assert_eq!(line("a\nb"), "a\\nb");
    }
}
