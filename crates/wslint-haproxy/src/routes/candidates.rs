//! Where handshakes are expected: for each way out of a frontend what speaks for WebSocket traffic there, and a
//! request that would take it.

use std::collections::HashMap;
use std::rc::Rc;

use super::beyond;
use super::evidence::{self, Evidence};
use super::probe::{self, follow};
use super::ways::{Leaves, Surroundings, Way, Ways};
use super::wish::Wish;
use crate::acl::condition::{Asked, Term};
use crate::config::Config;
use crate::config::proxy::{Kind, ProxyId, Target};
use crate::config::server::Destination;
use wslint_model::way::{Address, certainly_fails};
use wslint_model::{
    Cause, Endpoint, Origin, Role, Service, Site,
    traffic::{self, Confidence, Framework},
};

/// A way that a handshake may take, and why one is expected there.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'s> {
    /// The section that listens.
    pub(crate) frontend: ProxyId,
    /// The `use_backend` rule; `None` for `default_backend` or own servers.
    pub(crate) switch: Option<usize>,
    /// The backend that the way leads to; `None` where its name is computed.
    pub(crate) backend: Option<ProxyId>,
    /// What the handshake asks for.
    pub(crate) wish: Wish,
    /// Why it is expected.
    pub(crate) evidence: Evidence,
    /// The endpoint, where it is certain: declared by the user, or shown by the deployment.
    pub(crate) endpoint: Option<&'s Endpoint>,
    /// What serves it, as far as the deployment tells.
    pub(crate) service: Option<&'s Service>,
    /// Whether the path is that of the framework, and nothing names it.
    pub(crate) assumed: bool,
    /// Whether nothing of it comes to a backend here: the section redirects, shows statistics or is for others.
    pub(crate) lost: bool,
}

impl<'s> Candidate<'s> {
    /// One by the lines of the configuration: the section that listens, its `use_backend` rule, and the backend.
    pub(super) fn of(
        (frontend, switch, backend): (ProxyId, Option<usize>, Option<ProxyId>),
        wish: Wish,
        evidence: Evidence,
    ) -> Self {
        Self {
            frontend,
            switch,
            backend,
            wish,
            evidence,
            endpoint: None,
            service: None,
            assumed: false,
            lost: false,
        }
    }
}

/// The frontend of this configuration that a backend's servers lead to, over a port or a socket.
fn next_hop(config: &Config<'_>, backend: ProxyId) -> Option<ProxyId> {
    config.proxy(backend).servers.iter().find_map(|server| {
        let address = Address::read(&server.address(Destination::default())?)?;
        probe::listener_at(config, &address).map(|(frontend, _)| frontend)
    })
}

/// What the sections of a way say; a tcp frontend in front of another frontend carries what that one does.
fn of_sections_of_way(config: &Config<'_>, frontend: ProxyId, backend: ProxyId) -> Option<Evidence> {
    let own = evidence::of_sections(config, frontend, backend);
    if own.is_some() || config.is_http(frontend) {
        return own;
    }
    let next = next_hop(config, backend).filter(|&next| next != frontend)?;
    let section = config.proxy(next);
    let of_switches = section.switches.iter().filter_map(|switch| {
        let site = section.statements[switch.statement].site();
        let tests: Vec<_> = probe::alternatives(switch.condition.as_ref())
            .into_iter()
            .flat_map(|terms| probe::positive_tests(section, terms))
            .collect();
        evidence::of_tests(&tests, site)
    });
    let of_switches = of_switches.fold(None, |best, next| evidence::stronger(best, Some(next)));
    let default = backend_of(config, next, None);
    let of_default = default.and_then(|backend| evidence::of_sections(config, next, backend));
    evidence::stronger(of_switches, of_default)
}

/// What handshakes ask for that a tcp frontend carries for the frontend behind a backend: what speaks most for them there.
fn wish_of_next(config: &Config<'_>, frontend: ProxyId, backend: ProxyId) -> Option<Wish> {
    if config.is_http(frontend) {
        return None;
    }
    let next = next_hop(config, backend).filter(|&next| next != frontend)?;
    let section = config.proxy(next);
    let mut best: Option<(Confidence, Wish)> = None;
    for switch in &section.switches {
        let site = section.statements[switch.statement].site();
        for terms in probe::alternatives(switch.condition.as_ref()) {
            let evidence = evidence::of_tests(&probe::positive_tests(section, terms), site);
            let wish = probe::wishes(section, terms).into_iter().next();
            let Some((evidence, wish)) = evidence.zip(wish) else { continue };
            if best.as_ref().is_none_or(|(confidence, _)| evidence.confidence > *confidence) {
                best = Some((evidence.confidence, wish));
            }
        }
    }
    best.map(|(_, wish)| wish)
}

/// The backend that a way leads to by name.
fn backend_of(config: &Config<'_>, frontend: ProxyId, switch: Option<usize>) -> Option<ProxyId> {
    let section = config.proxy(frontend);
    match switch {
        Some(switch) => match &section.switches[switch].target {
            Target::Named(name) => config.backend(name),
            _ => None,
        },
        None => match config.value(frontend, "default_backend") {
            Some((name, _)) => config.backend(name?),
            None => (section.kind == Kind::Listen).then_some(frontend),
        },
    }
}

/// The handshakes that are expected at a frontend.
pub(crate) fn candidates<'s>(surroundings: &Surroundings<'s, '_>, frontend: ProxyId) -> Vec<Candidate<'s>> {
    let config = surroundings.config;
    let section = config.proxy(frontend);
    let mut candidates = Vec::new();
    let mut of_backends: HashMap<ProxyId, Option<Evidence>> = HashMap::new();
    let mut of_way = |backend: Option<ProxyId>| {
        let backend = backend?;
        let known = of_backends.entry(backend);
        known.or_insert_with(|| of_sections_of_way(config, frontend, backend)).clone()
    };
    for (index, switch) in section.switches.iter().enumerate() {
        let backend = backend_of(config, frontend, Some(index));
        let site = section.statements[switch.statement].site();
        let of_sections = match switch.target {
            // Of a computed name only that is known which holds of all backends.
            Target::Dynamic(_) => config.backend_kinds().iter().find_map(|kind| {
                let tunnel = config.timeout(kind.first, "tunnel")?;
                tunnel.milliseconds?;
                of_way(Some(kind.first)).filter(|evidence| evidence.inherited)
            }),
            Target::Named(_) | Target::Unknown => of_way(backend),
        };
        let alternatives = probe::alternatives(switch.condition.as_ref());
        let everything: [&[Term]; 1] = [&[]];
        let alternatives = if alternatives.is_empty() { everything.to_vec() } else { alternatives };
        let mut found = Vec::new();
        for terms in alternatives {
            let tests = probe::positive_tests(section, terms);
            let of_names = of_acl_names(terms, site);
            let of_condition = evidence::stronger(evidence::of_tests(&tests, site), of_names);
            let evidence = evidence::stronger(of_condition, of_sections.clone());
            for wish in probe::wishes(section, terms) {
                found.extend(shown_beyond(surroundings, (frontend, Some(index), backend), &wish, &evidence));
                found.extend(candidate(frontend, Some(index), backend, wish, evidence.clone(), site));
            }
            found.extend(declared_for_host(
                surroundings,
                frontend,
                index,
                backend,
                &probe::wishes(section, terms),
            ));
        }
        candidates.extend(most_telling(found));
    }
    let backend = backend_of(config, frontend, None);
    let unused = evidence::of_unused_tests(section);
    let rewritten = [Some(frontend), backend].into_iter().flatten().map(|id| config.proxy(id));
    let rewritten = rewritten.map(evidence::of_rewrites).fold(None, evidence::stronger);
    let of_rules = evidence::stronger(rewritten, unused);
    let evidence = evidence::stronger(of_way(backend), of_rules);
    if backend.is_some() {
        // A path that is refused is no reason to expect handshakes, but to look there where they are expected anyway.
        let sections = [Some(frontend), backend].into_iter().flatten();
        let path = sections.map(|id| config.proxy(id)).find_map(evidence::refused_path);
        let refused = evidence.clone().zip(path);
        candidates.extend(refused.map(|(evidence, path)| {
            let wish = Wish { path: Some(path), ..Wish::default() };
            Candidate::of((frontend, None, backend), wish, evidence)
        }));
        let way = (frontend, None, backend);
        candidates.extend(shown_beyond(surroundings, way, &Wish::default(), &evidence));
        let wish = backend.and_then(|backend| wish_of_next(config, frontend, backend)).unwrap_or_default();
        candidates.extend(candidate(frontend, None, backend, wish, evidence, section.header.site()));
    }
    declared(surroundings, frontend, &mut candidates);
    candidates
}

/// The endpoints that another configuration shows behind a way of which nothing else tells which paths are meant.
fn shown_beyond<'s>(
    surroundings: &Surroundings<'s, '_>,
    (frontend, switch, backend): (ProxyId, Option<usize>, Option<ProxyId>),
    wish: &Wish,
    evidence: &Option<Evidence>,
) -> Vec<Candidate<'s>> {
    if wish.path.is_some() || evidence.as_ref().is_some_and(|evidence| !evidence.inherited) {
        return Vec::new();
    }
    let of_endpoint = |(wish, evidence)| Candidate::of((frontend, switch, backend), wish, evidence);
    beyond::endpoints(surroundings, frontend, switch, wish).into_iter().map(of_endpoint).collect()
}

fn of_acl_names(terms: &[Term], site: Site) -> Option<Evidence> {
    let mut best = None;
    for term in terms.iter().filter(|term| !term.negated) {
        if let Asked::Named(name) = &term.asked
            && let Some(sign) = traffic::sign_of_name(name)
        {
            best = evidence::stronger(best, Some(Evidence::of_sign(sign, site)));
        }
    }
    best
}

/// One candidate, if anything speaks for it. The path of the wish tells more than the rest of the condition.
fn candidate<'s>(
    frontend: ProxyId,
    switch: Option<usize>,
    backend: Option<ProxyId>,
    mut wish: Wish,
    evidence: Option<Evidence>,
    site: Site,
) -> Option<Candidate<'s>> {
    let sign = wish.path.as_deref().and_then(traffic::sign_of_path);
    let of_path = sign.map(|sign| Evidence {
        confidence: sign.confidence,
        framework: sign.framework,
        cause: Cause::at(Origin::Set, site, Role::Evidence),
        inherited: false,
    });
    let mut evidence = match (of_path, evidence) {
        (Some(of_path), Some(evidence)) => {
            let framework = of_path.framework;
            let mut best = of_path.or(Some(evidence));
            best.framework = framework;
            best
        }
        (Some(of_path), None) => of_path,
        (None, evidence) => evidence?,
    };
    let assumed =
        wish.path.is_none() && evidence.framework.is_some_and(|framework| framework.is("socket.io"));
    if assumed {
        wish.path = Some("/socket.io/".to_owned());
    } else if wish.path.is_some() && sign_is_missing(&wish) {
        evidence.framework = None;
    }
    Some(Candidate { assumed, ..Candidate::of((frontend, switch, backend), wish, evidence) })
}

fn sign_is_missing(wish: &Wish) -> bool {
    wish.path.as_deref().and_then(traffic::sign_of_path).is_none()
}

/// Of the alternatives of one rule those with a telling path stand for it; the others say the same again.
fn most_telling(found: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    const MOST: usize = 4;
    let telling =
        |candidate: &Candidate<'_>| candidate.endpoint.is_some() || !sign_is_missing(&candidate.wish);
    let any = found.iter().any(telling);
    let mut kept: Vec<Candidate<'_>> = Vec::new();
    for candidate in found {
        let same = |other: &Candidate<'_>| {
            other.wish == candidate.wish
                || other.evidence.framework.is_some()
                    && other.evidence.framework == candidate.evidence.framework
        };
        if (any && !telling(&candidate)) || kept.iter().any(same) || kept.len() == MOST {
            continue;
        }
        kept.push(candidate);
    }
    kept
}

/// Endpoints that live on every virtual host, on the host that a rule asks for, where that rule gets them.
fn declared_for_host<'s>(
    surroundings: &Surroundings<'s, '_>,
    frontend: ProxyId,
    switch: usize,
    backend: Option<ProxyId>,
    wishes: &[Wish],
) -> Vec<Candidate<'s>> {
    let Some(wish) = wishes.first().filter(|wish| wish.path.is_none() && wish.host.is_some()) else {
        return Vec::new();
    };
    let on_host = |endpoint: &&Endpoint| endpoint.host.is_none() || endpoint.host == wish.host;
    let endpoints = surroundings.settings.endpoints.iter().filter(on_host);
    let candidates = endpoints.map(|endpoint| Candidate {
        endpoint: Some(endpoint),
        ..Candidate::of(
            (frontend, Some(switch), backend),
            Wish { path: Some(endpoint.path.clone()), ..wish.clone() },
            declared_evidence(endpoint),
        )
    });
    candidates.filter_map(|candidate| taken(surroundings, candidate)).collect()
}

/// A candidate whose way some handshake or poll takes, or would take if it did not end before.
fn taken<'s>(surroundings: &Surroundings<'s, '_>, candidate: Candidate<'s>) -> Option<Candidate<'s>> {
    let polls = candidate.evidence.framework.is_some_and(Framework::polls);
    let tried: Vec<Rc<Ways>> = requests(polls)
        .iter()
        .map(|&websocket| follow(surroundings, candidate.frontend, &candidate.wish, websocket))
        .collect();
    let takes = |way: &Way<'_>| way.taken.backend.is_none() || way.taken.switch == candidate.switch;
    let mut ways = tried.iter().flat_map(|ways| ways.iter()).filter(takes).peekable();
    ways.peek()?;
    let lost = !ways.any(|way| is_for_handshakes(&way));
    Some(Candidate { lost, ..candidate })
}

/// The requests that a client makes, each with whether it is a handshake.
fn requests(polls: bool) -> &'static [bool] {
    if polls { &[true, false] } else { &[true] }
}

/// Endpoints that were declared: wherever their handshake, or the poll before it, arrives.
fn declared<'s>(surroundings: &Surroundings<'s, '_>, frontend: ProxyId, candidates: &mut Vec<Candidate<'s>>) {
    let Surroundings { config, settings, .. } = *surroundings;
    // Of a tcp listener nobody can tell what it carries, unless there is nothing else that could be meant.
    let only_tcp = !config.frontends().any(|frontend| config.is_http(frontend));
    let may_carry = |way: &Way<'_>| {
        let own = way.own();
        only_tcp || config.is_http(frontend) || own.iter().any(|hop| hop.http) || own.len() > 1
    };
    for endpoint in &settings.endpoints {
        let mut wish =
            Wish { path: Some(endpoint.path.clone()), host: endpoint.host.clone(), ..Wish::default() };
        let evidence = declared_evidence(endpoint);
        let polls = evidence.framework.is_some_and(Framework::polls);
        let try_all = |wish: &Wish| -> Vec<Rc<Ways>> {
            let all = requests(polls).iter();
            all.map(|&websocket| follow(surroundings, frontend, wish, websocket)).collect()
        };
        let mut tried = try_all(&wish);
        if wish.host.is_none() && tried.iter().flat_map(|ways| ways.iter()).all(|way| way.finds_no_backend())
        {
            // Perhaps it lives on a host that the rules know and no test names.
            wish.any_host = true;
            tried = try_all(&wish);
        }
        let fails = |tried: &[Rc<Ways>]| {
            tried.iter().all(|ways| ways.runs.complete && ways.iter().all(|way| certainly_fails(way.run)))
        };
        if wish.host.is_none() && !wish.any_host && fails(&tried) {
            // Perhaps the rules let in only the hosts that they name.
            let backends = tried.iter().flat_map(|ways| ways.iter()).filter_map(|way| way.taken.backend);
            let sections: Vec<_> =
                [frontend].into_iter().chain(backends).map(|id| config.proxy(id)).collect();
            let wishes = probe::hosts_of_rules(&sections)
                .into_iter()
                .map(|host| Wish { host: Some(host), ..wish.clone() })
                .map(|wish| (try_all(&wish), wish));
            if let Some((ways, served)) = wishes.into_iter().find(|(ways, _)| !fails(ways)) {
                tried = ways;
                wish = served;
            }
        }
        let mut reached: Vec<Reached> = Vec::new();
        for way in tried.iter().flat_map(|ways| ways.iter()).filter(may_carry) {
            let lost = !is_for_handshakes(&way);
            let (switch, backend) = match way.taken.backend {
                Some(backend) => (way.taken.switch, Some(backend)),
                // What is answered before is told of the way that it would take.
                None => {
                    let switch = way.taken.way.flatten();
                    (switch, backend_of(config, frontend, switch))
                }
            };
            match reached.iter_mut().find(|other| (other.switch, other.backend) == (switch, backend)) {
                Some(other) => other.lost &= lost,
                None => reached.push(Reached { switch, backend, lost }),
            }
        }
        // What was declared says more than what the sections suggest of the same requests.
        let covers = |other: &Candidate<'_>| {
            let path = other.wish.path.as_deref();
            other.endpoint.is_none()
                && other.wish.host.is_none()
                && path.is_none_or(|path| {
                    traffic::sign_of_path(path).is_none() && endpoint.path.starts_with(path)
                })
        };
        let on_a_host = |other: &Candidate<'_>| other.endpoint == Some(endpoint) && other.wish.host.is_some();
        for Reached { switch, backend, lost } in reached {
            // On a host that a test names it is tried there.
            let named = candidates.iter().any(|other| other.switch == switch && on_a_host(other));
            if wish.any_host && named {
                continue;
            }
            candidates.retain(|other| other.switch != switch || !covers(other));
            let same = candidates
                .iter()
                .position(|other| other.switch == switch && path_only(&other.wish) == path_only(&wish));
            let candidate = Candidate {
                endpoint: Some(endpoint),
                lost,
                ..Candidate::of((frontend, switch, backend), wish.clone(), evidence.clone())
            };
            match same {
                Some(at) => candidates[at] = candidate,
                None => candidates.push(candidate),
            }
        }
    }
}

/// A way that some run of a declared endpoint takes.
struct Reached {
    /// The `use_backend` rule.
    switch: Option<usize>,
    /// The backend.
    backend: Option<ProxyId>,
    /// Whether no run comes to a backend on it.
    lost: bool,
}

/// Whether a section could be meant for handshakes: it sends them on, or refuses them, which is worth a word.
fn is_for_handshakes(way: &Way<'_>) -> bool {
    match way.leaves() {
        Leaves::Answered { by, .. } => {
            let elsewhere = ["redirect", "no backend", "no server", "stats", "monitor-uri", "return"];
            !elsewhere.contains(&by)
        }
        Leaves::Dropped { by, .. } => !["TLS", "proto h2", "no backend", "no server"].contains(&by),
        Leaves::Sent | Leaves::Unknown => true,
    }
}

/// The path without the query.
pub(super) fn path_only(wish: &Wish) -> &str {
    wish.path.as_deref().unwrap_or("/").split('?').next().unwrap_or_default()
}

/// Why a handshake is expected at an endpoint.
pub(super) fn declared_evidence(endpoint: &Endpoint) -> Evidence {
    let of_path = traffic::sign_of_path(&endpoint.path).and_then(|sign| sign.framework);
    Evidence {
        confidence: Confidence::Certain,
        framework: endpoint.framework.or(of_path),
        cause: endpoint.cause(),
        inherited: false,
    }
}
