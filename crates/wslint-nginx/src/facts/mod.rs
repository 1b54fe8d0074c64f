//! The answers of one route: what becomes of its representative requests, as values with causes.

mod answer;
mod balance;
mod details;
mod guards;
mod headers;
mod identity;
mod maps;
mod missing;
mod overrides;
mod path;
mod polling;
pub(crate) mod refusal;
mod route;
mod selection;
mod slips;
mod sockets;
mod timing;
mod upstream;

use self::route::RouteFacts;
use super::choices;
use super::config::location::LocationKind;
use super::model::Model;
use super::questions;
use super::refusal::Refusal;
use super::request::exit::Exit;
use super::routes::candidate::Candidate;
use super::routes::tried::Tried;
use wslint_model::answer::{self as shared, Expected, Told};
use wslint_model::{Cause, Facts, Origin, Role};

/// Answers the questions of a route: what all of its runs agree on. With `details` those too that no rule asks.
pub(crate) fn of<'p>(
    model: &Model<'p>,
    refusal: Option<&Refusal>,
    tried: &Tried<'_, 'p>,
    details: bool,
) -> Facts {
    let of_run = |number| of_run(model, refusal, tried, number, details);
    let mut runs: Vec<Facts> = (0..tried.runs.results.len()).map(of_run).collect();
    if !tried.runs.complete {
        // What the runs that were not made come to is not known.
        runs.push(Facts::default());
    }
    let candidate = tried.candidate;
    let mut facts = Facts::default();
    let expected = expected(model, candidate);
    if candidate.evidence.events {
        tell_events(&mut facts, candidate);
        shared::silence(&mut facts, tried.runs.results.iter(), &expected);
    } else {
        shared::expected(&mut facts, &expected);
        tell_evidence(&mut facts, candidate, &expected.cause);
        shared::runs(&mut facts, &tried.runs, &expected);
    }
    facts.extend(Facts::agreed(runs));
    missing::tell(model, tried.passage(0).level, &mut facts);
    let listens = model.listens(candidate.server);
    let listeners = listens.iter().map(|listen| {
        let site = listen.line.map(|line| model.config().site(line));
        (listen.address.to_string(), listen.tls, site)
    });
    shared::listens(&mut facts, listeners);
    slips::tell(model, candidate.location.unwrap_or(candidate.server), &mut facts);
    facts.finish()
}

fn of_run<'p>(
    model: &Model<'p>,
    refusal: Option<&Refusal>,
    tried: &Tried<'_, 'p>,
    number: usize,
    details: bool,
) -> Facts {
    let passage = tried.passage(number);
    let mut route = RouteFacts { model, tried, number, passage, details, facts: Facts::default() };
    if let Some(refusal) = refusal {
        refusal::tell(refusal, model.config(), &mut route.facts);
    }
    route.tell_unreachable();
    route.tell_sockets();
    if matches!(passage.exit, Exit::Unknown) {
        return route.facts;
    }
    route.tell_answer();
    route.tell_referer();
    route.tell_selection();
    route.tell_set_after_break();
    if let Exit::Tunnelled(tunnel) = &passage.exit
        && let Some(pool) = tunnel.pool.as_ref().and_then(Option::as_deref)
        && let Some(pool) = model.stream_pool(pool)
    {
        route.tell_pool(pool);
    }
    if let Some(pass) = passage.pass() {
        route.tell_headers(pass);
        route.tell_path(pass);
        route.tell_below(pass);
        route.tell_upstream(pass);
        route.tell_timing(pass);
        route.tell_polling(pass);
        route.tell_balance(pass);
        route.tell_guards(pass);
    }
    route.facts
}

/// Why a handshake is expected on a route.
fn expected(model: &Model<'_>, candidate: &Candidate<'_>) -> Expected {
    let Candidate { evidence, endpoint, service, .. } = candidate;
    let told = Told {
        confidence: evidence.confidence,
        path: spoken_path(model, candidate),
        framework: evidence.framework,
        cause: match endpoint {
            Some(endpoint) => endpoint.cause(),
            None => Cause::at(Origin::Derived, evidence.site, Role::Evidence),
        },
    };
    Expected::new(told, *endpoint, *service, model.settings())
}

fn tell_evidence(facts: &mut Facts, candidate: &Candidate<'_>, cause: &Cause) {
    let evidence = &candidate.evidence;
    let explicit = evidence.explicit && candidate.endpoint.is_none();
    facts.answer(&questions::EXPLICIT, explicit, cause.clone());
    let scope = match (evidence.general, evidence.folder) {
        (true, _) => choices::Scope::General,
        (false, true) => choices::Scope::Folder,
        (false, false) => choices::Scope::Dedicated,
    };
    facts.answer(&questions::SCOPE, scope, cause.clone());
}

/// Server-sent events are no WebSocket traffic: nothing is said of handshakes.
fn tell_events(facts: &mut Facts, candidate: &Candidate<'_>) {
    let evidence = &candidate.evidence;
    let words = "this says that the route carries server-sent events".to_owned();
    let cause = Cause::at(Origin::Derived, evidence.site, Role::Says(words));
    facts.answer(&questions::EVENTS, choices::Events::Strong, cause);
    facts.answer(&questions::PATH, evidence.path.clone(), Cause::nowhere(Origin::Derived));
}

/// The path of a route as messages name it: of an expression that takes any last segment, such as a room's name, the
/// folder, since the sample in its place is nobody's.
fn spoken_path(model: &Model<'_>, candidate: &Candidate<'_>) -> String {
    let path = &candidate.evidence.path;
    let kind = candidate.location.and_then(|location| model.config().location_kind(location));
    let (Some(LocationKind::Pattern { expression, .. }), None) = (kind, candidate.endpoint) else {
        return path.clone();
    };
    let folder = path.rfind('/').map_or(0, |at| at + 1);
    let last = &path[folder..];
    let written = last.len() > 1 && expression.contains(last);
    if written || last.is_empty() || folder <= 1 { path.clone() } else { path[..folder].to_owned() }
}
