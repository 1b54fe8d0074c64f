//! What becomes of a handshake on the route that a line stands for, and what the word there is.

use std::fmt::Write;
use std::path::Path;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};
use wslint_model::Route;

use super::diagnostics::Told;
use super::position::Encoding;
use super::routes;
use super::seen::Seen;
use super::words::describe;
use crate::escape::{backticks, escape};
use crate::output::facts;

/// Routes of one line that are told: a location of many servers is many routes.
const MOST_ROUTES: usize = 5;

/// The facts of the routes whose line it is, and the data of the directive or keyword.
pub(super) fn hover(
    seen: &Seen,
    path: &Path,
    position: Position,
    encoding: Encoding,
    stops: &dyn Fn() -> bool,
) -> Option<Hover> {
    let file = seen.file(path)?;
    let mut told = Told::new(seen, encoding);
    let mut here: Vec<Route> = Vec::new();
    routes::of_file(seen, file, stops, &mut |site, route| {
        let range = told.range(site);
        if here.len() < MOST_ROUTES && (range.start.line..=range.end.line).contains(&position.line) {
            here.push(routes::shown(seen, &route));
        }
    });
    let mut value: Vec<String> = here.iter().map(words).collect();
    value.extend(describe(seen, path, position, encoding));
    (!value.is_empty()).then(|| Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: value.join("\n\n---\n\n"),
        }),
        range: None,
    })
}

fn words(route: &Route) -> String {
    let server = route.server.as_deref().map(|server| format!(", {}", code(server))).unwrap_or_default();
    let mut words = format!("**{}**{server}\n", code(&route.label));
    for (question, fact) in route.facts.iter().filter(|(question, _)| facts::ASKED.contains(&question.name)) {
        let answer = format!("{}{}", facts::value(fact), facts::origin(&fact.cause));
        // Writing to a string does not fail.
        let _ = write!(words, "\n- {}: {}", question.name, code(&answer));
    }
    words
}

/// Text of a configuration in Markdown, in which nothing of it is Markdown: a code span ends with as many backticks as it
/// begins with (CommonMark, section 6.1).
fn code(text: &str) -> String {
    let text = escape(text);
    let fence = backticks(&text, 1);
    match fence.len() {
        1 => format!("{fence}{text}{fence}"),
        _ => format!("{fence} {text} {fence}"),
    }
}
