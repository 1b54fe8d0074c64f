//! Which configurations a request meets, in order: the one that takes it, and the one behind it if both lie in the
//! same tree, such as HAProxy in front of nginx.

use std::collections::BTreeMap;

use wslint_facts::{AnsweredBy, Handshake, Known, NginxContext, Project, Proxy, Request, Root, Trace};

use crate::analysis::Analysis;

/// More proxies than this one behind the other are a loop.
const LONGEST: usize = 4;

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
    while let Some(leg) = next {
        let behind = match legs.len() + 1 < LONGEST {
            true => behind(project, analysis, addresses, &legs, &leg),
            false => None,
        };
        legs.push(leg);
        next = behind;
    }
    legs
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
fn answers(trace: &Trace) -> bool {
    trace.outcome.answered_by != AnsweredBy::Nobody
}

/// The configuration at the address that the request is passed to. Only addresses on the same machine, or named after
/// the proxy as in a composition of containers, or told by the user, are taken for a configuration of the same tree.
fn behind(
    project: &Project,
    analysis: &Analysis<'_>,
    addresses: &BTreeMap<String, String>,
    before: &[Leg],
    leg: &Leg,
) -> Option<Leg> {
    if leg.trace.outcome.answered_by != AnsweredBy::Upstream {
        return None;
    }
    let mut request = passed_on(leg)?;
    let told = request.listen.as_ref().and_then(|called| addresses.get(called));
    let is_told = told.is_some();
    if let Some(listens) = told {
        request.listen = Some(listens.clone());
    }
    (0..project.roots.len())
        .filter(|&root| root != leg.root && before.iter().all(|passed| passed.root != root))
        .filter(|&root| {
            is_told || is_near(&project.roots[root], request.listen.as_deref().unwrap_or_default())
        })
        .map(|root| self::leg(analysis, root, &request))
        .find(|behind| answers(&behind.trace))
}

fn is_near(root: &Root, address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let proxy = match root {
        Root::Nginx(_) => Proxy::Nginx,
        Root::Haproxy(_) => Proxy::Haproxy,
    };
    host.starts_with("127.") || matches!(host, "localhost" | "[::1]") || host.starts_with(proxy.name())
}

/// The request as the upstream gets it, if all of it that matters is known.
fn passed_on(leg: &Leg) -> Option<Request> {
    let outcome = &leg.trace.outcome;
    let Known::Known(Some(address)) = &outcome.upstream else { return None };
    let Known::Known(Some(uri)) = &outcome.uri else { return None };
    let mut request = leg.request.clone();
    request.target.clone_from(uri);
    request.listen = Some(address.clone());
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
    Some(request)
}

/// What becomes of the request in the end: the last leg decides, but each may fail it or cut it first.
pub(crate) fn handshake(legs: &[Leg]) -> Handshake {
    legs.last().map_or(Handshake::Unknown, |leg| leg.trace.outcome.handshake)
}
