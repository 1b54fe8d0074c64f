//! A route, drawn as the way of a request: client, listener, server or frontend, location or rule, upstream. What breaks is
//! marked where it does.

use maud::{Markup, html};
use wslint_model::Proxy;
use wslint_model::Value;
use wslint_model::duration::in_words;
use wslint_rules::Severity;

use super::page::{code_of, prose, shown};
use crate::output::served::{Line, Served};

/// How it fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The handshake succeeds, and nothing is known against it.
    Works,
    /// It is not certain, or does not last.
    Doubtful,
    /// It fails.
    Fails,
}

impl State {
    fn class(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Doubtful => "doubtful",
            Self::Fails => "fails",
        }
    }

    /// In one word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Doubtful => "is not certain, or does not last",
            Self::Fails => "fails",
        }
    }
}

/// A station on the way.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// What it is: `client`, `listener`.
    pub(crate) what: String,
    /// What it is called.
    pub(crate) name: String,
    /// Where it stands, as `file:line`.
    pub(crate) place: Option<String>,
}

/// A way.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    /// The stations, the client's first.
    pub(crate) hops: Vec<Hop>,
    /// The number of the station that is not reached, or does not answer as it should.
    pub(crate) broken: Option<usize>,
    /// How it fares.
    pub(crate) state: State,
    /// Why, if it does not work.
    pub(crate) why: Option<String>,
}

fn hop(what: &str, name: impl Into<String>, line: Option<&Line>) -> Hop {
    Hop { what: what.to_owned(), name: name.into(), place: line.map(place) }
}

pub(super) fn place(line: &Line) -> String {
    format!("{}:{}", line.file, line.line)
}

/// How a route fares.
pub(super) fn state_of(route: &Served) -> State {
    match route.word("handshake") {
        _ if route.answer("rejected").is_some() => State::Fails,
        Some("fails") => State::Fails,
        Some("succeeds") if !route.is_faulty() => State::Works,
        _ => State::Doubtful,
    }
}

/// How a route fares, in a few words.
pub(super) fn fate_of(route: &Served) -> &'static str {
    match (state_of(route), route.word("handshake")) {
        (State::Doubtful, Some("succeeds")) => "works, with faults",
        (State::Doubtful, Some("sometimes")) => "fails sometimes",
        (State::Doubtful, _) => "not certain",
        (state, _) => state.word(),
    }
}

/// The way of a route.
pub(crate) fn drawing_of(route: &Served) -> Drawing {
    let state = state_of(route);
    let first_line = |question: &str| route.answer(question).and_then(|answer| answer.lines.first());
    let mut hops = vec![hop("client", route.address(), None)];
    hops.push(hop("listener", route.text("listens").unwrap_or("not known"), first_line("listens")));
    match route.proxy {
        Proxy::Nginx => {
            hops.push(hop("nginx server", route.server.as_deref().unwrap_or("any name"), None));
            hops.push(hop("location", route.label.as_str(), Some(&route.line)));
        }
        Proxy::Haproxy => {
            let (section, _) = route.label.split_once(" → ").unwrap_or((&route.label, ""));
            hops.push(hop("HAProxy", section, None));
            hops.push(hop("rule", route.line.text.as_str(), Some(&route.line)));
        }
    }
    let upstream = match (route.text("upstream"), route.word("handler")) {
        (Some(addresses), _) => hop("upstream", addresses, first_line("upstream")),
        (None, Some("proxy")) | (None, None) => hop("upstream", "not known", first_line("handler")),
        (None, Some(handler)) => {
            let answer = route
                .text("answer")
                .map_or_else(|| handler.to_owned(), |answer| format!("{handler}: {answer}"));
            hop("answered by the proxy", answer, first_line("handler"))
        }
    };
    hops.push(upstream);
    let refused = route.text("rejection").filter(|_| route.answer("rejected").is_some());
    let broken = match state {
        State::Works => None,
        _ if route.answer("rejected").is_some() => Some(2),
        _ => Some(4),
    };
    let verdict = route.verdicts.iter().find(|verdict| verdict.severity > Severity::Info);
    let why = refused.or(route.text("handshake-reason")).or(verdict.map(|verdict| verdict.message.as_str()));
    Drawing { hops, broken, state, why: why.filter(|_| state != State::Works).map(str::to_owned) }
}

/// Draws a way.
pub(crate) fn drawn(drawing: &Drawing) -> Markup {
    html! {
        ol.way aria-label={ "The way of a handshake, which " (drawing.state.word()) } {
            @for (number, hop) in drawing.hops.iter().enumerate() {
                @let broken = drawing.broken == Some(number);
                li.broken[broken] .(drawing.state.class())[broken] {
                    @if number > 0 {
                        span.link aria-hidden="true" { @if broken && drawing.state == State::Fails { "✕" } @else if broken { "!" } @else { "→" } }
                    }
                    div.hop {
                        span.what { (shown(&hop.what)) }
                        span.name { (shown(&hop.name)) }
                        @if let Some(place) = &hop.place { span.place { (shown(place)) } }
                    }
                }
            }
        }
        @if let Some(why) = &drawing.why { p.why .(drawing.state.class()) { (prose(why)) } }
    }
}

/// What people ask about first, each with what it is called.
const ASKED: [(&str, &str); 9] = [
    ("handshake", "handshake"),
    ("upgrade", "Upgrade"),
    ("connection", "Connection"),
    ("host", "Host"),
    ("upstream-uri", "URI at the upstream"),
    ("idle-timeout", "idle limit"),
    ("servers", "servers"),
    ("affinity", "affinity"),
    ("assumed", "assumed of clients"),
];

/// The questions whose answers a drawing and its facts show.
pub(super) const QUESTIONS: &[&str] = &[
    "handshake",
    "handshake-reason",
    "rejected",
    "rejection",
    "listens",
    "handler",
    "answer",
    "upgrade",
    "connection",
    "host",
    "upstream-uri",
    "upstream",
    "servers",
    "affinity",
    "idle-timeout",
    "idle-timeout-by",
    "assumed",
];

/// The facts of a route, each with the line that makes it so.
pub(super) fn facts(route: &Served) -> Markup {
    html! {
        table.facts {
            tbody {
                @for (question, title) in ASKED {
                    @if let Some(answer) = route.answer(question) {
                        tr {
                            th scope="row" { (title) }
                            td { (value(&answer.value)) }
                            td { @if let Some(line) = answer.lines.first() { span.place { (shown(&place(line))) } " " (code_of(&line.text)) } }
                        }
                    }
                }
            }
        }
    }
}

/// An answer for people.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Choice(word) => (*word).to_owned(),
        Value::Duration(time) => in_words(*time),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => shown(text),
        Value::Unknown => "not known".to_owned(),
    }
}
