//! The routes of the endpoints that the user declares.

use super::candidate::{Candidate, candidate};
use super::evidence::{self, Evidence};
use super::tried;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind};
use crate::model::Model;
use crate::request::select;
use wslint_model::Endpoint;
use wslint_model::traffic::Confidence;

/// Where the paths lead that the user declares.
pub(super) fn declared_candidates<'p>(model: &Model<'p>) -> Vec<Candidate<'p>> {
    let config = model.config();
    let servers: Vec<ContextId> = config
        .contexts()
        .filter(|(_, context)| context.kind == ContextKind::Server)
        .map(|(id, _)| id)
        .collect();
    let mut candidates = Vec::new();
    for endpoint in &model.settings().endpoints {
        let mut reached = Vec::new();
        let mut missed = Vec::new();
        let listeners = model.http_listeners();
        let counts =
            |server: &ContextId| serves(model, *server, endpoint) && !listeners.is_shadowed(config, *server);
        let mut serving: Vec<ContextId> = servers.iter().copied().filter(counts).collect();
        let unserved = serving.is_empty() && !config.has_gaps;
        if unserved {
            serving = listeners.defaults();
        }
        for server in serving {
            let candidate = Candidate { unserved, ..declared_candidate(model, server, endpoint) };
            let Some(passage) = tried::first_passage(model, &candidate) else { continue };
            let passed = passage.pass().is_some();
            let named =
                select::location_named_after(model, server, &candidate.evidence.path).filter(|_| !passed);
            let location = named.unwrap_or_else(|| config.proper_level(passage.level));
            let is_location = config.context(location).kind == ContextKind::Location;
            let list = if passed { &mut reached } else { &mut missed };
            list.push(Candidate { location: is_location.then_some(location), ..candidate });
        }
        // A path of its own in some server means that path in that server, not every `location /`.
        let own = |candidate: &Candidate<'_>| {
            candidate
                .location
                .and_then(|level| model.config().location_name(level))
                .is_some_and(|name| name.len() > 1)
        };
        if reached.iter().any(own) {
            reached.retain(own);
        }
        if reached.is_empty() {
            missed.truncate(1);
            reached = missed;
        }
        if reached.is_empty() && servers.is_empty() {
            reached.extend(fragment_candidate(model, endpoint));
            reached.extend(stream_candidates(model, endpoint));
        }
        candidates.extend(reached);
    }
    candidates
}

/// Whether a server could be meant by an endpoint.
fn serves(model: &Model<'_>, server: ContextId, endpoint: &Endpoint) -> bool {
    let Some(host) = &endpoint.host else { return true };
    let config = model.config();
    let mut names = config.own(server, Directive::ServerName).flat_map(|line| config.args(line)).peekable();
    names.peek().is_none()
        || names.any(|name| match name.known() {
            None => true,
            Some(name) => {
                let suffix = name.strip_prefix("*.").or(name.strip_prefix('.'));
                name.eq_ignore_ascii_case(host)
                    || name.starts_with('~')
                    || suffix.is_some_and(|suffix| host.to_lowercase().ends_with(suffix))
            }
        })
}

fn declared_candidate<'p>(model: &Model<'p>, server: ContextId, endpoint: &'p Endpoint) -> Candidate<'p> {
    candidate(
        model,
        server,
        None,
        certain_evidence(model, server, endpoint, endpoint.path.clone()),
        Some(endpoint),
    )
}

/// Why a handshake is expected at a path of a server, where that is certain.
pub(super) fn certain_evidence(
    model: &Model<'_>,
    server: ContextId,
    endpoint: &Endpoint,
    path: String,
) -> Evidence {
    let sign = wslint_model::traffic::sign_of_path(&path);
    Evidence {
        confidence: Confidence::Certain,
        site: model.config().opener_site(server),
        explicit: true,
        framework: endpoint.framework.or(sign.and_then(|sign| sign.framework)),
        general: false,
        folder: false,
        path: evidence::completed_path(&path),
        forced: false,
        events: false,
    }
}

/// Where only `stream {}` listens, each of its servers hands the connection on.
fn stream_candidates<'p>(model: &Model<'p>, endpoint: &'p Endpoint) -> Vec<Candidate<'p>> {
    let servers = model.config().contexts().filter(|(_, context)| context.kind == ContextKind::StreamServer);
    servers.map(|(server, _)| declared_candidate(model, server, endpoint)).collect()
}

/// In a fragment without `server {}`: the location that is named after the path.
fn fragment_candidate<'p>(model: &Model<'p>, endpoint: &'p Endpoint) -> Option<Candidate<'p>> {
    let candidate = declared_candidate(model, model.config().outermost(), endpoint);
    let passage = tried::first_passage(model, &candidate).filter(|passage| passage.pass().is_some())?;
    let level = model.config().proper_level(passage.level);
    Some(Candidate { location: Some(level), ..candidate })
}
