//! What a route answers to the questions of the catalogue.

mod computed;
mod filters;
mod http;
mod limits;
mod loading;
mod memory;
mod protocol;
mod refusals;
mod routing;
mod stickiness;
mod tests;
mod timeouts;
mod transports;
mod variants;

use super::acl::condition::Term;
use super::config::Config;
use super::config::action::Rule;
use super::config::proxy::{ProxyId, Target};
use super::questions as ask;
use super::refusal::Complaint;
use super::request::journey::{End, Hop, Journey};
use super::routes::attempts::Attempt;
use super::routes::probe::{Wish, follow};
use super::routes::{evidence, probe};
use super::statement::Statement;
use crate::fact::{Cause, Facts, Origin, Role, Value};
use crate::project::{HaproxyRoot, Site};
use crate::question::Question;
use crate::settings::Settings;
use crate::traffic::{self, Framework};

/// A tried way.
pub(crate) struct Context<'c, 'p> {
    /// The configuration.
    pub(crate) config: &'c Config<'p>,
    /// The root, for its pattern files.
    pub(crate) root: &'c HaproxyRoot,
    /// What HAProxy complains about when it loads the configuration.
    pub(crate) complaints: &'c [Complaint],
    /// What the user says.
    pub(crate) settings: &'c Settings,
    /// What was tried.
    pub(crate) attempt: &'c Attempt<'c>,
    /// All runs of the handshake.
    pub(crate) handshakes: Vec<Journey>,
    /// All runs of the poll that comes before it, for frameworks that begin with polling.
    pub(crate) polls: Vec<Journey>,
    /// All runs of a plain request on the same path.
    pub(crate) plain: Vec<Journey>,
    /// How often the framework's own heartbeat speaks, in milliseconds.
    pub(crate) heartbeat: Option<u64>,
}

impl Context<'_, '_> {
    /// The shortest idle limit, in milliseconds, that is accepted here without a word.
    fn minimum_idle(&self) -> u64 {
        let declared = self.attempt.endpoint.and_then(|endpoint| endpoint.minimum_idle);
        declared.unwrap_or(self.settings.minimum_idle)
    }

    /// The first hop of a run that takes the tried way.
    fn way<'j>(&self, journey: &'j Journey) -> Option<(&'j Hop, ProxyId)> {
        let hop = journey.hops.first().filter(|hop| hop.switch == self.attempt.switch)?;
        Some((hop, hop.backend?))
    }

    /// The runs of the handshake that take the tried way.
    fn arrived(&self) -> impl Iterator<Item = &Journey> {
        self.handshakes.iter().filter(|journey| self.way(journey).is_some())
    }

    /// The runs of the poll that take the tried way.
    fn polled(&self) -> impl Iterator<Item = &Journey> {
        self.polls.iter().filter(|journey| self.way(journey).is_some())
    }

    /// The backends that handshakes and polls of this way come to, each once.
    fn backends(&self) -> Vec<ProxyId> {
        let mut backends: Vec<ProxyId> = Vec::new();
        for journey in self.arrived().chain(self.polled()) {
            if let Some((_, backend)) = self.way(journey)
                && !backends.contains(&backend)
            {
                backends.push(backend);
            }
        }
        backends
    }

    /// The frontend and the backend of this way with the `defaults` that they inherit from, nearest first.
    fn sections(&self) -> Vec<ProxyId> {
        let mut ends = vec![self.attempt.frontend];
        ends.extend(self.backend().filter(|&backend| backend != self.attempt.frontend));
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

    /// The rule that ended a run, with its section, where a rule did.
    fn ended_by(&self, journey: &Journey) -> Option<(ProxyId, &Rule)> {
        let site = match &journey.end {
            End::Answered { site, .. } | End::Dropped { site, .. } => (*site)?,
            _ => return None,
        };
        let sections = journey.hops.iter().flat_map(|hop| [Some(hop.frontend), hop.backend]).flatten();
        sections.flat_map(|end| self.config.lineage(end)).find_map(|section| {
            let proxy = self.config.proxy(section);
            let rule = proxy.rules.iter().find(|rule| proxy.statements[rule.statement].site() == site)?;
            Some((section, rule))
        })
    }

    /// Whether plain requests, polls among them, come to the backend of this way too.
    fn plain_traffic(&self) -> bool {
        let polls = self.attempt.evidence.framework.is_some_and(Framework::polls);
        polls
            || self.attempt.switch.is_none()
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
    config: &Config<'_>,
    root: &HaproxyRoot,
    settings: &Settings,
    complaints: &[Complaint],
    attempt: &Attempt<'_>,
) -> Facts {
    let frontend = attempt.frontend;
    let mut handshakes = follow(config, root, frontend, &attempt.wish, true);
    let takes_way = |journey: &Journey| {
        journey.hops.first().is_some_and(|hop| hop.switch == attempt.switch && hop.backend.is_some())
    };
    if attempt.wish.path.is_none() && !handshakes.iter().any(takes_way) {
        // The way asks for no path; perhaps `/` alone is taken by another rule.
        let wish = Wish { path: Some("/ws".to_owned()), ..attempt.wish.clone() };
        let others = follow(config, root, frontend, &wish, true);
        if others.iter().any(takes_way) {
            handshakes = others;
        }
    }
    let polls_first = attempt.evidence.framework.is_some_and(Framework::polls);
    let plain = follow(config, root, frontend, &attempt.wish, false);
    let polls = if polls_first { plain.clone() } else { Vec::new() };
    let heartbeat = match (attempt.endpoint.and_then(|endpoint| endpoint.heartbeat), settings.heartbeat) {
        (Some(heartbeat), _) | (None, Some(heartbeat)) => Some(heartbeat),
        (None, None) => attempt.evidence.framework.and_then(Framework::heartbeat),
    };
    all(&Context { config, root, complaints, settings, attempt, handshakes, polls, plain, heartbeat })
}

/// Answers every question that applies.
fn all(context: &Context<'_, '_>) -> Facts {
    let mut facts = Facts::default();
    let evidence = &context.attempt.evidence;
    facts.answer(&traffic::WEBSOCKET, Value::Choice(evidence.confidence), evidence.cause.clone());
    if let Some(framework) = evidence.framework {
        facts.answer(&traffic::FRAMEWORK, Value::Choice(framework.name()), evidence.cause.clone());
    }
    if let Some(heartbeat) = context.heartbeat {
        facts.answer(&traffic::HEARTBEAT, Value::Duration(heartbeat), evidence.cause.clone());
    }
    let path = context.attempt.wish.path.clone().unwrap_or_else(|| "/".to_owned());
    let path = path.split('?').next().unwrap_or_default().to_owned();
    facts.answer(&traffic::PATH, Value::Text(path), evidence.cause.clone());
    let plain = Cause::nowhere(Origin::Derived);
    facts.answer(&ask::PLAIN_TRAFFIC, Value::Flag(context.plain_traffic()), plain);
    timeouts::answer(context, &mut facts);
    http::answer(context, &mut facts);
    routing::answer(context, &mut facts);
    stickiness::answer(context, &mut facts);
    limits::answer(context, &mut facts);
    protocol::answer(context, &mut facts);
    tests::answer(context, &mut facts);
    transports::answer(context, &mut facts);
    filters::answer(context, &mut facts);
    memory::answer(context, &mut facts);
    refusals::answer(context, &mut facts);
    computed::answer(context, &mut facts);
    loading::answer(context, &mut facts);
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

/// Answers a question where the runs agree, and with what is not known where they differ.
fn answer_agreed(
    facts: &mut Facts,
    question: &'static Question,
    answers: impl IntoIterator<Item = Option<(Value, Cause)>>,
) {
    let mut agreed: Option<Option<(Value, Cause)>> = None;
    for answer in answers {
        match &agreed {
            None => agreed = Some(answer),
            Some(before) => {
                let value = |answer: &Option<(Value, Cause)>| answer.as_ref().map(|(value, _)| value.clone());
                if value(before) != value(&answer) {
                    facts.answer(question, Value::Unknown, Cause::nowhere(Origin::Unknown));
                    return;
                }
            }
        }
    }
    if let Some(Some((value, cause))) = agreed {
        facts.answer(question, value, cause);
    }
}
