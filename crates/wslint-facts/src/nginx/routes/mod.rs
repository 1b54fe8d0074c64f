//! The routes of a config: each location and server with its representative requests, and what becomes of them.

mod declared;
mod evidence;
mod neighbours;
mod sample;
mod sharing;

use self::evidence::Evidence;
use super::config::listen;
use super::config::names::Directive;
use super::config::{ContextId, ContextKind, Line};
use super::facts;
use super::model::Model;
use super::request::end::{AnswerKind, End, Passed};
use super::request::follow::Follower;
use super::request::state::State;
use crate::fact::Facts;
use crate::length::shortened;
use crate::project::{NginxContext, Proxy, Site};
use crate::request::{Browser, Request, Scheme};
use crate::route::Route;
use crate::settings::Endpoint;
use crate::trace::Known;

/// A request that stands for a route, before it is followed.
#[derive(Clone, Debug)]
pub(in crate::nginx) struct Seed<'m> {
    pub(in crate::nginx) server: ContextId,
    /// The location that the evidence speaks of; none for a declared path that the server answers itself.
    pub(in crate::nginx) location: Option<ContextId>,
    pub(in crate::nginx) evidence: Evidence,
    /// The user's declaration, where that is the evidence.
    pub(in crate::nginx) endpoint: Option<&'m Endpoint>,
    scheme: Scheme,
    host: String,
    /// Whether the config names no host for the server, so that clients may call it by any.
    any_host: bool,
    port: u16,
    /// Whether the server listens on other ports than the default ones only.
    pub(in crate::nginx) odd_ports: bool,
    /// The `listen` of a server that speaks plain HTTP/2 and nothing else.
    pub(in crate::nginx) only_http2: Option<Line>,
}

/// What becomes of one representative request.
#[derive(Debug)]
pub(in crate::nginx) struct Followed {
    pub(in crate::nginx) end: End,
    pub(in crate::nginx) hops: Vec<Passed>,
    /// Whether another way than this one could be taken.
    pub(in crate::nginx) unsure: bool,
    pub(in crate::nginx) auth: Option<super::request::end::AuthDoubt>,
    /// The level in force at the end.
    pub(in crate::nginx) level: ContextId,
    /// The `rewrite` that changed the path last.
    pub(in crate::nginx) rewritten: Option<Site>,
}

impl Followed {
    /// The request as it was first handed on, if it was.
    pub(in crate::nginx) fn passed(&self) -> Option<&Passed> {
        match (self.hops.first(), &self.end) {
            (Some(first), _) => Some(first),
            (None, End::Passed(passed)) => Some(passed),
            _ => None,
        }
    }
}

impl<'p> Model<'p> {
    /// All routes in the order of their lines. Only those with evidence of WebSocket traffic answer questions.
    pub fn routes(&self) -> Vec<Route> {
        let mut routes: Vec<(ContextId, Route)> = Vec::new();
        let mut told: Vec<ContextId> = Vec::new();
        for (index, seed) in self.seeds().iter().enumerate() {
            let level = seed.location.unwrap_or(seed.server);
            told.push(level);
            let facts = facts::of(self, seed);
            routes.push((level, Route { index, ..self.route(level, Some(seed), facts) }));
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
        routes.into_iter().map(|(_, route)| route).collect()
    }

    /// The number of routes, for the summary: the locations, and the servers that answer a declared path themselves.
    pub fn route_count(&self) -> usize {
        let locations = |context: &super::config::Context| context.kind == ContextKind::Location;
        let located = self.config().contexts().filter(|(_, context)| locations(context)).count();
        located + self.seeds().iter().filter(|seed| seed.location.is_none()).count()
    }

    fn route(&self, level: ContextId, seed: Option<&Seed<'_>>, facts: Facts) -> Route {
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
            path: seed.map_or_else(
                || self.config().location_name(level).unwrap_or_default(),
                |seed| seed.evidence.path.clone(),
            ),
            facts,
            // No seed has this number: a route without evidence is not mended.
            index: usize::MAX,
        }
    }

    /// The requests that stand for the routes with evidence.
    pub(in crate::nginx) fn find_seeds(&self) -> Vec<Seed<'p>> {
        let mut seeds = self.declared_seeds();
        let declared: Vec<ContextId> = seeds.iter().filter_map(|seed| seed.location).collect();
        for (location, evidence) in self.gather_evidence() {
            if declared.contains(&location) {
                continue;
            }
            let config = self.config();
            let server = config.enclosing(location, ContextKind::Server).unwrap_or(config.outermost());
            seeds.push(self.seed(server, Some(location), evidence, None));
        }
        seeds
    }

    fn seed(
        &self,
        server: ContextId,
        location: Option<ContextId>,
        evidence: Evidence,
        endpoint: Option<&'p Endpoint>,
    ) -> Seed<'p> {
        let config = self.config();
        let listens = listen::listens(config, server);
        let tls = listens.iter().any(|listen| listen.tls);
        let port = listens.iter().filter(|listen| listen.tls == tls).find_map(|listen| listen.address.port());
        let name = config.own(server, Directive::ServerName).find_map(|line| config.known_arg(line, 0));
        let host = endpoint.and_then(|endpoint| endpoint.host.clone()).or_else(|| {
            let name = name.filter(|name| !name.starts_with('~') && *name != "_" && !name.is_empty())?;
            Some(name.replacen('*', "www", 1).trim_start_matches('.').to_owned())
        });
        let ports = || listens.iter().filter_map(|listen| listen.address.port());
        let speaks_http1 = listens.iter().any(|listen| listen.tls || !listen.http2 || listen.unsure);
        Seed {
            server,
            location,
            evidence,
            endpoint,
            odd_ports: ports().next().is_some() && ports().all(|port| !matches!(port, 80 | 443)),
            only_http2: listens
                .first()
                .and_then(|listen| listen.line)
                .filter(|_| !speaks_http1 && !self.speaks_both_on_plain_sockets()),
            scheme: if tls { Scheme::Wss } else { Scheme::Ws },
            any_host: host.is_none(),
            host: host.unwrap_or_else(|| "localhost".to_owned()),
            port: port.unwrap_or(if tls { 443 } else { 80 }),
        }
    }

    /// Follows the request that stands for a route: a browser's handshake, or without one a plain request.
    pub(in crate::nginx) fn follow(&self, seed: &Seed<'_>, browser: Option<Browser>) -> Followed {
        let path = &seed.evidence.target();
        let request = match browser {
            Some(browser) => Request::handshake(seed.scheme, &seed.host, seed.port, path, browser),
            None => {
                let scheme = if seed.scheme.is_tls() { Scheme::Https } else { Scheme::Http };
                Request::plain(scheme, &seed.host, seed.port, &path.replace("=websocket", "=polling"))
            }
        };
        self.follow_request(seed, &request)
    }

    /// Follows a request into the server of a route, and where its path cannot be trusted straight to its location.
    pub(in crate::nginx) fn follow_request(&self, seed: &Seed<'_>, request: &Request) -> Followed {
        let mut follower = Follower::new(self);
        if self.config().context(seed.server).kind == ContextKind::StreamServer {
            let end = follower.tunnel(seed.server);
            return Followed {
                end,
                hops: Vec::new(),
                unsure: false,
                auth: None,
                level: seed.server,
                rewritten: None,
            };
        }
        let merge_slashes = self.merges_slashes(seed.server);
        let Some(mut state) = State::new(request, seed.server, seed.port, merge_slashes) else {
            return Followed {
                end: End::Unknown,
                hops: Vec::new(),
                unsure: true,
                auth: None,
                level: seed.server,
                rewritten: None,
            };
        };
        state.representative = true;
        state.any_host = seed.any_host;
        // Which page asks, and with which password, is not known; what becomes of those that may ask is what counts.
        state.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("Origin"));
        state.headers.extend(["Origin", "Authorization"].map(|name| (name.to_owned(), Known::Unknown)));
        let end = match seed.location.filter(|_| seed.evidence.forced) {
            Some(location) => follower.run_in(&mut state, location),
            None => follower.find_and_run(&mut state),
        };
        let level = match &end {
            End::Passed(passed) => passed.state.level,
            _ => state.level,
        };
        let (end, hops) = follower.through_noting_hops(end);
        let unsure = follower.doubts.iter().any(|doubt| !doubt.only_answers);
        let rewritten = follower.rewritten.map(|line| self.config().site(line));
        Followed { end, hops, unsure, auth: follower.auth, level, rewritten }
    }

    /// Whether a route's request is redirected to the same path over TLS, where another server could take it. For a
    /// declared path there is none where the whole config is at hand and no server of it speaks TLS; only a redirect
    /// under a condition may be meant for clients that come past a proxy which ends TLS.
    pub(in crate::nginx) fn redirects_to_tls(&self, seed: &Seed<'_>, followed: &Followed) -> bool {
        let End::Answered(answer) = &followed.end else { return false };
        let target = answer.target.as_deref().unwrap_or_default();
        let leads_to_tls =
            answer.kind == AnswerKind::Redirect && !seed.scheme.is_tls() && target.starts_with("https://");
        let config = self.config();
        let conditional = config.context(followed.level).kind == ContextKind::If;
        let whole = config.assumed == NginxContext::Main && !config.has_gaps;
        leads_to_tls && (seed.endpoint.is_none() || conditional || !whole || self.speaks_tls())
    }

    /// Whether any server of the config ends TLS.
    fn speaks_tls(&self) -> bool {
        let config = self.config();
        let servers = config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
        servers.into_iter().any(|(server, _)| listen::listens(config, server).iter().any(|listen| listen.tls))
    }
}
