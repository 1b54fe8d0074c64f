//! Which configurations a request meets, in order: the one that takes it, and the one behind it if both lie in the
//! same tree, such as HAProxy in front of nginx.

use std::collections::BTreeMap;

use wslint_model::{AnsweredBy, Handshake, Known, NginxContext, Project, Request, Root, Step, Trace};

use crate::analysis::Analysis;

/// More hops than these are not followed. A circle of half as many shows before.
const LONGEST: usize = 16;

/// The request's way through one configuration.
pub(crate) struct Leg {
    /// The number of the model, and of its root.
    pub(crate) root: usize,
    /// The request as it arrives there.
    pub(crate) request: Request,
    /// Its way.
    pub(crate) trace: Trace,
}

/// Follows a request through the configuration that takes it and through those behind it. Empty if there is none.
///
/// `addresses` tells, for an address as one proxy calls it, the address that the other listens on.
pub(crate) fn follow(
    project: &Project,
    analysis: &Analysis<'_>,
    addresses: &BTreeMap<String, String>,
    request: &Request,
) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut next = first(project, analysis, request);
    while let Some(mut leg) = next {
        let onward =
            passed_on(&leg, addresses).filter(|_| leg.trace.outcome.answered_by == AnsweredBy::Upstream);
        next = onward
            .filter(|_| legs.len() + 1 < LONGEST)
            .and_then(|onward| behind(project, analysis, &legs, &leg, &onward));
        let comes_again = |one: &Leg, behind: &Leg| one.root == behind.root && one.request == behind.request;
        if next.take_if(|behind| legs.iter().chain([&leg]).any(|one| comes_again(one, behind))).is_some() {
            end_in_a_circle(&mut leg.trace);
        }
        legs.push(leg);
    }
    legs
}

/// A request as the upstream gets it.
struct Onward {
    request: Request,
    /// Whether the user told what listens there.
    is_told: bool,
}

/// The step that says so where the way leads back to where it came from.
pub(crate) const CIRCLE: &str = "circle";

/// Proxies that lead to each other pass a request on until one of them runs out of connections: which one, and whether
/// it answers or hangs, depends on all their limits.
fn end_in_a_circle(trace: &mut Trace) {
    let note = "this leads back to where it came from: the request goes round in a circle".to_owned();
    trace.steps.push(Step { what: CIRCLE, site: None, note });
    trace.outcome.handshake = Handshake::Fails;
    trace.outcome.answered_by = AnsweredBy::Unknown;
    trace.outcome.status = Known::Unknown;
}

/// The configuration that the client reaches: HAProxy before nginx, whole ones before fragments, and of those the
/// first that answers.
fn first(project: &Project, analysis: &Analysis<'_>, request: &Request) -> Option<Leg> {
    let mut order: Vec<usize> = (0..project.roots.len()).collect();
    order.sort_by_key(|&root| rank(&project.roots[root]));
    let mut legs = order.into_iter().map(|root| leg(analysis, root, request));
    let mut best = legs.next()?;
    if answers(&best.trace) {
        return Some(best);
    }
    for leg in legs {
        if answers(&leg.trace) {
            return Some(leg);
        }
        if best.trace.steps.is_empty() && !leg.trace.steps.is_empty() {
            best = leg;
        }
    }
    Some(best)
}

fn rank(root: &Root) -> u8 {
    match root {
        Root::Haproxy(root) if root.whole => 0,
        Root::Nginx(root) if root.context == NginxContext::Main => 1,
        Root::Haproxy(_) => 2,
        Root::Nginx(_) => 3,
    }
}

fn leg(analysis: &Analysis<'_>, root: usize, request: &Request) -> Leg {
    Leg { root, request: request.clone(), trace: analysis.models[root].trace(request) }
}

/// Whether the configuration takes connections at the request's address.
pub(crate) fn answers(trace: &Trace) -> bool {
    trace.outcome.answered_by != AnsweredBy::Nobody
}

/// The configuration at the address that the request is passed to. Only addresses on the same machine, or named after
/// the proxy as in a composition of containers, or told by the user, are taken for a configuration of the same tree; a
/// name that may be another container's does not lead back to a configuration that was passed.
fn behind(
    project: &Project,
    analysis: &Analysis<'_>,
    before: &[Leg],
    leg: &Leg,
    onward: &Onward,
) -> Option<Leg> {
    let address = onward.request.listen.as_deref().unwrap_or_default();
    let passed = |root: usize| before.iter().chain([leg]).any(|one| one.root == root);
    let is_near = |root: usize| {
        is_loopback(address)
            || (!passed(root) && host(address).starts_with(project.roots[root].proxy().name()))
    };
    (0..project.roots.len())
        .filter(|&root| onward.is_told || is_near(root))
        .map(|root| self::leg(analysis, root, &onward.request))
        .find(|behind| answers(&behind.trace))
}

fn is_loopback(address: &str) -> bool {
    let host = host(address);
    host.starts_with("127.") || matches!(host, "localhost" | "[::1]")
}

fn host(address: &str) -> &str {
    address.rsplit_once(':').map_or(address, |(host, _)| host)
}

/// The request as the upstream gets it, if all of it that matters is known, at the address that listens for it.
fn passed_on(leg: &Leg, addresses: &BTreeMap<String, String>) -> Option<Onward> {
    let outcome = &leg.trace.outcome;
    let Known::Known(Some(address)) = &outcome.upstream else { return None };
    let Known::Known(Some(uri)) = &outcome.uri else { return None };
    let told = addresses.get(address);
    let mut request = leg.request.clone();
    request.target.clone_from(uri);
    request.listen = Some(told.unwrap_or(address).clone());
    for (name, value) in
        [("Host", &outcome.host), ("Upgrade", &outcome.upgrade), ("Connection", &outcome.connection)]
    {
        match value.as_ref()? {
            Some(value) => request.set_header(name, value),
            None => request.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name)),
        }
    }
    if let Some(host) = request.header("Host") {
        request.host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_owned();
    }
    Some(Onward { request, is_told: told.is_some() })
}

/// What becomes of the request in the end: the last leg decides, but each before it may damage what comes back.
pub(crate) fn handshake(legs: &[Leg]) -> Handshake {
    match failing(legs) {
        Some(_) => Handshake::Fails,
        None => legs.last().map_or(Handshake::Unknown, |leg| leg.trace.outcome.handshake),
    }
}

/// The leg that fails the handshake, the nearest to the upstream if there are several.
pub(crate) fn failing(legs: &[Leg]) -> Option<&Leg> {
    legs.iter().rev().find(|leg| leg.trace.outcome.handshake == Handshake::Fails)
}
