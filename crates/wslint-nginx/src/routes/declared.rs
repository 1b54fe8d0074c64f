//! The routes of the endpoints that the user declares.

use super::Seed;
use super::evidence::{self, Evidence};
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind};
use crate::model::Model;
use crate::request::end::End;
use wslint_model::{Browser, Endpoint};

impl<'p> Model<'p> {
    /// Where the paths lead that the user declares.
    pub(super) fn declared_seeds(&self) -> Vec<Seed<'p>> {
        let config = self.config();
        let servers: Vec<ContextId> = config
            .contexts()
            .filter(|(_, context)| context.kind == ContextKind::Server)
            .map(|(id, _)| id)
            .collect();
        let mut seeds = Vec::new();
        for endpoint in &self.settings().endpoints {
            let mut reached = Vec::new();
            let mut missed = Vec::new();
            for &server in servers.iter().filter(|&&server| self.serves(server, endpoint)) {
                let seed = self.declared_seed(server, endpoint);
                let followed = self.follow(&seed, Some(Browser::Chrome));
                let passed = matches!(followed.end, End::Passed(_)) || !followed.hops.is_empty();
                let named = self.location_named_after(server, &seed.evidence.path).filter(|_| !passed);
                let location = named.unwrap_or_else(|| config.proper_level(followed.level));
                let is_location = config.context(location).kind == ContextKind::Location;
                let seed = Seed { location: is_location.then_some(location), ..seed };
                match (&followed.end, followed.hops.is_empty()) {
                    (End::Passed(_), _) | (_, false) => reached.push(seed),
                    (End::Unknown, _) => {}
                    _ => missed.push(seed),
                }
            }
            // A path of its own in some server means that path in that server, not every `location /`.
            let own = |seed: &Seed<'_>| {
                seed.location
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
                reached.extend(self.fragment_seed(endpoint));
                reached.extend(self.stream_seeds(endpoint));
            }
            seeds.extend(reached);
        }
        seeds
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

    fn declared_seed(&self, server: ContextId, endpoint: &'p Endpoint) -> Seed<'p> {
        let sign = wslint_model::traffic::sign_of_path(&endpoint.path);
        let evidence = Evidence {
            confidence: "certain",
            site: self.config().opener_site(server),
            explicit: true,
            framework: endpoint.framework.or(sign.and_then(|sign| sign.framework)),
            general: false,
            folder: false,
            path: evidence::completed_path(&endpoint.path),
            forced: false,
            events: false,
        };
        self.seed(server, None, evidence, Some(endpoint))
    }

    /// Where only `stream {}` listens, each of its servers hands the connection on.
    fn stream_seeds(&self, endpoint: &'p Endpoint) -> Vec<Seed<'p>> {
        let servers =
            self.config().contexts().filter(|(_, context)| context.kind == ContextKind::StreamServer);
        servers.map(|(server, _)| self.declared_seed(server, endpoint)).collect()
    }

    /// In a fragment without `server {}`: the location that is named after the path.
    fn fragment_seed(&self, endpoint: &'p Endpoint) -> Option<Seed<'p>> {
        let outermost = self.config().outermost();
        let seed = self.declared_seed(outermost, endpoint);
        let followed = self.follow(&seed, Some(Browser::Chrome));
        let level = self.config().proper_level(followed.level);
        matches!(followed.end, End::Passed(_)).then_some(Seed { location: Some(level), ..seed })
    }
}
