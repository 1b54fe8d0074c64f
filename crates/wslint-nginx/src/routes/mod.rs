//! The routes of a config: each location and server with its representative requests, and what becomes of them.

mod declared;
mod evidence;
mod neighbours;
mod sharing;
mod tried;

use self::evidence::Evidence;
pub(crate) use self::tried::Tried;
use super::config::listen::{self, Listen};
use super::config::names::Directive;
use super::config::{ContextId, ContextKind, Line};
use super::facts;
use super::model::Model;
use super::request::enter::PLAIN_HTTP2_BESIDE_HTTP1;
use super::request::exit::{AnswerKind, Exit, Passage};
use wslint_model::length::shortened;
use wslint_model::way::Network;
use wslint_model::{Endpoint, Facts, Known, NginxContext, Proxy, Route, Scheme};

/// A request that stands for a route.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'m> {
    pub(crate) server: ContextId,
    /// The location that the evidence speaks of; none for a declared path that the server answers itself.
    pub(crate) location: Option<ContextId>,
    pub(crate) evidence: Evidence,
    /// The user's declaration, where that is the evidence.
    pub(crate) endpoint: Option<&'m Endpoint>,
    scheme: Scheme,
    host: String,
    /// Whether the config names no host for the server, so that clients may call it by any.
    any_host: bool,
    port: u16,
    /// Whether the server listens on other ports than the default ones only.
    pub(crate) odd_ports: bool,
    /// The `listen` of a server that speaks plain HTTP/2 and nothing else.
    pub(crate) only_http2: Option<Line>,
}

impl<'p> Model<'p> {
    /// All routes in the order of their lines. Only those with evidence of WebSocket traffic answer questions. `config` is
    /// the number of this model in `network`, which says where a request goes on that leaves.
    pub fn routes(&self, network: &Network<'_>, config: usize) -> Vec<Route> {
        let mut routes: Vec<(ContextId, Route)> = Vec::new();
        let mut told: Vec<ContextId> = Vec::new();
        for (index, candidate) in self.candidates().iter().enumerate() {
            let level = candidate.location.unwrap_or(candidate.server);
            told.push(level);
            let facts = facts::of(self, &Tried::new(self, candidate, network, config));
            routes.push((level, Route { index, ..self.route(level, Some(candidate), facts) }));
        }
        told.sort_unstable();
        let config = self.config();
        for (level, context) in config.contexts() {
            let silent = context.kind == ContextKind::Location && told.binary_search(&level).is_err();
            if silent {
                routes.push((level, self.route(level, None, Facts::default())));
            }
        }
        routes.sort_by_key(|(level, _)| *level);
        let mut routes: Vec<Route> = routes.into_iter().map(|(_, route)| route).collect();
        // What nginx refuses is told by every route that carries WebSocket traffic; where none does, by the configuration
        // itself.
        if let Some(refusal) = self.refusal().filter(|_| !routes.iter().any(Route::carries_websocket)) {
            let mut facts = Facts::default();
            facts::refusal::tell(refusal, config, &mut facts);
            routes.push(Route::of_configuration(Proxy::Nginx, refusal.site(config), facts));
        }
        routes
    }

    /// The number of routes, for the summary: the locations, and the servers that answer a declared path themselves.
    pub fn route_count(&self) -> usize {
        let locations = |context: &super::config::Context| context.kind == ContextKind::Location;
        let located = self.config().contexts().filter(|(_, context)| locations(context)).count();
        located + self.candidates().iter().filter(|candidate| candidate.location.is_none()).count()
    }

    fn route(&self, level: ContextId, candidate: Option<&Candidate<'_>>, facts: Facts) -> Route {
        let config = self.config();
        let context = config.context(level);
        let label = match (context.opener, context.kind) {
            (Some(line), ContextKind::Location) => config.headline(line),
            (Some(line), _) => {
                let name = config.own(level, Directive::ServerName).next();
                let name = name.or_else(|| config.own(level, Directive::Listen).next());
                let name = name.and_then(|line| config.known_arg(line, 0));
                name.map_or_else(|| config.headline(line), |name| format!("server {}", shortened(&name)))
            }
            (None, _) => "this file".to_owned(),
        };
        let server = config.enclosing(level, ContextKind::Server).and_then(|server| {
            let line = config.own(server, Directive::ServerName).next();
            let line = line.or_else(|| config.own(server, Directive::Listen).next());
            line.and_then(|line| config.known_arg(line, 0)).map(|name| shortened(&name).into_owned())
        });
        Route {
            proxy: Proxy::Nginx,
            label,
            server,
            site: config.opener_site(level),
            path: candidate.map_or_else(
                || self.config().location_name(level).unwrap_or_default(),
                |candidate| candidate.evidence.path.clone(),
            ),
            facts,
            // No candidate has this number: a route without evidence is not mended.
            index: Route::NOT_FIXED,
        }
    }

    /// The requests that stand for the routes with evidence. What the user declares takes the place of what the config
    /// says of the same path.
    pub(crate) fn find_candidates(&self) -> Vec<Candidate<'p>> {
        let mut candidates = self.declared_candidates();
        let declared: Vec<(ContextId, String)> = candidates
            .iter()
            .filter_map(|candidate| Some((candidate.location?, candidate.evidence.path.clone())))
            .collect();
        let without_query = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
        for (location, evidence) in self.gather_evidence() {
            let same = |(other, path): &(ContextId, String)| {
                *other == location && without_query(path) == without_query(&evidence.path)
            };
            if declared.iter().any(same) {
                continue;
            }
            let config = self.config();
            let server = config.enclosing(location, ContextKind::Server).unwrap_or(config.outermost());
            candidates.push(self.candidate(server, Some(location), evidence, None));
        }
        candidates
    }

    fn candidate(
        &self,
        server: ContextId,
        location: Option<ContextId>,
        evidence: Evidence,
        endpoint: Option<&'p Endpoint>,
    ) -> Candidate<'p> {
        let config = self.config();
        let listens = listen::listens(config, server);
        let tls = listens.iter().any(|listen| listen.tls) || self.hands_tls_on(server, &listens);
        let speaks = |listen: &&Listen| listen.tls == tls;
        let port = listens.iter().find(speaks).or(listens.first()).and_then(|listen| listen.address.port());
        let name = config.own(server, Directive::ServerName).find_map(|line| config.known_arg(line, 0));
        let host = endpoint.and_then(|endpoint| endpoint.host.clone()).or_else(|| {
            let name = name.filter(|name| !name.starts_with('~') && *name != "_" && !name.is_empty())?;
            Some(name.replacen('*', "www", 1).trim_start_matches('.').to_owned())
        });
        let ports = || listens.iter().filter_map(|listen| listen.address.port());
        let speaks_http1 = listens.iter().any(|listen| listen.tls || !listen.http2 || listen.unsure);
        Candidate {
            server,
            location,
            evidence,
            endpoint,
            odd_ports: ports().next().is_some() && ports().all(|port| !matches!(port, 80 | 443)),
            only_http2: listens
                .first()
                .and_then(|listen| listen.line)
                .filter(|_| !speaks_http1 && self.version() < PLAIN_HTTP2_BESIDE_HTTP1),
            scheme: if tls { Scheme::Wss } else { Scheme::Ws },
            any_host: host.is_none(),
            host: host.unwrap_or_else(|| "localhost".to_owned()),
            port: port.unwrap_or(if tls { 443 } else { 80 }),
        }
    }

    /// Whether clients of a server of `stream {}` that ends no TLS mostly speak it all the same.
    fn hands_tls_on(&self, server: ContextId, listens: &[Listen]) -> bool {
        let config = self.config();
        let reads_name = || self.flag(server, Directive::SslPreread, false) == Known::Known(true);
        let usual = || listens.iter().any(|listen| matches!(listen.address.port(), Some(443 | 8443)));
        config.context(server).kind == ContextKind::StreamServer && (reads_name() || usual())
    }

    /// Whether a route's request is redirected to the same path over TLS, where another server could take it. For a
    /// declared path there is none where the whole config is at hand and no server of it speaks TLS; only a redirect
    /// under a condition may be meant for clients that come past a proxy which ends TLS.
    pub(crate) fn redirects_to_tls(&self, candidate: &Candidate<'_>, passage: &Passage) -> bool {
        let Exit::Answered(answer) = &passage.exit else { return false };
        let target = answer.target.as_deref().unwrap_or_default();
        let leads_to_tls = answer.kind == AnswerKind::Redirect
            && !candidate.scheme.is_tls()
            && target.starts_with("https://");
        let config = self.config();
        let conditional = config.context(passage.level).kind == ContextKind::If;
        let whole = config.assumed == NginxContext::Main && !config.has_gaps;
        leads_to_tls && (candidate.endpoint.is_none() || conditional || !whole || self.speaks_tls())
    }

    /// Whether any server of the config ends TLS.
    fn speaks_tls(&self) -> bool {
        let config = self.config();
        let servers = config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
        servers.into_iter().any(|(server, _)| listen::listens(config, server).iter().any(|listen| listen.tls))
    }
}
