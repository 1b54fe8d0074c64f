//! The routes of a configuration: each way from a frontend to a backend, with a request that takes it.
//!
//! A route is tried with a real handshake, made from the tests that lead there. Ways without any sign of WebSocket
//! traffic are counted and otherwise left alone.

mod beyond;
pub(crate) mod candidates;
pub(crate) mod evidence;
pub(crate) mod probe;
mod served;
pub(crate) mod ways;
pub(crate) mod wish;

use std::collections::HashSet;

use self::candidates::{Candidate, candidates};
use self::evidence::Evidence;
pub(crate) use self::ways::{Recent, Surroundings};
use self::wish::Wish;
use super::config::Config;
use super::config::duration;
use super::config::proxy::{Kind, ProxyId};
use wslint_model::answer;
use wslint_model::length::shortened;
use wslint_model::traffic::Confidence;
use wslint_model::{Endpoint, Facts, Proxy, Route};

/// Hands out all routes of a configuration one by one, with what is known about each way that is worth a try.
pub(crate) fn routes(
    surroundings: &Surroundings<'_, '_>,
    facts_of: impl Fn(&Candidate<'_>) -> Facts,
    each: &mut dyn FnMut(Route),
) {
    let Surroundings { config, settings, .. } = *surroundings;
    let mut all: Vec<(ProxyId, Vec<Candidate<'_>>)> =
        config.frontends().map(|frontend| (frontend, candidates(surroundings, frontend))).collect();
    for (frontend, candidates) in &mut all {
        served::add(surroundings, *frontend, candidates);
    }
    // A tunnel timeout in `defaults` covers every way; where another line says which ones carry WebSockets, it
    // says nothing about the rest, unless its value is a mistake, which is one everywhere. What the user declares is no
    // reason to be silent about others.
    let tells = |candidate: &Candidate<'_>| {
        let Evidence { inherited, confidence, .. } = candidate.evidence;
        candidate.endpoint.is_none() && !inherited && confidence > Confidence::Weak
    };
    if all.iter().flat_map(|(_, candidates)| candidates).any(tells) {
        for (_, candidates) in &mut all {
            candidates.retain(|candidate| !candidate.evidence.inherited || lacks_unit(config, candidate));
        }
    }
    // What was declared lives where it comes to a backend; other listeners, such as one that redirects to TLS,
    // are no place for it.
    let lives = |endpoint: &Endpoint, all: &[(ProxyId, Vec<Candidate<'_>>)]| {
        let mut candidates = all.iter().flat_map(|(_, candidates)| candidates);
        candidates.any(|other| !other.lost && other.endpoint == Some(endpoint))
    };
    let living: Vec<bool> = settings.endpoints.iter().map(|endpoint| lives(endpoint, &all)).collect();
    for (endpoint, _) in settings.endpoints.iter().zip(living).filter(|(_, lives)| *lives) {
        for (_, candidates) in &mut all {
            candidates.retain(|candidate| !candidate.lost || candidate.endpoint != Some(endpoint));
        }
    }
    let mut index = 0;
    let mut number = |route: Route| {
        each(Route { index, ..route });
        index += 1;
    };
    let known = {
        let every: Vec<&Candidate<'_>> = all.iter().flat_map(|(_, candidates)| candidates).collect();
        let endpoints: Vec<Option<&Endpoint>> = every.iter().map(|candidate| candidate.endpoint).collect();
        answer::elsewhere(&endpoints, |at| facts_of(every[at]))
    };
    let mut known = known.into_iter();
    for (frontend, candidates) in all {
        let tried: HashSet<Option<usize>> = candidates.iter().map(|candidate| candidate.switch).collect();
        for candidate in candidates {
            let facts = known.next().flatten().unwrap_or_else(|| facts_of(&candidate));
            let request = probe::handshake_at(surroundings, frontend, &candidate.wish);
            let way = route(config, frontend, candidate.switch, candidate.wish, facts);
            number(Route { request: Some(Box::new(request)), ..way });
        }
        for switch in ways(config, frontend).filter(|switch| !tried.contains(switch)) {
            number(route(config, frontend, switch, Wish::default(), Facts::default()));
        }
    }
}

/// Whether the tunnel timeout of a way has no unit and is none that was meant: less than half a minute, or whole hours if it
/// were in seconds.
fn lacks_unit(config: &Config<'_>, candidate: &Candidate<'_>) -> bool {
    let backend = candidate.backend.and_then(|backend| config.timeout(backend, "tunnel"));
    let text = backend.as_ref().and_then(|timeout| timeout.found.statement.known(2));
    let time = text.and_then(|text| duration::parse(text).ok());
    time.is_some_and(|time| !time.has_unit && time.number > 0 && duration::is_no_tunnel(time.number))
}

/// How many ways there are, for the summary.
pub(crate) fn count(config: &Config<'_>) -> usize {
    config.frontends().map(|frontend| ways(config, frontend).count()).sum()
}

/// The ways out of a frontend: each `use_backend` rule, then what is left.
fn ways<'c>(config: &'c Config<'_>, frontend: ProxyId) -> impl Iterator<Item = Option<usize>> + use<'c> {
    let section = config.proxy(frontend);
    let rest = config.setting(frontend, "default_backend").is_some() || section.kind == Kind::Listen;
    (0..section.switches.len()).map(Some).chain(rest.then_some(None))
}

/// How many listeners of a section are named.
const MOST_LISTENERS: usize = 16;

fn route(config: &Config<'_>, frontend: ProxyId, switch: Option<usize>, wish: Wish, facts: Facts) -> Route {
    let section = config.proxy(frontend);
    let (target, site) = config.way(frontend, switch);
    let label = match target {
        Some(backend) => format!("{} → backend {}", shortened(&section.label()), shortened(&backend)),
        None => shortened(&section.label()).into_owned(),
    };
    let listeners: Vec<&str> =
        section.binds.iter().take(MOST_LISTENERS).map(|bind| bind.text.as_str()).collect();
    Route {
        proxy: Proxy::Haproxy,
        label,
        server: (!listeners.is_empty()).then(|| shortened(&listeners.join(", ")).into_owned()),
        host: wish.host.as_deref().map(|host| shortened(host).into_owned()),
        site,
        path: wish.path.as_deref().and_then(|path| path.split('?').next()).unwrap_or("/").to_owned(),
        request: None,
        facts,
        index: 0,
    }
}
