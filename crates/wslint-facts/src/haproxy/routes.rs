//! The routes of a configuration: each way from a frontend to a backend, with a request that takes it.
//!
//! A route is tried with a real handshake, made from the tests that lead there; what the route answers is what
//! became of that handshake. Ways without any sign of WebSocket traffic are counted and otherwise left alone.

use std::collections::{HashMap, HashSet};

use super::answers::{self, Context};
use super::condition::Term;
use super::config::Config;
use super::evidence::{self, Evidence};
use super::journey::{End, Journey};
use super::oracle::explore;
use super::probe::{self, Wish};
use super::proxy::{Kind, ProxyId, Target};
use super::refusal::Complaint;
use super::walk::{Start, Walk};
use crate::fact::{Cause, Facts, Origin, Role};
use crate::project::{HaproxyRoot, Proxy, Site};
use crate::route::Route;
use crate::settings::{Endpoint, Settings};
use crate::traffic::{self, Framework};

/// A way that a handshake may take, and why one is expected there.
#[derive(Clone, Debug)]
pub(crate) struct Attempt<'s> {
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
    /// The endpoint that was declared.
    pub(crate) endpoint: Option<&'s Endpoint>,
    /// Whether nothing of it comes to a backend here: the section redirects, shows statistics or is for others.
    pub(crate) lost: bool,
}

/// All routes of a configuration.
pub(crate) fn routes(
    config: &Config<'_>,
    root: &HaproxyRoot,
    settings: &Settings,
    complaints: &[Complaint],
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
            let facts = answer(config, root, settings, complaints, attempt);
            routes.push(route(config, frontend, attempt.switch, attempt.wish.path.clone(), facts));
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
        Some(backend) => format!("{} → backend {backend}", section.label()),
        None => section.label(),
    };
    let listeners: Vec<&str> = section.binds.iter().map(|bind| bind.text.as_str()).collect();
    Route {
        proxy: Proxy::Haproxy,
        label,
        server: (!listeners.is_empty()).then(|| listeners.join(", ")),
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

/// What sections say, each asked once.
struct Expected {
    /// What a way from a frontend to a backend that it is paired with says beside its condition.
    listeners: HashMap<(String, u16), ProxyId>,
}

impl Expected {
    fn new(config: &Config<'_>) -> Self {
        let mut listeners = HashMap::new();
        for frontend in config.frontends() {
            for bind in &config.proxy(frontend).binds {
                for address in bind.addresses.iter().flatten() {
                    let Some((port, _)) = address.ports else { continue };
                    let host = if address.is_any() { "127.0.0.1" } else { address.host.as_str() };
                    listeners.entry((host.to_owned(), port)).or_insert(frontend);
                }
            }
        }
        Self { listeners }
    }

    /// The frontend of this configuration that a backend's servers lead to.
    fn next_hop(&self, config: &Config<'_>, backend: ProxyId) -> Option<ProxyId> {
        config.proxy(backend).servers.iter().find_map(|server| {
            let host = server.host.as_deref()?;
            let host = if host == "localhost" { "127.0.0.1" } else { host };
            let port = server.port.as_deref()?.parse().ok()?;
            self.listeners.get(&(host.to_owned(), port)).copied()
        })
    }

    /// What the sections of a way say; a tcp frontend in front of another frontend carries what that one does.
    fn of_way(&self, config: &Config<'_>, frontend: ProxyId, backend: ProxyId) -> Option<Evidence> {
        let own = evidence::of_sections(config, frontend, backend);
        if own.is_some() || config.is_http(frontend) {
            return own;
        }
        let next = self.next_hop(config, backend).filter(|&next| next != frontend)?;
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
fn attempts<'s>(
    config: &Config<'_>,
    root: &HaproxyRoot,
    settings: &'s Settings,
    frontend: ProxyId,
    expected: &Expected,
) -> Vec<Attempt<'s>> {
    let section = config.proxy(frontend);
    let mut attempts = Vec::new();
    let mut of_backends: HashMap<ProxyId, Option<Evidence>> = HashMap::new();
    let mut of_way = |backend: Option<ProxyId>| {
        let backend = backend?;
        let known = of_backends.entry(backend);
        known.or_insert_with(|| expected.of_way(config, frontend, backend)).clone()
    };
    for (index, switch) in section.switches.iter().enumerate() {
        let backend = backend_of(config, frontend, Some(index));
        let site = section.statements[switch.statement].site();
        let of_sections = of_way(backend);
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
                found.extend(attempt(frontend, Some(index), backend, wish, evidence.clone(), site));
            }
            found.extend(declared_for_host(
                settings,
                frontend,
                index,
                backend,
                &probe::wishes(section, terms),
            ));
        }
        attempts.extend(most_telling(found));
    }
    let backend = backend_of(config, frontend, None);
    let unused = evidence::of_unused_tests(section);
    let evidence = evidence::stronger(of_way(backend), unused);
    if backend.is_some() {
        attempts.extend(attempt(frontend, None, backend, Wish::default(), evidence, section.header.site()));
    }
    declared(config, root, settings, frontend, &mut attempts);
    attempts
}

fn of_acl_names(terms: &[Term], site: Site) -> Option<Evidence> {
    let mut best = None;
    for term in terms.iter().filter(|term| !term.negated) {
        if let super::condition::Asked::Named(name) = &term.asked
            && let Some((confidence, framework)) = evidence::word_in_name(name)
        {
            let framework = framework.and_then(Framework::named);
            let cause = Cause::at(Origin::Set, site, Role::Evidence);
            best =
                evidence::stronger(best, Some(Evidence { confidence, framework, cause, inherited: false }));
        }
    }
    best
}

/// One attempt, if anything speaks for it. The path of the wish tells more than the rest of the condition.
fn attempt<'s>(
    frontend: ProxyId,
    switch: Option<usize>,
    backend: Option<ProxyId>,
    mut wish: Wish,
    evidence: Option<Evidence>,
    site: Site,
) -> Option<Attempt<'s>> {
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
    if wish.path.is_none() && evidence.framework.is_some_and(|framework| framework.name() == "socket.io") {
        wish.path = Some("/socket.io/".to_owned());
    } else if wish.path.is_some() && sign_is_missing(&wish) {
        evidence.framework = None;
    }
    Some(Attempt { frontend, switch, backend, wish, evidence, endpoint: None, lost: false })
}

fn sign_is_missing(wish: &Wish) -> bool {
    wish.path.as_deref().and_then(traffic::sign_of_path).is_none()
}

/// Of the alternatives of one rule those with a telling path stand for it; the others say the same again.
fn most_telling(found: Vec<Attempt<'_>>) -> Vec<Attempt<'_>> {
    const MOST: usize = 4;
    let telling = |attempt: &Attempt<'_>| attempt.endpoint.is_some() || !sign_is_missing(&attempt.wish);
    let any = found.iter().any(telling);
    let mut kept: Vec<Attempt<'_>> = Vec::new();
    for attempt in found {
        let same = |other: &Attempt<'_>| {
            other.wish == attempt.wish
                || other.evidence.framework.is_some()
                    && other.evidence.framework == attempt.evidence.framework
        };
        if (any && !telling(&attempt)) || kept.iter().any(same) || kept.len() == MOST {
            continue;
        }
        kept.push(attempt);
    }
    kept
}

/// Endpoints that live on every virtual host, on the host that a rule asks for.
fn declared_for_host<'s>(
    settings: &'s Settings,
    frontend: ProxyId,
    switch: usize,
    backend: Option<ProxyId>,
    wishes: &[Wish],
) -> Vec<Attempt<'s>> {
    let Some(wish) = wishes.first().filter(|wish| wish.path.is_none() && wish.host.is_some()) else {
        return Vec::new();
    };
    settings
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.host.is_none() || endpoint.host == wish.host)
        .map(|endpoint| {
            let wish = Wish { path: Some(endpoint.path.clone()), ..wish.clone() };
            let evidence = declared_evidence(endpoint);
            Attempt {
                frontend,
                switch: Some(switch),
                backend,
                wish,
                evidence,
                endpoint: Some(endpoint),
                lost: false,
            }
        })
        .collect()
}

/// Endpoints that were declared: wherever their handshake, or the poll before it, arrives.
fn declared<'s>(
    config: &Config<'_>,
    root: &HaproxyRoot,
    settings: &'s Settings,
    frontend: ProxyId,
    attempts: &mut Vec<Attempt<'s>>,
) {
    // Of a tcp listener nobody can tell what it carries, unless there is nothing else that could be meant.
    let only_tcp = !config.frontends().any(|frontend| config.is_http(frontend));
    let may_carry = |journey: &Journey| {
        only_tcp
            || config.is_http(frontend)
            || journey.hops.iter().any(|hop| hop.http)
            || journey.hops.len() > 1
    };
    for endpoint in &settings.endpoints {
        let wish = Wish { path: Some(endpoint.path.clone()), host: endpoint.host.clone(), ..Wish::default() };
        let evidence = declared_evidence(endpoint);
        let polls = evidence.framework.is_some_and(Framework::polls);
        let mut reached: Vec<(Option<usize>, Option<ProxyId>)> = Vec::new();
        let mut lost = true;
        for websocket in if polls { &[true, false][..] } else { &[true][..] } {
            let journeys = follow(config, root, frontend, &wish, *websocket);
            for journey in journeys.iter().filter(|journey| may_carry(journey)) {
                let Some(hop) = journey.hops.first() else { continue };
                lost &= !is_for_handshakes(journey);
                let way = match hop.backend {
                    Some(backend) => (hop.switch, Some(backend)),
                    None => (None, backend_of(config, frontend, None)),
                };
                if !reached.contains(&way) {
                    reached.push(way);
                }
            }
        }
        for (switch, backend) in reached {
            // What was declared says more than what the sections suggest.
            attempts.retain(|other| {
                other.switch != switch || other.endpoint.is_some() || !sign_is_missing(&other.wish)
            });
            let same = attempts
                .iter()
                .position(|other| other.switch == switch && path_only(&other.wish) == path_only(&wish));
            let attempt = Attempt {
                frontend,
                switch,
                backend,
                wish: wish.clone(),
                evidence: evidence.clone(),
                endpoint: Some(endpoint),
                lost,
            };
            match same {
                Some(at) => attempts[at] = attempt,
                None => attempts.push(attempt),
            }
        }
    }
}

/// Whether a section could be meant for handshakes: it sends them on, or refuses them, which is worth a word.
fn is_for_handshakes(journey: &Journey) -> bool {
    match &journey.end {
        End::Answered { keyword, .. } => {
            !matches!(*keyword, "redirect" | "no backend" | "stats" | "monitor-uri" | "return")
        }
        End::Dropped { keyword, .. } => !matches!(*keyword, "TLS" | "proto h2" | "no backend"),
        End::Sent { .. } | End::Foreign => true,
    }
}

fn path_only(wish: &Wish) -> &str {
    wish.path.as_deref().unwrap_or("/").split('?').next().unwrap_or_default()
}

fn declared_evidence(endpoint: &Endpoint) -> Evidence {
    let of_path = traffic::sign_of_path(&endpoint.path).and_then(|sign| sign.framework);
    Evidence {
        confidence: "certain",
        framework: endpoint.framework.or(of_path),
        cause: Cause::nowhere(Origin::Declared),
        inherited: false,
    }
}

/// All runs of a request at a frontend.
fn follow(
    config: &Config<'_>,
    root: &HaproxyRoot,
    frontend: ProxyId,
    wish: &Wish,
    websocket: bool,
) -> Vec<Journey> {
    let (request, bind) = probe::request_at(config, frontend, wish, websocket);
    explore(|oracle| Walk::run(config, root, oracle, &request, Start::Section(frontend, bind))).results
}

/// Tries a way and answers the questions about it.
fn answer(
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
    let context =
        Context { config, root, complaints, settings, attempt, handshakes, polls, plain, heartbeat };
    answers::all(&context)
}
