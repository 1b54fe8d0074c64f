//! The routes of a configuration: each way from a frontend to a backend, with a request that takes it.
//!
//! A route is tried with a real handshake, made from the tests that lead there. Ways without any sign of WebSocket traffic are counted and otherwise left alone.

pub(in crate::haproxy) mod attempts;
pub(in crate::haproxy) mod evidence;
pub(in crate::haproxy) mod probe;

use std::collections::HashSet;

use self::attempts::{Attempt, Expected, attempts};
use super::config::Config;
use super::config::proxy::{Kind, ProxyId};
use crate::fact::Facts;
use crate::length::shortened;
use crate::project::{HaproxyRoot, Proxy, Site};
use crate::route::Route;
use crate::settings::{Endpoint, Settings};

/// All routes of a configuration, with what is known about each way that is worth a try.
pub(crate) fn routes(
    config: &Config<'_>,
    root: &HaproxyRoot,
    settings: &Settings,
    facts_of: impl Fn(&Attempt<'_>) -> Facts,
) -> Vec<Route> {
    let mut routes = Vec::new();
    let expected = Expected::new(config);
    let mut all: Vec<(ProxyId, Vec<Attempt<'_>>)> = config
        .frontends()
        .map(|frontend| (frontend, attempts(config, root, settings, frontend, &expected)))
        .collect();
    // A tunnel timeout in `defaults` covers every way; where another line says which ones carry WebSockets, it
    // says nothing about the rest.
    if all.iter().flat_map(|(_, attempts)| attempts).any(|attempt| !attempt.evidence.inherited) {
        for (_, attempts) in &mut all {
            attempts.retain(|attempt| !attempt.evidence.inherited);
        }
    }
    // What was declared lives where it comes to a backend; other listeners, such as one that redirects to TLS,
    // are no place for it.
    let lives = |endpoint: &Endpoint, all: &[(ProxyId, Vec<Attempt<'_>>)]| {
        let mut attempts = all.iter().flat_map(|(_, attempts)| attempts);
        attempts.any(|other| !other.lost && other.endpoint == Some(endpoint))
    };
    let living: Vec<bool> = settings.endpoints.iter().map(|endpoint| lives(endpoint, &all)).collect();
    for (endpoint, _) in settings.endpoints.iter().zip(living).filter(|(_, lives)| *lives) {
        for (_, attempts) in &mut all {
            attempts.retain(|attempt| !attempt.lost || attempt.endpoint != Some(endpoint));
        }
    }
    for (frontend, attempts) in all {
        let tried: HashSet<Option<usize>> = attempts.iter().map(|attempt| attempt.switch).collect();
        for attempt in &attempts {
            let path = attempt.wish.path.clone();
            routes.push(route(config, frontend, attempt.switch, path, facts_of(attempt)));
        }
        for switch in ways(config, frontend).filter(|switch| !tried.contains(switch)) {
            routes.push(route(config, frontend, switch, None, Facts::default()));
        }
    }
    for (index, route) in routes.iter_mut().enumerate() {
        route.index = index;
    }
    routes
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

fn route(
    config: &Config<'_>,
    frontend: ProxyId,
    switch: Option<usize>,
    path: Option<String>,
    facts: Facts,
) -> Route {
    let section = config.proxy(frontend);
    let (target, site) = destination(config, frontend, switch);
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
        site,
        path: path.as_deref().and_then(|path| path.split('?').next()).unwrap_or("/").to_owned(),
        facts,
        index: 0,
    }
}

/// The name of the backend that a way leads to, if it is not the section itself, and the line that leads there.
fn destination(config: &Config<'_>, frontend: ProxyId, switch: Option<usize>) -> (Option<String>, Site) {
    let section = config.proxy(frontend);
    if let Some(switch) = switch {
        let statement = &section.statements[section.switches[switch].statement];
        return (Some(statement.word(1).to_owned()), statement.site());
    }
    match config.value(frontend, "default_backend") {
        Some((name, found)) => {
            // A line in `defaults` stands for many routes; the section stands for this one.
            let own = found.owner == frontend;
            let site = if own { found.statement.site() } else { section.header.site() };
            (Some(name.unwrap_or("?").to_owned()), site)
        }
        None => (None, section.header.site()),
    }
}
