//! A hop: how a request left, with what was sent, as the shared way tells it.

use super::exit::{Exit, Pass, Passage, Tunnel};
use super::follow::Follower;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use wslint_model::way::{Arrival, Connect, End, Hop, Protocol, Reply};
use wslint_model::{Known, Proxy, Site};

/// Where a request came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The line that accepts the connection.
    pub(crate) listen: Option<Line>,
    /// The server that the request comes to; none where nothing takes the connection.
    pub(crate) server: Option<ContextId>,
    /// Whether that server ends TLS.
    pub(crate) tls: bool,
    /// Whether it takes the PROXY header off the connection.
    pub(crate) proxy_protocol: bool,
}

impl Follower<'_, '_, '_> {
    /// Makes a hop of a request that has left. `level` is what was in force at the end.
    pub(crate) fn passage(
        &mut self,
        arrival: &Arrival,
        entry: Entry,
        level: ContextId,
        exit: Exit,
    ) -> Passage {
        let model = self.model();
        let level = match &exit {
            Exit::Passed(pass) => pass.state.level,
            _ => level,
        };
        let (sent, idle, reply, backend, http) = match &exit {
            Exit::Passed(pass) => {
                (Some(model.sent(pass)), Some(model.idle_of(pass)), self.reply(pass), pass.pool.clone(), true)
            }
            Exit::Tunnelled(tunnel) => (
                Some(arrival.message.clone()),
                Some(model.idle_of_stream(tunnel.server)),
                Reply::default(),
                tunnel.pool.clone(),
                false,
            ),
            Exit::Answered(_) | Exit::Closed { .. } => {
                (None, None, Reply::default(), Known::Known(None), true)
            }
            Exit::Unknown => (None, None, Reply::default(), Known::Unknown, true),
        };
        let routes = if entry.server.is_some() { self.routes(arrival, level, &exit) } else { Vec::new() };
        let hop = Hop {
            proxy: Proxy::Nginx,
            config: 0,
            arrival: arrival.clone(),
            steps: std::mem::take(&mut self.steps),
            listener: entry.listen.map(|line| model.config().site(line)),
            routes,
            http,
            backend,
            sent,
            idle,
            reply,
            end: self.end(arrival, entry, &exit),
        };
        Passage { hop, exit, level, auth: self.auth }
    }

    /// The openers of the levels that the request took, the innermost first, then the locations that it went through
    /// before, and where nothing hands it on the location that is named after its path.
    fn routes(&self, arrival: &Arrival, level: ContextId, exit: &Exit) -> Vec<Site> {
        let config = self.model().config();
        let counts = |level: &ContextId| {
            matches!(
                config.context(*level).kind,
                ContextKind::Location | ContextKind::Server | ContextKind::StreamServer
            ) || *level == config.outermost()
        };
        let mut levels: Vec<ContextId> =
            config.outwards(level).map(|(level, _)| level).filter(counts).collect();
        levels.extend(self.chosen.iter().rev().copied());
        if let (Exit::Answered(_) | Exit::Closed { .. }, Some(server), Known::Known(target)) =
            (exit, config.enclosing(level, ContextKind::Server), &arrival.message.target.value)
        {
            levels.extend(self.model().location_named_after(server, target));
        }
        let mut sites: Vec<Site> = Vec::with_capacity(levels.len());
        for level in levels {
            let site = config.opener_site(level);
            if !sites.contains(&site) {
                sites.push(site);
            }
        }
        sites
    }

    fn end(&self, arrival: &Arrival, entry: Entry, exit: &Exit) -> End {
        let site = |line: Option<Line>| line.map(|line| self.model().config().site(line));
        match exit {
            Exit::Passed(pass) => End::Sent(self.model().connect(pass)),
            Exit::Tunnelled(tunnel) => End::Sent(self.model().tunnel_to(arrival, entry, tunnel)),
            Exit::Answered(answer) => End::Answered {
                by: answer.kind.word(),
                status: answer.status.clone(),
                site: site(answer.line),
                location: answer.target.clone().filter(|_| answer.kind.redirects()),
                redirects: answer.kind.redirects(),
                asked: None,
            },
            &Exit::Closed { by, line } => End::Dropped { by, site: site(line), hangs: false },
            Exit::Unknown => End::Unknown,
        }
    }
}

impl Model<'_> {
    /// How a `…_pass` connects to its upstream.
    fn connect(&self, pass: &Pass) -> Connect {
        let written = self.config().known_arg(pass.line, 0).unwrap_or_default().to_ascii_lowercase();
        let tls = match &pass.destination {
            Some(destination) => destination.tls,
            None => ["https://", "grpcs://", "suwsgi://"].iter().any(|scheme| written.starts_with(scheme)),
        };
        Connect {
            address: pass.upstream.clone(),
            tls,
            sni: if tls { self.server_name_in_tls(pass) } else { None },
            proxy_header: false,
            protocol: match pass.directive {
                Directive::ProxyPass => Protocol::Http1,
                Directive::UwsgiPass | Directive::ScgiPass => Protocol::Gateway,
                _ => Protocol::NoUpgrade,
            },
        }
    }

    /// How `stream {}` connects to its upstream: what it does not take off the connection is handed on as it came.
    fn tunnel_to(&self, arrival: &Arrival, entry: Entry, tunnel: &Tunnel) -> Connect {
        let on = |name: Directive| self.flag(tunnel.server, name, false) == Known::Known(true);
        let own_tls = on(Directive::ProxySsl);
        let unread = arrival.tls && !entry.tls;
        Connect {
            address: tunnel.upstream.clone(),
            tls: own_tls || unread,
            sni: arrival.sni.clone().filter(|_| unread && !own_tls),
            proxy_header: on(Directive::ProxyProtocol) || (arrival.proxy_header && !entry.proxy_protocol),
            protocol: Protocol::Raw,
        }
    }

    /// The name that is indicated to an upstream in TLS: none unless `proxy_ssl_server_name` is on.
    fn server_name_in_tls(&self, pass: &Pass) -> Option<String> {
        let config = self.config();
        let level = config.proper_level(pass.state.level);
        let line = |name: &str| {
            config.outwards(level).find_map(|(_, context)| {
                context.lines.iter().rev().copied().find(|&line| config.name(line) == name)
            })
        };
        let indicates = line("proxy_ssl_server_name")
            .and_then(|line| config.known_arg(line, 0))
            .is_some_and(|value| value.eq_ignore_ascii_case("on"));
        let name = match line("proxy_ssl_name") {
            Some(line) => self.evaluate(&config.known_arg(line, 0)?, &pass.state).known()?,
            None => pass.destination.as_ref()?.proxy_host.clone(),
        };
        let host = crate::variables::host_without_port(&name).to_owned();
        indicates.then_some(host)
    }
}
