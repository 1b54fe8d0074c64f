//! The routes of the endpoints that the user declares.

use super::Candidate;
use super::evidence::{self, Evidence};
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind};
use crate::model::Model;
use wslint_model::Endpoint;
use wslint_model::traffic::Confidence;

impl<'p> Model<'p> {
    /// Where the paths lead that the user declares.
    pub(super) fn declared_candidates(&self) -> Vec<Candidate<'p>> {
        let config = self.config();
        let servers: Vec<ContextId> = config
            .contexts()
            .filter(|(_, context)| context.kind == ContextKind::Server)
            .map(|(id, _)| id)
            .collect();
        let mut candidates = Vec::new();
        for endpoint in &self.settings().endpoints {
            let mut reached = Vec::new();
            let mut missed = Vec::new();
            for &server in servers.iter().filter(|&&server| self.serves(server, endpoint)) {
                let candidate = self.declared_candidate(server, endpoint);
                let Some(passage) = self.first_passage(&candidate) else { continue };
                let passed = passage.pass().is_some();
                let named = self.location_named_after(server, &candidate.evidence.path).filter(|_| !passed);
                let location = named.unwrap_or_else(|| config.proper_level(passage.level));
                let is_location = config.context(location).kind == ContextKind::Location;
                let list = if passed { &mut reached } else { &mut missed };
                list.push(Candidate { location: is_location.then_some(location), ..candidate });
            }
            // A path of its own in some server means that path in that server, not every `location /`.
            let own = |candidate: &Candidate<'_>| {
                candidate
                    .location
                    .and_then(|level| self.config().location_name(level))
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
                reached.extend(self.fragment_candidate(endpoint));
                reached.extend(self.stream_candidates(endpoint));
            }
            candidates.extend(reached);
        }
        candidates
    }

    /// Whether a server could be meant by an endpoint.
    fn serves(&self, server: ContextId, endpoint: &Endpoint) -> bool {
        let Some(host) = &endpoint.host else { return true };
        let config = self.config();
        let mut names =
            config.own(server, Directive::ServerName).flat_map(|line| config.args(line)).peekable();
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

    fn declared_candidate(&self, server: ContextId, endpoint: &'p Endpoint) -> Candidate<'p> {
        let sign = wslint_model::traffic::sign_of_path(&endpoint.path);
        let evidence = Evidence {
            confidence: Confidence::Certain,
            site: self.config().opener_site(server),
            explicit: true,
            framework: endpoint.framework.or(sign.and_then(|sign| sign.framework)),
            general: false,
            folder: false,
            path: evidence::completed_path(&endpoint.path),
            forced: false,
            events: false,
        };
        self.candidate(server, None, evidence, Some(endpoint))
    }

    /// Where only `stream {}` listens, each of its servers hands the connection on.
    fn stream_candidates(&self, endpoint: &'p Endpoint) -> Vec<Candidate<'p>> {
        let servers =
            self.config().contexts().filter(|(_, context)| context.kind == ContextKind::StreamServer);
        servers.map(|(server, _)| self.declared_candidate(server, endpoint)).collect()
    }

    /// In a fragment without `server {}`: the location that is named after the path.
    fn fragment_candidate(&self, endpoint: &'p Endpoint) -> Option<Candidate<'p>> {
        let candidate = self.declared_candidate(self.config().outermost(), endpoint);
        let passage = self.first_passage(&candidate).filter(|passage| passage.pass().is_some())?;
        let level = self.config().proper_level(passage.level);
        Some(Candidate { location: Some(level), ..candidate })
    }
}
