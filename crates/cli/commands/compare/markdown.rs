//! The comparison as Markdown, for the summary of a job or a comment. What comes from a configuration is written as
//! character references, so that nothing of it is a mark, a link or a mention.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::compared::Compared;
use super::words::{called, clause, event, place, summary};
use crate::compare::{Change, Direction};
use crate::escape::escape;
use crate::output::{Console, Line};

/// How many bytes are written: GitHub takes one MiB for a step.
const MOST_BYTES: usize = 900 << 10;

/// Prints a heading, a line that says what it comes to, and a table for each route that changes, as many as there is room
/// for.
pub(super) fn print(compared: &Compared<'_>, console: &mut Console) -> io::Result<()> {
    let (old, new) = (code(compared.old), code(compared.new));
    let mut text = format!("### WebSocket routes: {old} → {new}\n\n{}\n", capital(&summary(compared)));
    let changes = &compared.comparison.changes;
    for (number, change) in changes.iter().enumerate() {
        let route = route(change);
        if text.len() + route.len() > MOST_BYTES {
            let _ = writeln!(text, "\nThere is no room for {} more.", changes.len() - number);
            break;
        }
        text.push_str(&route);
    }
    console.write_all(text.as_bytes())?;
    console.flush()
}

fn route(change: &Change) -> String {
    let sign = match change.direction {
        Direction::Worse => "🔴",
        Direction::Changed => "⚪",
        Direction::Better => "🟢",
    };
    let route = change.route();
    let event = event(change);
    let event = if event.is_empty() { String::new() } else { format!(" {event}") };
    let mut text = format!(
        "\n#### {sign} {}: {}{event}\n\n{}, {}\n",
        change.direction.name(),
        code(&route.address()),
        code(&called(change)),
        code(&place(&route.line))
    );
    if !change.differences.is_empty() {
        text.push_str("\n| | | before | after |\n|---|---|---|---|\n");
    }
    for difference in &change.differences {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            plain(difference.what.title()),
            prose(&clause(difference)),
            line(difference.old_line.as_ref()),
            line(difference.new_line.as_ref())
        );
    }
    text
}

/// A sentence.
fn capital(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn line(line: Option<&Line>) -> String {
    line.map_or_else(String::new, |line| format!("{}<br>{}", code(&place(line)), code(&line.text)))
}

/// A clause, in which backticks stand around what configurations say.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let part = |(number, part): (usize, &&str)| if number % 2 == 1 { code(part) } else { plain(part) };
    parts.iter().enumerate().map(part).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// Text that stands for itself.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in escape(text).chars() {
        match character {
            ' ' | ',' | ';' | '(' | ')' | '/' => safe.push(character),
            character if character.is_alphanumeric() => safe.push(character),
            character => {
                let _ = write!(safe, "&#{};", character as u32);
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn nothing_of_a_text_is_a_mark() {
        let hostile = "a|b `c` *d* <img src=x> [e](http://f) @g #1\n# h\u{1b}";
        let safe = plain(hostile);
        let outside: String =
            safe.split("&#").map(|part| part.split_once(';').map_or(part, |(_, rest)| rest)).collect();
        assert!(outside.chars().all(|c| c.is_alphanumeric() || " ,;()/".contains(c)), "{safe}");
        assert_eq!(code("a/b_c"), "<code>a/b&#95;c</code>");
    }
}
