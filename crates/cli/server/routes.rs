//! The routes of a file: which of them a place stands for, and what becomes of a handshake on them in a few words.

use lsp_types::{Position, Range};
use wslint_model::{Content, FileId, Project, Request, Route, Site, questions};
use wslint_syntax::Span;
use wslint_syntax::nginx::Tree;

use super::diagnostics::Told;
use super::seen::Seen;
use crate::analysis::Filter;
use crate::output::facts;
use crate::project::move_route;

/// Routes that are offered to be traced.
const MOST_TRACED: usize = 3;

/// The routes whose lines stand in a file, or in text that it holds, with the places where they are written. Work that is
/// to be given up hands out no more.
pub(super) fn of_file(
    seen: &Seen,
    file: FileId,
    stops: &dyn Fn() -> bool,
    each: &mut dyn FnMut(Site, Route),
) {
    let project = &seen.loaded.project;
    let written = |site: Site| project.written(site);
    let wanted = Filter { lines: &|_, site| written(site).file == file, stops, ..Filter::default() };
    seen.analysis().each_route_of(&wanted, &mut |_, route| {
        let site = written(route.site);
        if site.file == file && route.facts.iter().next().is_some() {
            each(site, route);
        }
    });
}

/// A route in which nothing is secret, and whose causes stand where they are written.
pub(super) fn shown(seen: &Seen, route: &Route) -> Route {
    let mut route = seen.loaded.veil.route(&seen.loaded.project, route);
    move_route(&seen.loaded.project, &mut route);
    route
}

/// The requests of the routes that a range stands for: those of its lines, or else of the innermost block or section around
/// it.
pub(super) fn requests(
    seen: &Seen,
    told: &mut Told<'_>,
    file: FileId,
    range: Range,
    stops: &dyn Fn() -> bool,
) -> Vec<Request> {
    let mut routes: Vec<(Range, Site, Request)> = Vec::new();
    of_file(seen, file, stops, &mut |site, route| {
        if let Some(request) = shown(seen, &route).request {
            routes.push((told.range(site), site, *request));
        }
    });
    let lines = |place: &Range| place.start.line <= range.end.line && range.start.line <= place.end.line;
    let on_lines = routes.iter().filter(|(place, ..)| lines(place));
    let mut found: Vec<&Request> = on_lines.map(|(.., request)| request).collect();
    for around in around(&seen.loaded.project, told, file, range.start) {
        if found.is_empty() {
            let within = routes.iter().filter(|(_, site, _)| around.holds(site.span));
            found.extend(within.map(|(.., request)| request));
        }
    }
    let mut distinct: Vec<Request> = Vec::new();
    for request in found {
        let known = |other: &Request| (other.url(), &other.listen) == (request.url(), &request.listen);
        if distinct.len() < MOST_TRACED && !distinct.iter().any(known) {
            distinct.push(request.clone());
        }
    }
    distinct
}

/// A block or section around a place.
enum Around {
    /// A block of nginx, by its first statement: the routes of that line are meant.
    Block(Span),
    /// A section of HAProxy: the routes of all its lines are meant.
    Section(Span),
}

impl Around {
    fn holds(&self, span: Span) -> bool {
        match self {
            Self::Block(head) => head.start == span.start,
            Self::Section(whole) => whole.start <= span.start && span.end <= whole.end,
        }
    }
}

/// What is around a place of a file that a proxy reads, the innermost first.
fn around(project: &Project, told: &mut Told<'_>, file: FileId, at: Position) -> Vec<Around> {
    let holds = |told: &mut Told<'_>, span: Span| {
        let range = told.range(Site { file, span });
        range.start <= at && at <= range.end
    };
    match &project.file(file).content {
        Content::Nginx(tree) => {
            let blocks: Vec<Span> = blocks(tree)
                .into_iter()
                .filter(|&(whole, _)| holds(told, whole))
                .map(|(_, head)| head)
                .collect();
            blocks.into_iter().rev().map(Around::Block).collect()
        }
        Content::Haproxy(tree) => {
            let sections = tree.sections().map(|section| {
                let last = section.lines().last().map_or(section.header.span, |(_, line)| line.span);
                Span { start: section.header.span.start, end: last.end }
            });
            sections.filter(|&span| holds(told, span)).map(Around::Section).collect()
        }
        Content::Beside(_) => Vec::new(),
    }
}

/// The blocks of a file, the outer ones first: each with its first statement.
fn blocks(tree: &Tree) -> Vec<(Span, Span)> {
    tree.ids().filter(|&id| tree.has_block(id)).map(|id| (tree.span(id), tree.statement(id))).collect()
}

/// What becomes of a handshake on a route, in a few words; none if nothing is known.
pub(super) fn fate(route: &Route) -> Option<String> {
    let fact =
        |name: &str| route.facts.iter().find(|(question, _)| question.name == name).map(|(_, fact)| fact);
    if route.facts.get(questions::REJECTED.name()).is_some() {
        return Some("the proxy refuses this configuration".to_owned());
    }
    let handshake = fact("handshake")?;
    let word = facts::value(handshake);
    if word != "succeeds" {
        return (word != "unknown").then(|| format!("handshake {word}"));
    }
    let idle = fact("idle-timeout").map(|idle| (facts::value(idle), facts::origin(&idle.cause)));
    Some(match idle {
        Some((time, _)) if time == "unknown" => "handshake succeeds".to_owned(),
        Some((time, _)) if time == "never" => "handshake succeeds; silence never cuts it".to_owned(),
        Some((time, origin)) => format!("handshake succeeds; cut after {time} of silence{origin}"),
        None => "handshake succeeds".to_owned(),
    })
}
