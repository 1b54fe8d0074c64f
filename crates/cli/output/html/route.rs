//! A route, drawn as the way of a request over all proxies: client, listener, server or frontend, location or rule, upstream.
//! What breaks is marked where it does.

use maud::{Markup, html};
use wslint_model::Value;
use wslint_model::duration::in_words;
use wslint_rules::Severity;

use super::page::{code_of, prose, shown};
use crate::output::line::Line;
use crate::output::passage::Passage;
use crate::output::served::Served;

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
pub(crate) struct Station {
    /// What it is: `client`, `location`.
    pub(crate) what: String,
    /// What it is called.
    pub(crate) name: String,
    /// Where it stands, as `file:line`.
    pub(crate) place: Option<String>,
    /// What becomes of the connection there, in clauses.
    pub(crate) facts: Vec<String>,
}

impl Station {
    /// A station that stands on no line.
    pub(crate) fn new(what: impl Into<String>, name: impl Into<String>) -> Self {
        Self { what: what.into(), name: name.into(), place: None, facts: Vec::new() }
    }

    fn at(what: impl Into<String>, name: impl Into<String>, line: Option<&Line>) -> Self {
        Self { place: line.map(place), ..Self::new(what, name) }
    }
}

/// A way.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    /// The stations, the client's first.
    pub(crate) stations: Vec<Station>,
    /// The number of the station that is not reached, or does not answer as it should.
    pub(crate) broken: Option<usize>,
    /// How it fares.
    pub(crate) state: State,
    /// Why, if it does not work.
    pub(crate) why: Option<String>,
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

/// The stations of all proxies on a way, and the number of the first one of each.
pub(crate) fn stations_of(passages: &[Passage], before: usize) -> (Vec<Station>, Vec<usize>) {
    let (mut stations, mut firsts) = (Vec::new(), Vec::new());
    for passage in passages {
        firsts.push(before + stations.len());
        let title = passage.proxy.title();
        stations.push(Station::new(format!("{title}, arriving at"), passage.address.as_str()));
        stations.extend(
            passage.stations.iter().map(|(what, line)| Station::at(*what, line.text.as_str(), Some(line))),
        );
        if let Some(last) = stations.last_mut() {
            last.facts.clone_from(&passage.facts);
        }
    }
    (stations, firsts)
}

/// The way of a route.
pub(crate) fn drawing_of(route: &Served) -> Drawing {
    let state = state_of(route);
    let first_line = |question: &str| route.answer(question).and_then(|answer| answer.lines.first());
    let mut stations = vec![Station::new("client", route.address())];
    let (proxies, firsts) = stations_of(&route.passages, stations.len());
    if proxies.is_empty() {
        stations.push(Station::at("configuration", route.label.as_str(), Some(&route.line)));
    }
    stations.extend(proxies);
    // What the facts of a route call its upstream is the next proxy, where one is behind its own.
    let own = Passage::with_line(&route.passages, &route.line);
    let behind = route.passages.split_last().filter(|(_, before)| own.is_some_and(|own| own < before.len()));
    let behind = behind.and_then(|(last, _)| last.answers.as_ref());
    stations.push(match (behind, route.text("upstream"), route.word("handler")) {
        (Some((what, name)), _, _) => Station::new(*what, name),
        (None, Some(addresses), _) => Station::at("upstream", addresses, first_line("upstream")),
        (None, None, Some("proxy") | None) => Station::at("upstream", "not known", first_line("handler")),
        (None, None, Some(handler)) => {
            let answer = route
                .text("answer")
                .map_or_else(|| handler.to_owned(), |answer| format!("{handler}: {answer}"));
            Station::at("answered by the proxy", answer, first_line("handler"))
        }
    });
    let verdict = route.verdicts.iter().find(|verdict| verdict.severity > Severity::Info);
    let is_rejected = route.answer("rejected").is_some();
    let last = stations.len() - 1;
    let broken = match state {
        State::Works => None,
        // A proxy that does not start takes no connection.
        _ if is_rejected => Some(1),
        // What a line breaks does not come to the station behind its proxy.
        _ => {
            let line = first_line("handshake-reason").or(verdict.map(|verdict| &verdict.line));
            let passage = line.and_then(|line| Passage::with_line(&route.passages, line));
            let next = passage.and_then(|passage| firsts.get(passage + 1).copied());
            Some(next.unwrap_or(last))
        }
    };
    let refused = route.text("rejection").filter(|_| is_rejected);
    let why = refused.or(route.text("handshake-reason")).or(verdict.map(|verdict| verdict.message.as_str()));
    Drawing { stations, broken, state, why: why.filter(|_| state != State::Works).map(str::to_owned) }
}

/// Draws a way.
pub(crate) fn drawn(drawing: &Drawing) -> Markup {
    html! {
        ol.way aria-label={ "The way of a handshake, which " (drawing.state.word()) } {
            @for (number, station) in drawing.stations.iter().enumerate() {
                @let broken = drawing.broken == Some(number);
                li.broken[broken] .(drawing.state.class())[broken] {
                    @if number > 0 {
                        span.link aria-hidden="true" { @if broken && drawing.state == State::Fails { "✕" } @else if broken { "!" } @else { "→" } }
                    }
                    div.station {
                        span.what { (shown(&station.what)) }
                        span.name { (shown(&station.name)) }
                        @if let Some(place) = &station.place { span.place { (shown(place)) } }
                        @for fact in &station.facts { span.fact { (shown(fact)) } }
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
