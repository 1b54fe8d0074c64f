//! A proof for people: on a terminal, or as Markdown for a pull request.

use std::io::{self, Write};

use super::compare::Difference;
use super::proof::{Proof, Proven};
use super::words::{REPORT, observed, predicted, summary, verdict};
use crate::escape::escape;
use crate::output::{Console, unbroken};

/// Wider than this, lines are hard to read.
const WIDEST: usize = 100;

/// The columns of a route.
const HEAD: [&str; 4] = ["predicted", "observed", "", "route"];

/// Prints a proof, and with `after` the files that `--fix` would change with the proof of what it would write.
pub(super) fn print(
    before: &Proof,
    after: Option<(&[String], &Proof)>,
    console: &mut Console,
) -> io::Result<()> {
    if after.is_some() {
        writeln!(console, "Before\n")?;
    }
    print_one(before, console)?;
    if let Some((changed, after)) = after {
        writeln!(console, "\nAfter what --fix would write to {}\n", files(changed))?;
        print_one(after, console)?;
    }
    console.flush()
}

fn files(changed: &[String]) -> String {
    match changed {
        [] => "no file".to_owned(),
        files => escape(&files.join(", ")).into_owned(),
    }
}

fn print_one(proof: &Proof, console: &mut Console) -> io::Result<()> {
    let rows: Vec<[String; 4]> = proof.routes.iter().map(row).collect();
    let head = HEAD.map(str::to_owned);
    let width = |at: usize| rows.iter().chain([&head]).map(|row| row[at].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let columns = row.iter().zip(widths).map(|(text, width)| format!("{text:width$}  "));
        columns.collect::<String>() + &row[3]
    };
    if !rows.is_empty() {
        writeln!(console, "{}", line(&head))?;
    }
    for (row, route) in rows.iter().zip(&proof.routes) {
        writeln!(console, "{}", line(row))?;
        for difference in &route.differences {
            paragraph(console, "  ", &differs(difference))?;
        }
        if !(route.agrees() && route.observed.works())
            && let Some(error) = &route.observed.error
        {
            paragraph(console, "  ", error)?;
        }
        if !route.agrees() {
            paragraph(console, "  ", &route.url)?;
        }
    }
    if !proof.left_out.is_empty() {
        writeln!(console, "{}Left out", if rows.is_empty() { "" } else { "\n" })?;
        for one in &proof.left_out {
            paragraph(console, "  ", &format!("{}: {}", one.what, one.why))?;
        }
    }
    let gap = if rows.is_empty() && proof.left_out.is_empty() { "" } else { "\n" };
    write!(console, "{gap}")?;
    paragraph(console, "", &summary(proof))?;
    if proof.routes.iter().any(|route| !route.agrees()) {
        writeln!(console)?;
        paragraph(console, "", REPORT)?;
        for route in proof.routes.iter().filter(|route| !route.agrees()) {
            writeln!(console)?;
            for line in &route.report {
                writeln!(console, "    {}", escape(line))?;
            }
        }
    }
    Ok(())
}

fn row(route: &Proven) -> [String; 4] {
    [
        predicted(route),
        observed(route),
        verdict(route).to_owned(),
        format!("{}, {}", escape(&named(route)), escape(&place(route))),
    ]
}

fn named(route: &Proven) -> String {
    match &route.server {
        Some(server) => format!("{}, {server}", route.label),
        None => route.label.clone(),
    }
}

fn place(route: &Proven) -> String {
    let (file, line) = &route.place;
    format!("{file}:{line}")
}

fn differs(difference: &Difference) -> String {
    let Difference { what, predicted, observed } = difference;
    format!("{what}: predicted {predicted}, observed {observed}")
}

/// Words behind a start, wrapped below their own beginning.
fn paragraph(console: &mut Console, start: &str, words: &str) -> io::Result<()> {
    let indent = " ".repeat(start.len() + 2);
    let options = unbroken(console.width.min(WIDEST)).initial_indent(start).subsequent_indent(&indent);
    let text = textwrap::fill(&escape(words), &options);
    writeln!(console, "{text}")
}

/// Prints the same as Markdown.
pub(super) fn print_markdown(
    before: &Proof,
    after: Option<(&[String], &Proof)>,
    console: &mut Console,
) -> io::Result<()> {
    if after.is_some() {
        writeln!(console, "### Before\n")?;
    }
    markdown(before, console)?;
    if let Some((changed, after)) = after {
        writeln!(console, "\n### After what `--fix` would write to {}\n", cell(&files(changed)))?;
        markdown(after, console)?;
    }
    console.flush()
}

fn markdown(proof: &Proof, console: &mut Console) -> io::Result<()> {
    if !proof.routes.is_empty() {
        writeln!(console, "| route | predicted | observed | |\n|---|---|---|---|")?;
    }
    for route in &proof.routes {
        let mut told = observed(route);
        for difference in &route.differences {
            told.push_str("; ");
            told.push_str(&differs(difference));
        }
        if let Some(error) = route.observed.error.as_ref().filter(|_| !route.observed.works()) {
            told.push_str("; ");
            told.push_str(error);
        }
        let name = format!("{}, {}", named(route), place(route));
        let cells = [name, predicted(route), told, verdict(route).to_owned()];
        writeln!(console, "| {} |", cells.map(|text| cell(&text)).join(" | "))?;
    }
    if !proof.routes.is_empty() {
        writeln!(console)?;
    }
    for one in &proof.left_out {
        writeln!(console, "- left out: {}: {}", cell(&one.what), cell(&one.why))?;
    }
    if !proof.left_out.is_empty() {
        writeln!(console)?;
    }
    writeln!(console, "{}", summary(proof))?;
    if proof.routes.iter().any(|route| !route.agrees()) {
        writeln!(console, "\n{REPORT}")?;
        for route in proof.routes.iter().filter(|route| !route.agrees()) {
            // Indented by four, it is code, in which nothing has a meaning.
            writeln!(console)?;
            for line in &route.report {
                writeln!(console, "    {}", escape(line))?;
            }
        }
    }
    Ok(())
}

/// A text that stays in its cell and is not read as Markdown or HTML.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for c in escape(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '@' | '#' | '!' => {
                safe.push_str(&format!("&#{};", u32::from(c)));
            }
            c => safe.push(c),
        }
    }
    safe
}
