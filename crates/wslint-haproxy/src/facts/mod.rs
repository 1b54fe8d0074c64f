//! What a route answers to the questions of the catalogue.

mod changed;
mod computed;
mod filters;
mod http;
mod limits;
pub(crate) mod loading;
mod memory;
mod protocol;
mod refusals;
mod routing;
mod stickiness;
mod tests;
mod timeouts;
mod transports;

use super::acl::condition::Term;
use super::config::Config;
use super::config::action::Rule;
use super::config::proxy::{ProxyId, Target};
use super::questions as ask;
use super::refusal::Complaint;
use super::routes::candidates::Candidate;
use super::routes::probe::{Wish, follow};
use super::routes::ways::{Surroundings, Way, Ways};
use super::routes::{evidence, probe};
use super::statement::Statement;
use wslint_model::answer::{self, Expected};
use wslint_model::traffic::Framework;
use wslint_model::{Answer, Cause, Facts, HaproxyRoot, Known, Origin, Question, Role, Site};

/// A candidate with its runs.
pub(crate) struct Tried<'t, 'p> {
    /// The configuration among the others.
    surroundings: Surroundings<'t, 'p>,
    /// The configuration.
    config: &'t Config<'p>,
    /// The root, for its pattern files.
    root: &'t HaproxyRoot,
    /// What HAProxy complains about when it loads the configuration.
    complaints: &'t [Complaint],
    /// What was tried.
    candidate: &'t Candidate<'t>,
    /// All runs of the handshake.
    handshakes: Ways,
    /// All runs of a plain request on the same path, which is a poll where clients begin with polling.
    plain: Ways,
    /// What is expected of the route.
    expected: Expected,
}

impl Tried<'_, '_> {
    /// The backend of a run that takes the tried way.
    fn way(&self, way: &Way<'_>) -> Option<ProxyId> {
        way.taken.backend.filter(|_| way.taken.switch == self.candidate.switch)
    }

    /// Whether a run says something about the tried way: it takes it, or ends before it would come to any.
    fn is_told_by(&self, way: &Way<'_>) -> bool {
        self.way(way).is_some() || way.own().len() == 1 && way.taken.backend.is_none()
    }

    /// The runs of the handshake that take the tried way.
    fn arrived(&self) -> impl Iterator<Item = Way<'_>> + Clone {
        self.handshakes.iter().filter(|way| self.way(way).is_some())
    }

    /// Whether clients begin with polling.
    fn polls(&self) -> bool {
        self.expected.framework.is_some_and(Framework::polls)
    }

    /// The runs of the poll that take the tried way.
    fn polled(&self) -> impl Iterator<Item = Way<'_>> {
        self.plain.iter().filter(|way| self.polls() && self.way(way).is_some())
    }

    /// The backends that handshakes and polls of this way come to, each once.
    fn backends(&self) -> Vec<ProxyId> {
        let mut backends: Vec<ProxyId> = Vec::new();
        for backend in self.arrived().chain(self.polled()).filter_map(|way| self.way(&way)) {
            if !backends.contains(&backend) {
                backends.push(backend);
            }
        }
        backends
    }

    /// The frontend and the backend of this way with the `defaults` that they inherit from, nearest first.
    fn sections(&self) -> Vec<ProxyId> {
        let mut ends = vec![self.candidate.frontend];
        ends.extend(self.backend().filter(|&backend| backend != self.candidate.frontend));
        let mut sections: Vec<ProxyId> = Vec::new();
        for section in ends.into_iter().flat_map(|end| self.config.lineage(end)) {
            if !sections.contains(&section) {
                sections.push(section);
            }
        }
        sections
    }

    /// The rules of all lists that the way passes, with their lines.
    fn rules(&self) -> impl Iterator<Item = (&Rule, &Statement<'_>)> {
        self.sections().into_iter().flat_map(|section| {
            let section = self.config.proxy(section);
            section.rules.iter().map(|rule| (rule, &section.statements[rule.statement]))
        })
    }

    /// The rule on this way that stands at a place, with its section.
    fn rule_at(&self, way: &Way<'_>, site: Site) -> Option<(ProxyId, &Rule)> {
        let sections = [Some(self.candidate.frontend), way.taken.backend].into_iter().flatten();
        sections.flat_map(|end| self.config.lineage(end)).find_map(|section| {
            let proxy = self.config.proxy(section);
            let rule = proxy.rules.iter().find(|rule| proxy.statements[rule.statement].site() == site)?;
            Some((section, rule))
        })
    }

    /// Whether plain requests, polls among them, come to the backend of this way too.
    fn plain_traffic(&self) -> bool {
        self.polls()
            || self.candidate.switch.is_none()
            || self.backends().into_iter().any(|backend| takes_plain_requests(self.config, backend))
    }

    /// The one backend of this way; `None` where its name is computed and may be several.
    fn backend(&self) -> Option<ProxyId> {
        match self.backends().as_slice() {
            [backend] => Some(*backend),
            _ => None,
        }
    }
}

/// Whether a way that says nothing of WebSockets leads to a backend.
fn takes_plain_requests(config: &Config<'_>, backend: ProxyId) -> bool {
    let name = config.proxy(backend).name.as_str();
    config.frontends().any(|frontend| {
        let section = config.proxy(frontend);
        let by_default = match config.value(frontend, "default_backend") {
            Some((target, _)) => target == Some(name),
            None => frontend == backend,
        };
        by_default
            || section.switches.iter().any(|switch| {
                let here = match &switch.target {
                    Target::Named(target) => target == name,
                    _ => true,
                };
                let site = section.statements[switch.statement].site();
                let says_nothing = |terms: &[Term]| {
                    let tests = probe::positive_tests(section, terms);
                    evidence::of_tests(&tests, site).is_none()
                };
                let alternatives = probe::alternatives(switch.condition.as_ref());
                here && (alternatives.is_empty() || alternatives.into_iter().any(says_nothing))
            })
    })
}

/// Tries a way and answers the questions about it.
pub(crate) fn of(
    surroundings: &Surroundings<'_, '_>,
    complaints: &[Complaint],
    candidate: &Candidate<'_>,
) -> Facts {
    let frontend = candidate.frontend;
    let mut handshakes = follow(surroundings, frontend, &candidate.wish, true);
    let takes_way = |way: Way<'_>| way.taken.switch == candidate.switch && way.taken.backend.is_some();
    if candidate.wish.path.is_none() && !handshakes.iter().any(takes_way) {
        // The way asks for no path; perhaps `/` alone is taken by another rule.
        let wish = Wish { path: Some("/ws".to_owned()), ..candidate.wish.clone() };
        let others = follow(surroundings, frontend, &wish, true);
        if others.iter().any(takes_way) {
            handshakes = others;
        }
    }
    let plain = follow(surroundings, frontend, &candidate.wish, false);
    let tried = Tried {
        surroundings: *surroundings,
        config: surroundings.config,
        root: surroundings.root,
        complaints,
        candidate,
        handshakes,
        plain,
        expected: expected(surroundings, candidate),
    };
    all(&tried)
}

/// What is expected of a candidate's route.
fn expected(surroundings: &Surroundings<'_, '_>, candidate: &Candidate<'_>) -> Expected {
    let settings = surroundings.settings;
    let evidence = &candidate.evidence;
    let path = candidate.wish.path.as_deref().unwrap_or("/");
    let declared = candidate.endpoint;
    let heartbeat = declared.and_then(|endpoint| endpoint.heartbeat).or(settings.heartbeat);
    let minimum_idle = declared.and_then(|endpoint| endpoint.minimum_idle);
    Expected {
        confidence: evidence.confidence,
        declared: declared.is_some(),
        path: path.split('?').next().unwrap_or_default().to_owned(),
        framework: evidence.framework,
        heartbeat: heartbeat.or_else(|| evidence.framework.and_then(Framework::heartbeat)),
        minimum_idle: minimum_idle.unwrap_or(settings.minimum_idle),
        cause: evidence.cause.clone(),
    }
}

/// Answers every question that applies.
fn all(tried: &Tried<'_, '_>) -> Facts {
    let mut facts = Facts::default();
    answer::expected(&mut facts, &tried.expected);
    if tried.handshakes.iter().any(|way| tried.is_told_by(&way)) {
        answer::handshake(&mut facts, &tried.handshakes.runs, tried.expected.framework);
    }
    let derived = Cause::nowhere(Origin::Derived);
    facts.answer(&ask::PLAIN_TRAFFIC, tried.plain_traffic(), derived);
    timeouts::answer(tried, &mut facts);
    http::answer(tried, &mut facts);
    routing::answer(tried, &mut facts);
    stickiness::answer(tried, &mut facts);
    limits::answer(tried, &mut facts);
    protocol::answer(tried, &mut facts);
    tests::answer(tried, &mut facts);
    transports::answer(tried, &mut facts);
    filters::answer(tried, &mut facts);
    memory::answer(tried, &mut facts);
    refusals::answer(tried, &mut facts);
    computed::answer(tried, &mut facts);
    loading::answer(tried, &mut facts);
    facts.finish()
}

/// A line that sets a value.
fn set_at(site: Site) -> Cause {
    Cause::at(Origin::Set, site, Role::SetHere)
}

/// A place with words of its own.
fn says(origin: Origin, site: Site, words: impl Into<String>) -> Cause {
    Cause::at(origin, site, Role::Says(words.into()))
}

/// Answers a question about the runs of a request where they agree, and with what is not known where they differ or
/// are too many.
fn answer_agreed<T: Answer, A: Into<Known<T>>>(
    facts: &mut Facts,
    ways: &Ways,
    question: &'static Question<T>,
    answers: impl IntoIterator<Item = Option<(A, Cause)>>,
) {
    match ways.runs.complete {
        true => facts.answer_agreed(question, answers),
        false => facts.answer_unknown(question),
    }
}
