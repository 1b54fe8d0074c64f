//! The facts for people.

use std::io::{self, Write};

use wslint_model::{Route, Site};

use crate::analysis::Analysis;
use crate::escape::escape;
use crate::exit::Failure;
use crate::output::{Console, Locator, common_folder, count, facts, line_text, unbroken};
use crate::project::{Loaded, move_route};

/// What stands in front of what belongs to an answer.
const INDENT: &str = "      ";

/// Prints the routes: what people ask about in a line each, or all facts with all that they follow from.
pub(super) fn print(
    loaded: &Loaded,
    analysis: &Analysis<'_, '_>,
    all: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    let project = &loaded.project;
    let mut locator = Locator::new(project);
    let folder = common_folder(project.files.iter().map(|file| file.path.as_str()));
    let mut place = |site: Site| {
        let path = &project.file(site.file).path;
        let below = path.strip_prefix(&folder).unwrap_or(path);
        format!("{}:{}", escape(below), locator.start(site).line)
    };
    if !folder.is_empty() {
        writeln!(console, "Files below {}\n", escape(&folder))?;
    }
    let (mut speaking, width) = (0, console.width);
    let mut printed = Ok(());
    let mut print = |route: &Route| -> io::Result<()> {
        let server =
            route.server.as_deref().map(|server| format!(", {}", escape(server))).unwrap_or_default();
        writeln!(console, "{}{server}, {}", escape(&route.label), place(route.site))?;
        let asked: Vec<_> =
            route.facts.iter().filter(|(question, _)| all || facts::ASKED.contains(&question.name)).collect();
        let widest = asked.iter().map(|(question, _)| question.name.len()).max().unwrap_or(0);
        let options = unbroken(console.width).subsequent_indent(INDENT);
        let mut line = |words: &str| writeln!(console, "{}", textwrap::fill(words, &options));
        for (question, fact) in asked {
            let answer =
                format!("  {:widest$}  {}{}", question.name, facts::value(fact), facts::origin(&fact.cause));
            let mut marks = fact.cause.marks.iter();
            if !all {
                let at = marks.next().map(|mark| format!(", {}", place(mark.site))).unwrap_or_default();
                line(&format!("{answer}{at}"))?;
                continue;
            }
            line(&answer)?;
            for mark in marks {
                let text = line_text(project, &loaded.veil, mark.site, width);
                let role = mark.role.to_string();
                line(&format!("{INDENT}{}  {text}  <- {}", place(mark.site), escape(&role)))?;
            }
        }
        writeln!(console)
    };
    analysis.each_route(&mut |_, route| {
        if route.facts.iter().next().is_some() {
            speaking += 1;
            if printed.is_ok() {
                let mut route = loaded.veil.route(project, &route);
                move_route(project, &mut route);
                printed = print(&route);
            }
        }
    });
    printed?;
    let silent = analysis.route_count().saturating_sub(speaking);
    if silent > 0 {
        writeln!(console, "{} without any sign of WebSocket traffic", count(silent, "more route"))?;
    }
    if speaking > 0 && !all && !console.quiet {
        writeln!(console, "`--all` shows every fact with all the lines that it follows from.")?;
    }
    console.flush()?;
    Ok(())
}
