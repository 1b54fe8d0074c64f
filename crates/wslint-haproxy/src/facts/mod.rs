//! What a route answers to the questions of the catalogue.

mod cause;
mod changed;
mod computed;
mod cors;
mod details;
mod filters;
mod http;
mod identity;
mod inert;
mod limits;
pub(crate) mod loading;
mod memory;
mod overtaken;
mod protocol;
mod refusals;
mod routing;
mod server_lines;
mod servers;
mod shared;
mod stickiness;
mod tests;
mod timeouts;
mod tls;
mod transports;
mod tried;

pub(crate) use self::shared::Shared;
use self::tried::Tried;
use super::questions as ask;
use super::routes::candidates::Candidate;
use super::routes::probe::follow;
use super::routes::ways::{Leaves, Surroundings, Way, Ways};
use super::routes::wish::Wish;
use wslint_model::answer::{self, Expected, Told};
use wslint_model::{Cause, Facts, Origin};

/// Tries a way and answers the questions about it, with `details` those too that no rule asks.
pub(crate) fn of(
    surroundings: &Surroundings<'_, '_>,
    shared: &Shared<'_, '_>,
    candidate: &Candidate<'_>,
    details: bool,
) -> Facts {
    let frontend = candidate.frontend;
    let mut handshakes = follow(surroundings, frontend, &candidate.wish, true);
    let takes_way = |way: Way<'_>| {
        way.taken.switch == candidate.switch && way.taken.backend.is_some() && way.leaves() == Leaves::Sent
    };
    let mut path_decides = false;
    if candidate.wish.path.is_none() && !handshakes.iter().any(takes_way) {
        // The way asks for no path; perhaps `/` alone is taken by another rule.
        let wish = Wish { path: Some("/ws".to_owned()), ..candidate.wish.clone() };
        let others = follow(surroundings, frontend, &wish, true);
        path_decides = !handshakes.iter().map(|way| way.leaves()).eq(others.iter().map(|way| way.leaves()));
        if others.iter().any(takes_way) {
            handshakes = others;
            path_decides = false;
        }
    }
    let plain = follow(surroundings, frontend, &candidate.wish, false);
    let leads_nowhere = leads_nowhere(surroundings, candidate, &handshakes);
    let tried = Tried {
        surroundings: *surroundings,
        config: surroundings.config,
        root: surroundings.root,
        shared,
        candidate,
        handshakes,
        plain,
        path_decides,
        leads_nowhere,
        expected: expected(surroundings, candidate),
    };
    all(&tried, details)
}

/// Whether no rule leads the handshakes of a candidate to a backend, on whatever host. Where a rule should have taken
/// them, they are not those that it asks for.
fn leads_nowhere(surroundings: &Surroundings<'_, '_>, candidate: &Candidate<'_>, tried: &Ways) -> bool {
    if candidate.switch.is_some() || !tried.iter().any(|way| way.finds_no_backend()) {
        return false;
    }
    let any_host = candidate.endpoint.is_none_or(|endpoint| endpoint.host.is_none());
    let wish = Wish { any_host, ..candidate.wish.clone() };
    let all = follow(surroundings, candidate.frontend, &wish, true);
    all.runs.complete && all.iter().all(|way| way.finds_no_backend())
}

/// What is expected of a candidate's route.
fn expected(surroundings: &Surroundings<'_, '_>, candidate: &Candidate<'_>) -> Expected {
    let evidence = &candidate.evidence;
    let path = candidate.wish.path.as_deref().unwrap_or("/");
    let told = Told {
        confidence: evidence.confidence,
        path: path.split('?').next().unwrap_or_default().to_owned(),
        framework: evidence.framework,
        cause: evidence.cause.clone(),
    };
    Expected::new(told, candidate.endpoint, candidate.service, surroundings.settings)
}

/// Answers every question that applies.
fn all(tried: &Tried<'_, '_>, details: bool) -> Facts {
    let mut facts = Facts::default();
    answer::expected(&mut facts, &tried.expected);
    if tried.handshakes.iter().any(|way| tried.is_told_by(&way)) {
        // Other hosts than those that take the way say nothing about it.
        let runs = match tried.candidate.wish.any_host {
            true => &tried.handshakes.only(|way| tried.is_told_by(way)),
            false => &tried.handshakes.runs,
        };
        answer::handshake(&mut facts, runs, &tried.expected);
    }
    let derived = Cause::nowhere(Origin::Derived);
    let section = tried.config.proxy(tried.candidate.frontend);
    let listeners = section
        .binds
        .iter()
        .map(|bind| (bind.text.clone(), bind.tls, Some(section.statements[bind.statement].site())));
    answer::listens(&mut facts, listeners);
    facts.answer(&ask::PLAIN_TRAFFIC, tried.plain_traffic(), derived);
    timeouts::answer(tried, &mut facts);
    http::answer(tried, &mut facts);
    cors::answer(tried, &mut facts);
    if details {
        details::answer(tried, &mut facts);
    }
    identity::answer(tried, &mut facts);
    routing::answer(tried, &mut facts);
    overtaken::answer(tried, &mut facts);
    stickiness::answer(tried, &mut facts);
    servers::answer(tried, &mut facts);
    limits::answer(tried, &mut facts);
    protocol::answer(tried, &mut facts);
    tls::answer(tried, &mut facts);
    inert::answer(tried, &mut facts);
    tests::answer(tried, &mut facts);
    transports::answer(tried, &mut facts);
    filters::answer(tried, &mut facts);
    memory::answer(tried, &mut facts);
    refusals::answer(tried, &mut facts);
    computed::answer(tried, &mut facts);
    loading::answer(tried, &mut facts);
    facts.finish()
}
