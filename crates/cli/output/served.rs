//! Routes as people see them: what each serves, what is known of it, and the lines that make it so. Nothing of it rests on
//! the files any more, and no secret of theirs stands in it.

use std::collections::HashMap;

use wslint_model::choices::{Handshake, Polls};
use wslint_model::traffic::Framework;
use wslint_model::way::{Run, Runs};
use wslint_model::{Choice, Endpoint, Fact, Mark, Project, Proxy, Route, Site, Value, questions};
use wslint_rules::{Finding, Severity};

use super::line::{Line, first_line};
use super::locate::Locator;
use super::passage::Passage;
use crate::project::{move_finding, move_route};
use crate::secret::Veil;

/// How many lines of a cause are kept.
const MOST_LINES: usize = 8;

/// What is known of one question, and the lines that make it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The value.
    pub(crate) value: Value,
    /// The lines, the most telling first; none for a default.
    pub(crate) lines: Vec<Line>,
}

/// What a rule says of a route.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// The rule.
    pub(crate) rule: String,
    /// How bad it is there.
    pub(crate) severity: Severity,
    /// What happens to the traffic.
    pub(crate) message: String,
    /// What to type.
    pub(crate) help: String,
    /// The line that it points at.
    pub(crate) line: Line,
}

/// A route that carries WebSocket traffic, or stands for a configuration that the proxy refuses.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    /// The proxy.
    pub(crate) proxy: Proxy,
    /// The route in the configuration's own words.
    pub(crate) label: String,
    /// The virtual host or listener, for people.
    pub(crate) server: Option<String>,
    /// The host that clients call, if the configuration names one.
    pub(crate) host: Option<String>,
    /// The path that clients ask for; empty for a configuration as a whole.
    pub(crate) path: String,
    /// The line that stands for the route.
    pub(crate) line: Line,
    /// The file that its proxy is started with, as its tree calls it.
    pub(crate) main: String,
    /// What serves it, if known.
    pub(crate) framework: Option<Framework>,
    /// Whether clients send plain requests that must reach the server of the handshake.
    pub(crate) polls: bool,
    /// The proxies on its way, the client's first; none where nobody draws it.
    pub(crate) passages: Vec<Passage>,
    /// What is known, by the questions that were kept.
    answers: HashMap<&'static str, Answer>,
    /// What the rules say, the worst first.
    pub(crate) verdicts: Vec<Verdict>,
}

impl Served {
    /// What is known of a question.
    pub(crate) fn answer(&self, question: &str) -> Option<&Answer> {
        self.answers.get(question)
    }

    /// Whether the handshake succeeds, as far as that is certain.
    pub(crate) fn works(&self) -> bool {
        self.word("handshake") == Some(Handshake::Succeeds.word()) && self.answer("rejected").is_none()
    }

    /// Whether its requests are handed on to an upstream, by a proxy that starts.
    pub(crate) fn is_handed_on(&self) -> bool {
        self.answer("rejected").is_none() && self.answer("upgrade").is_some()
    }

    /// The word that answers a question, if one does.
    pub(crate) fn word(&self, question: &str) -> Option<&'static str> {
        match self.answer(question)?.value {
            Value::Choice(word) => Some(word),
            _ => None,
        }
    }

    /// The text that answers a question, if one does.
    pub(crate) fn text(&self, question: &str) -> Option<&str> {
        match &self.answer(question)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Where it listens, whatever is spoken there.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = &str> {
        let listeners = self.text("listens").into_iter().flat_map(|listeners| listeners.split(", "));
        listeners.map(|listener| listener.strip_suffix(" ssl").unwrap_or(listener))
    }

    /// Whether a rule says that something fails or does not last.
    pub(crate) fn is_faulty(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.severity > Severity::Info)
    }

    /// What clients ask for: host and path, without the query that every client of Engine.IO adds.
    pub(crate) fn address(&self) -> String {
        let path = match self.path.split_once("?EIO=") {
            Some((path, _)) => path,
            None => &self.path,
        };
        match (&self.host, path) {
            (_, "") => self.label.clone(),
            (Some(host), path) => format!("{host}{path}"),
            (None, path) => path.to_owned(),
        }
    }

    /// The endpoint that it is, to be asked for in another tree.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint {
            host: self.host.clone().filter(|host| !host.contains(':')),
            framework: self.framework,
            ..Endpoint::at(&self.path)
        }
    }
}

/// Reads routes of a project.
pub(crate) struct Reader<'r> {
    project: &'r Project,
    veil: &'r Veil,
    locator: Locator<'r>,
    questions: &'r [&'static str],
}

impl<'r> Reader<'r> {
    /// A reader that keeps the answers to these questions.
    pub(crate) fn new(project: &'r Project, veil: &'r Veil, questions: &'r [&'static str]) -> Self {
        Self { project, veil, locator: Locator::new(project), questions }
    }

    /// Whether a route is one that people want to see: it carries WebSocket traffic, or stands for a configuration that the
    /// proxy refuses.
    pub(crate) fn wants(route: &Route) -> bool {
        let stands_for_all = route.index == Route::NOT_FIXED && route.facts.iter().next().is_some();
        route.carries_websocket() || route.path.is_empty() && stands_for_all
    }

    /// A route, without what the rules say of it. `main` is what its configuration begins with.
    pub(crate) fn served(&mut self, route: &Route, main: String) -> Served {
        let mut route = self.veil.route(self.project, route);
        move_route(self.project, &mut route);
        let questions = self.questions;
        let answers = questions.iter().filter_map(|question| {
            let fact = route.facts.get(question)?;
            Some((*question, self.answer(fact)))
        });
        let answers = answers.collect();
        Served {
            proxy: route.proxy,
            line: self.line(route.site),
            main,
            framework: route.facts.value(&questions::FRAMEWORK),
            polls: matches!(
                route.facts.value(&questions::POLLS),
                Some(Polls::First | Polls::Negotiates | Polls::Fallback)
            ),
            passages: Vec::new(),
            answers,
            verdicts: Vec::new(),
            label: route.label,
            server: route.server,
            host: route.host.map(|host| host.to_ascii_lowercase()),
            path: route.path,
        }
    }

    fn answer(&mut self, fact: &Fact) -> Answer {
        let lines = fact.cause.marks.iter().take(MOST_LINES);
        Answer { value: fact.value.clone(), lines: lines.map(|mark: &Mark| self.line(mark.site)).collect() }
    }

    /// What a rule says.
    pub(crate) fn verdict(&mut self, mut finding: Finding<'_>) -> Verdict {
        self.veil.finding(self.project, &mut finding);
        move_finding(self.project, &mut finding);
        Verdict {
            rule: finding.rule.id.clone(),
            severity: finding.severity,
            line: self.line(finding.primary.site),
            message: finding.message,
            help: finding.help,
        }
    }

    /// A route with its way over all proxies. `runs` are those of its handshake.
    pub(crate) fn drawn(&mut self, route: &Route, main: String, runs: Option<&Runs<Run>>) -> Served {
        let project = self.project;
        let passages = runs.map(|runs| Passage::all(runs, |site| self.line(project.written(site))));
        let mut passages = passages.unwrap_or_default();
        let words = passages.iter_mut().flat_map(Passage::words_mut);
        words.for_each(|words| self.veil.words(project, words, &[]));
        Served { passages, ..self.served(route, main) }
    }

    /// The line of a place.
    pub(crate) fn line(&mut self, site: Site) -> Line {
        let position = self.locator.start(site);
        let text = first_line(self.project, self.veil, site);
        Line {
            file: self.project.file(site.file).path.clone(),
            line: position.line,
            column: position.column,
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}
