//! What the deployment tells of the routes: what serves them, and where that takes handshakes.

use std::collections::HashMap;

use super::candidate::{Candidate, candidate};
use super::declared::certain_evidence;
use super::tried;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind};
use crate::model::Model;
use crate::request::exit::Passage;
use crate::request::pass;
use wslint_model::service::framework_on;
use wslint_model::{Endpoint, Known, Service};

/// How many locations of a server are tried as the folder before an endpoint.
const MOST_FOLDERS: usize = 64;

/// Adds to each candidate what serves it, and the endpoints that are shown by what serves a location.
pub(super) fn add<'p>(model: &Model<'p>, candidates: &mut Vec<Candidate<'p>>) {
    let services = &model.config().project().services;
    if services.is_empty() {
        return;
    }
    for candidate in candidates.iter_mut().filter(|candidate| !candidate.evidence.events) {
        let passage = tried::first_passage(model, candidate);
        candidate.service = passage.and_then(|passage| service_of(model, &passage));
        take_over(candidate);
    }
    for found in shown(model) {
        match candidates.iter().position(|other| is_of(other, &found)) {
            Some(at) => {
                let other = &mut candidates[at];
                other.endpoint = other.endpoint.or(found.endpoint);
                take_over(other);
            }
            None => candidates.push(found),
        }
    }
}

/// Lets what serves a candidate decide what it is, unless the user does.
fn take_over(candidate: &mut Candidate<'_>) {
    let told = candidate.evidence.framework;
    candidate.evidence.framework = framework_on(candidate.endpoint, told, candidate.service);
}

/// Whether a candidate already stands for an endpoint that is found at the same location: on its path, or on a path of
/// the location that is for nothing else.
fn is_of(candidate: &Candidate<'_>, found: &Candidate<'_>) -> bool {
    let path = |candidate: &Candidate<'_>| {
        candidate.evidence.path.split('?').next().unwrap_or_default().trim_end_matches('/').to_owned()
    };
    let (own, other) = (path(candidate), path(found));
    let dedicated =
        !candidate.evidence.general && candidate.evidence.explicit && candidate.endpoint.is_none();
    candidate.location == found.location
        && candidate.server == found.server
        && !candidate.evidence.events
        && (own == other || dedicated && other.starts_with(&own))
}

/// The program of the deployment that a request is handed to.
fn service_of<'p>(model: &Model<'p>, passage: &Passage) -> Option<&'p Service> {
    let pass = passage.pass().filter(|pass| pass.directive == Directive::ProxyPass)?;
    let config = model.config();
    let services = &config.project().services;
    match &pass.pool {
        Known::Known(Some(name)) => {
            let pool = model.pool(name).filter(|pool| !pool.open)?;
            let file = config.site(pool.line).file;
            services.of_all(file, pool.active.iter().map(|address| address.as_ref().map(String::as_str)))
        }
        Known::Known(None) => services.at(config.site(pass.line).file, &pass.destination.as_ref()?.address),
        Known::Unknown => None,
    }
}

/// The endpoints of the programs that locations hand requests to, each where it comes to that program.
fn shown<'p>(model: &Model<'p>) -> Vec<Candidate<'p>> {
    let config = model.config();
    let listeners = model.http_listeners();
    let servers = || {
        let servers = config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
        servers.map(|(server, _)| server).filter(|&server| !listeners.is_shadowed(config, server))
    };
    let folders = folders(model);
    let folders_of = |server: ContextId| folders.get(&server).map_or(&[][..], Vec::as_slice);
    let mut found: Vec<Candidate<'p>> = Vec::new();
    for service in config.project().services.iter() {
        for endpoint in &service.endpoints {
            let mut here: Vec<Candidate<'p>> = servers()
                .filter_map(|server| at_server(model, (server, folders_of(server)), service, endpoint))
                .collect();
            // A path of its own in some server means that path in that server, not every `location /`.
            let own = |candidate: &Candidate<'_>| {
                let name = candidate.location.and_then(|level| config.location_name(level));
                name.is_some_and(|name| name.len() > 1)
            };
            if here.iter().any(own) {
                here.retain(own);
            }
            found.append(&mut here);
        }
    }
    found
}

/// The route of a server that an endpoint of a program is asked for on: by its own path, or below a folder that the proxy
/// cuts off or the program knows of.
fn at_server<'p>(
    model: &Model<'p>,
    (server, folders): (ContextId, &[String]),
    service: &'p Service,
    endpoint: &'p Endpoint,
) -> Option<Candidate<'p>> {
    std::iter::once("").chain(folders.iter().map(String::as_str)).find_map(|folder| {
        let path = format!("{}{}", folder.trim_end_matches('/'), endpoint.path);
        let evidence = certain_evidence(model, server, endpoint, path.clone());
        let candidate = candidate(model, server, None, evidence, Some(endpoint));
        let passage = tried::first_passage(model, &candidate)?;
        let reached = service_of(model, &passage).is_some_and(|reached| std::ptr::eq(reached, service));
        let target = passage.pass().and_then(|pass| pass.target.as_ref())?;
        let asked = target.split('?').next().unwrap_or_default();
        let taken = asked == endpoint.path || (service.may_stand_below(folder) && asked == path);
        let level = model.config().proper_level(passage.level);
        let located = model.config().context(level).kind == ContextKind::Location;
        (reached && taken && located).then(|| {
            let mut candidate = Candidate { location: Some(level), service: Some(service), ..candidate };
            take_over(&mut candidate);
            candidate
        })
    })
}

/// For each server the folders that locations of it are for which hand requests on.
fn folders(model: &Model<'_>) -> HashMap<ContextId, Vec<String>> {
    let config = model.config();
    let mut folders: HashMap<ContextId, Vec<String>> = HashMap::new();
    for (level, _) in config.contexts().filter(|(_, context)| context.kind == ContextKind::Location) {
        let (Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)), Some(server)) =
            (config.location_kind(level), config.enclosing(level, ContextKind::Server))
        else {
            continue;
        };
        let of_server = folders.entry(server).or_default();
        let hands_on = || pass::pass_line(model, level, Directive::ProxyPass).is_some();
        if name.len() > 1 && of_server.len() < MOST_FOLDERS && hands_on() {
            of_server.push(name.into_owned());
        }
    }
    folders
}
