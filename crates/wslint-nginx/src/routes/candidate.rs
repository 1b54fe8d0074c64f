//! A request that stands for a route, and how its clients reach the server.

use std::net::IpAddr;
use std::sync::OnceLock;

use super::evidence::{Evidence, is_generated};
use crate::config::listen::Listen;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::request::exit::{AnswerKind, Exit, Passage};
use crate::variables::template;
use wslint_model::choices::Polls;
use wslint_model::length::shortened;
use wslint_model::service::{self, Service};
use wslint_model::traffic::Confidence;
use wslint_model::way::{Address, Arrival, Field, Message, Shown};
use wslint_model::{Browser, Endpoint, Known, NginxContext, Request, Scheme};

/// A request that stands for a route.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'m> {
    pub(crate) server: ContextId,
    /// The location that the evidence speaks of; none for a declared path that the server answers itself.
    pub(crate) location: Option<ContextId>,
    pub(crate) evidence: Evidence,
    /// The endpoint, where it is certain: declared by the user, or shown by the deployment.
    pub(crate) endpoint: Option<&'m Endpoint>,
    /// What serves it, as far as the deployment tells.
    pub(crate) service: Option<&'m Service>,
    pub(super) scheme: Scheme,
    pub(super) host: String,
    /// Whether the config names no host for the server, so that clients may call it by any.
    pub(super) any_host: bool,
    pub(super) port: u16,
    /// The address that its clients connect from, if the user says so.
    pub(super) source: Option<IpAddr>,
    /// Whether the server listens on other ports than the default ones only.
    pub(crate) odd_ports: bool,
    /// Whether it is a named location that nothing refers to.
    pub(crate) unreferenced: bool,
    /// Whether it stands for a location that people wrote like an expression, and that is none: no client asks for its path.
    /// An endpoint is asked for as it is declared, and paths of controllers are not written in the words of nginx.
    pub(crate) literal: bool,
    /// Whether the host that the user declares is none that a server has the name of.
    pub(crate) unserved: bool,
    /// Where its handshake leaves, if it does: noted by whoever follows it first.
    pub(super) leaving: OnceLock<Option<Leaving>>,
}

/// Where a handshake leaves a configuration: what recipes edit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaving {
    /// The level in force.
    pub(crate) level: ContextId,
    /// The line that hands it on, if one does.
    pub(crate) pass: Option<Line>,
}

impl Leaving {
    pub(super) fn of(model: &Model<'_>, passage: &Passage) -> Self {
        let pass = match &passage.exit {
            Exit::Passed(pass) => Some(pass.line),
            Exit::Tunnelled(tunnel) => Some(tunnel.line),
            _ => None,
        };
        Self { level: model.config().proper_level(passage.level), pass }
    }
}

impl Candidate<'_> {
    /// The endpoint that the lines of a location show: it hands the upgrade on itself, on a path of its own.
    pub(crate) fn shown(&self, model: &Model<'_>) -> Option<Shown> {
        let Evidence { explicit, general, forced, events, .. } = self.evidence;
        let location = self.location.filter(|_| explicit && !general && !forced && !events)?;
        Some(Shown {
            path: self.evidence.path.clone(),
            host: (!self.any_host).then(|| self.host.clone()),
            confidence: self.evidence.confidence,
            framework: self.evidence.framework,
            site: self.evidence.site,
            route: model.config().opener_site(location),
        })
    }

    /// The host that clients call, if the configuration or the user names one.
    pub(super) fn named_host(&self) -> Option<String> {
        (!self.any_host).then(|| shortened(&self.host).into_owned())
    }

    /// The level that it stands for: the location, or the server that answers itself.
    pub(crate) fn level(&self) -> ContextId {
        self.location.unwrap_or(self.server)
    }

    /// Whether its route certainly or very likely carries WebSocket traffic.
    pub(crate) fn carries_websocket(&self) -> bool {
        self.evidence.confidence > Confidence::Weak && !self.evidence.events
    }

    /// Whether clients send plain requests that must reach the server of the handshake.
    pub(crate) fn polls(&self) -> bool {
        let polls = service::polls(self.endpoint, self.evidence.framework);
        matches!(polls, Some(Polls::First | Polls::Negotiates))
    }

    /// The handshake of a browser.
    pub(crate) fn handshake(&self, browser: Browser) -> Request {
        Request::handshake(self.scheme, &self.host, self.port, &self.evidence.target(), browser)
    }

    /// A plain request to a target.
    pub(crate) fn plain(&self, target: &str) -> Request {
        let scheme = if self.scheme.is_tls() { Scheme::Https } else { Scheme::Http };
        Request::plain(scheme, &self.host, self.port, target)
    }

    /// A request as it arrives from clients of the route, of whom nothing is known.
    pub(super) fn arrival(&self, request: Request) -> Arrival {
        let mut message = Message { open: true, ..Message::from(request) };
        // Which page asks, and with which password, is not known; what becomes of those that may ask is what counts.
        message.fields.retain(|field| !field.name.eq_ignore_ascii_case("Origin"));
        message.fields.extend(["Origin", "Authorization"].map(|name| Field {
            name: name.to_owned(),
            value: Known::Unknown,
            cause: None,
        }));
        let tls = self.scheme.is_tls();
        Arrival {
            address: Address::port(&self.host, self.port),
            client: self.source,
            tls,
            sni: Some(self.host.clone()).filter(|_| tls && !self.any_host),
            proxy_header: false,
            message: message.into(),
            websocket: true,
        }
    }
}

/// The request for a location, or for a path of a server.
pub(super) fn candidate<'p>(
    model: &Model<'p>,
    server: ContextId,
    location: Option<ContextId>,
    evidence: Evidence,
    endpoint: Option<&'p Endpoint>,
) -> Candidate<'p> {
    let config = model.config();
    let listens = model.listens(server);
    let ends_tls = |listen: &Listen| listen.tls || model.http_listeners().speaks_tls(&listen.address);
    let tls = listens.iter().any(ends_tls) || hands_tls_on(model, server, &listens);
    let speaks = |listen: &&Listen| ends_tls(listen) == tls;
    let port = listens.iter().find(speaks).or(listens.first()).and_then(|listen| listen.address.port());
    let name = config.own(server, Directive::ServerName).find_map(|line| config.known_arg(line, 0));
    let host = endpoint.and_then(|endpoint| endpoint.host.clone()).or_else(|| {
        let name = name.filter(|name| !name.starts_with('~') && *name != "_" && !name.is_empty())?;
        Some(name.replacen('*', "www", 1).trim_start_matches('.').to_owned())
    });
    let ports = || listens.iter().filter_map(|listen| listen.address.port());
    let literal = location.filter(|_| endpoint.is_none()).is_some_and(|location| {
        let kind = config.location_kind(location);
        kind.is_some_and(|kind| kind.is_literal_expression()) && !is_generated(model, location)
    });
    Candidate {
        server,
        location,
        evidence,
        endpoint,
        service: None,
        odd_ports: ports().next().is_some() && ports().all(|port| !matches!(port, 80 | 443)),
        source: model.settings().source,
        unreferenced: false,
        literal,
        unserved: false,
        leaving: OnceLock::new(),
        scheme: if tls { Scheme::Wss } else { Scheme::Ws },
        any_host: host.is_none(),
        host: host.unwrap_or_else(|| "localhost".to_owned()),
        port: port.unwrap_or(if tls { 443 } else { 80 }),
    }
}

/// Whether clients of a server of `stream {}` that ends no TLS mostly speak it all the same.
fn hands_tls_on(model: &Model<'_>, server: ContextId, listens: &[Listen]) -> bool {
    let config = model.config();
    let reads_name = || model.config().flag(server, Directive::SslPreread, false) == Known::Known(true);
    let usual = || listens.iter().any(|listen| matches!(listen.address.port(), Some(443 | 8443)));
    config.context(server).kind == ContextKind::StreamServer && (reads_name() || usual())
}

/// Whether a route's request is redirected to the same path over TLS, where another server could take it. For a
/// declared path there is none where the whole config is at hand and no server of it speaks TLS; only a redirect
/// under a condition may be meant for clients that come past a proxy which ends TLS.
pub(crate) fn redirects_to_tls(model: &Model<'_>, candidate: &Candidate<'_>, passage: &Passage) -> bool {
    let Exit::Answered(answer) = &passage.exit else { return false };
    let target = answer.target.as_deref().unwrap_or_default();
    let leads_to_tls =
        answer.kind == AnswerKind::Redirect && !candidate.scheme.is_tls() && target.starts_with("https://");
    let config = model.config();
    let branch = config.context(passage.level);
    // What nginx says of its own socket is the same behind every proxy.
    let own = |line: Line| {
        let words = config.args(line).into_iter().filter_map(Known::known);
        let mut names = words.flat_map(|word| template::variables(&word));
        names.any(|name| {
            let table = model.tables().of(&name);
            let source = table.and_then(|table| config.known_arg(table.line, 0)).unwrap_or_default();
            let mut sources = template::variables(&source);
            sources.push(name);
            sources.iter().any(|name| matches!(name.as_str(), "scheme" | "https" | "server_port"))
        })
    };
    let conditional = branch.kind == ContextKind::If && !branch.opener.is_some_and(own);
    let whole = config.assumed == NginxContext::Main && !config.has_gaps;
    // A controller that does not speak TLS where it redirects to it stands behind a balancer that does.
    let unknown = candidate.endpoint.is_none() && !is_generated(model, candidate.server);
    leads_to_tls && (unknown || conditional || !whole || speaks_tls(model))
}

/// Whether any server of the config ends TLS.
fn speaks_tls(model: &Model<'_>) -> bool {
    let config = model.config();
    let servers = config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
    servers.into_iter().any(|(server, _)| model.listens(server).iter().any(|listen| listen.tls))
}
