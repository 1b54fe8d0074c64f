//! What the deployment tells of the routes: what serves them, and where that takes handshakes.

use super::candidates::{Candidate, declared_evidence, path_only};
use super::probe::{self, follow};
use super::ways::{Leaves, Surroundings, Way};
use super::wish::Wish;
use crate::config::proxy::{ProxyId, Target};
use wslint_model::service::framework_on;
use wslint_model::{Endpoint, Service};

/// Adds to each candidate what serves it, and the endpoints that are shown by what serves a backend.
pub(super) fn add<'s>(
    surroundings: &Surroundings<'s, '_>,
    frontend: ProxyId,
    candidates: &mut Vec<Candidate<'s>>,
) {
    if surroundings.services.is_empty() {
        return;
    }
    for candidate in candidates.iter_mut() {
        candidate.service = candidate.backend.and_then(|backend| service_of(surroundings, backend));
        take_over(candidate);
    }
    // A framework that answers at other paths is not asked for at its own one.
    candidates.retain(|candidate| !(candidate.assumed && answers_elsewhere(candidate)));
    for service in surroundings.services.iter() {
        for endpoint in &service.endpoints {
            for found in shown(surroundings, frontend, service, endpoint) {
                put(candidates, found);
            }
        }
    }
}

/// Lets what serves a candidate decide what it is, unless the user does.
fn take_over(candidate: &mut Candidate<'_>) {
    let told = candidate.evidence.framework;
    candidate.evidence.framework = framework_on(candidate.endpoint, told, candidate.service);
}

/// Whether what serves a candidate has endpoints of the same framework, none of them at its path.
fn answers_elsewhere(candidate: &Candidate<'_>) -> bool {
    let Some(service) = candidate.service else { return false };
    let name = candidate.evidence.framework.map_or("", |framework| framework.speaks().name());
    let mut same = service
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.framework.is_some_and(|framework| framework.is(name)))
        .peekable();
    same.peek().is_some() && same.all(|endpoint| endpoint.path != path_only(&candidate.wish))
}

/// The program that all servers of a backend are.
fn service_of<'s>(surroundings: &Surroundings<'s, '_>, backend: ProxyId) -> Option<&'s Service> {
    let proxy = surroundings.config.proxy(backend);
    let servers = || proxy.servers.iter().filter(|server| !server.settings.disabled);
    let file = proxy.statements[servers().next()?.statement].site().file;
    let called: Vec<Option<String>> = servers()
        .map(|server| {
            let host = server.host()?;
            Some(server.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
        })
        .collect();
    surroundings.services.of_all(file, called.iter().map(Option::as_deref))
}

/// The ways out of a frontend on which an endpoint of a program comes to that program.
fn shown<'s>(
    surroundings: &Surroundings<'s, '_>,
    frontend: ProxyId,
    service: &'s Service,
    endpoint: &'s Endpoint,
) -> Vec<Candidate<'s>> {
    let mut found: Vec<Candidate<'s>> = Vec::new();
    for (wish, folder) in wishes(surroundings, frontend, service) {
        let path = format!("{folder}{}", endpoint.path);
        let wish = Wish { path: Some(path.clone()), ..wish };
        let ways = follow(surroundings, frontend, &wish, true);
        for way in ways.iter().filter(|way| way.leaves() == Leaves::Sent) {
            let backend = way.taken.backend;
            let reached = backend.and_then(|backend| service_of(surroundings, backend));
            let taken = comes_as(&way, &folder, service, endpoint);
            let known = found.iter().any(|other| other.switch == way.taken.switch);
            if known || !taken || !reached.is_some_and(|reached| std::ptr::eq(reached, service)) {
                continue;
            }
            let mut candidate = Candidate {
                endpoint: Some(endpoint),
                service: Some(service),
                ..Candidate::of(
                    (frontend, way.taken.switch, backend),
                    wish.clone(),
                    declared_evidence(endpoint),
                )
            };
            take_over(&mut candidate);
            found.push(candidate);
        }
    }
    found
}

/// Whether the program is asked for its endpoint by a run: by the path that it knows, or below a folder that it is told of.
fn comes_as(way: &Way<'_>, folder: &str, service: &Service, endpoint: &Endpoint) -> bool {
    let below = || service.may_stand_below(folder).then(|| format!("{folder}{}", endpoint.path));
    way.sent_target()
        .is_some_and(|(sent, _)| sent == endpoint.path || below().is_some_and(|path| sent == path))
}

/// How many wishes are tried for one endpoint.
const MOST: usize = 32;

/// What may lead to a program: nothing special, and what the rules ask for that lead to its backends, each with the folder
/// that they ask for.
fn wishes(surroundings: &Surroundings<'_, '_>, frontend: ProxyId, service: &Service) -> Vec<(Wish, String)> {
    let config = surroundings.config;
    let section = config.proxy(frontend);
    let mut wishes = vec![(Wish::default(), String::new())];
    for switch in &section.switches {
        let backend = match &switch.target {
            Target::Named(name) => config.backend(name),
            Target::Dynamic(_) | Target::Unknown => None,
        };
        let leads = backend.and_then(|backend| service_of(surroundings, backend));
        if !leads.is_some_and(|leads| std::ptr::eq(leads, service)) {
            continue;
        }
        for terms in probe::alternatives(switch.condition.as_ref()) {
            for wish in probe::wishes(section, terms) {
                let folder = wish.path.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
                let bare = Wish { path: None, ..wish };
                if bare != Wish::default() {
                    wishes.push((bare.clone(), String::new()));
                }
                if !folder.is_empty() && !folder.contains('?') {
                    wishes.push((bare, folder));
                }
            }
        }
    }
    wishes.truncate(MOST);
    wishes
}

/// Puts an endpoint in the place of what the sections suggest of the same requests.
fn put<'s>(candidates: &mut Vec<Candidate<'s>>, found: Candidate<'s>) {
    let same_way = |other: &Candidate<'_>| other.switch == found.switch && other.backend == found.backend;
    let path = path_only(&found.wish).trim_end_matches('/').to_owned();
    let same = candidates
        .iter_mut()
        .find(|other| same_way(other) && path_only(&other.wish).trim_end_matches('/') == path);
    if let Some(other) = same {
        other.endpoint = other.endpoint.or(found.endpoint);
        take_over(other);
        return;
    }
    candidates.retain(|other| {
        !(same_way(other)
            && other.endpoint.is_none()
            && other.wish.path.is_none()
            && other.wish.host.is_none())
    });
    candidates.push(found);
}
