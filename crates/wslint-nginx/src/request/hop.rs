//! A hop: how a request left, with what was sent, as the shared way tells it.

use super::exit::{Answer, Entry, Exit, Pass, Passage, Tunnel};
use super::{idle, message, reply, select};
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::variables::evaluate::evaluate;
use wslint_model::way::{Arrival, Connect, End, Hop, Network, Oracle, Protocol, Reply};
use wslint_model::{Known, NginxContext, Proxy, Site};

impl Passage {
    /// The hop of a request that has taken this way. `oracle` knows the answers of its run.
    pub(crate) fn hop(&self, model: &Model<'_>, arrival: &Arrival, oracle: &Oracle) -> Hop {
        let (sent, idle, reply) = match &self.exit {
            Exit::Passed(pass) if self.instead.is_none() => {
                let reply = reply::reply(model, pass, self.auth, self.copied, oracle);
                (Some(message::sent(model, pass, self.rewritten)), Some(idle::of(model, pass)), reply)
            }
            Exit::Tunnelled(tunnel) => {
                let sent = (*arrival.message).clone();
                (Some(sent), Some(idle::of_stream(model, tunnel.server)), Reply::default())
            }
            _ => (None, None, Reply::default()),
        };
        Hop {
            proxy: Proxy::Nginx,
            config: 0,
            arrival: arrival.clone(),
            steps: self.steps.clone(),
            listener: self.entry.listen.map(|line| model.config().site(line)),
            routes: self.routes(model, arrival),
            http: !matches!(self.exit, Exit::Tunnelled(_)),
            backend: match &self.exit {
                Exit::Passed(pass) => pass.pool.clone(),
                Exit::Tunnelled(tunnel) => tunnel.pool.clone(),
                Exit::Answered(_) | Exit::Closed { .. } => Known::Known(None),
                Exit::Unknown => Known::Unknown,
            },
            sent,
            idle,
            reply,
            end: self.end(model, arrival),
        }
    }

    /// How it ends at once, where nothing that is at hand takes it on: cheaper than the hop.
    pub(crate) fn ends_in(
        &self,
        model: &Model<'_>,
        arrival: &Arrival,
        network: &Network<'_>,
        config: usize,
    ) -> Option<End> {
        let end = self.end(model, arrival);
        (!network.takes_on(config, &end)).then_some(end)
    }

    /// The openers of the levels that the request took, the innermost first, then the locations that it went through
    /// before, and where nothing passes it on the location that is named after its path.
    fn routes(&self, model: &Model<'_>, arrival: &Arrival) -> Vec<Site> {
        let config = model.config();
        let Some(server) = self.entry.server else { return Vec::new() };
        let counts = |level: &ContextId| {
            matches!(
                config.context(*level).kind,
                ContextKind::Location | ContextKind::Server | ContextKind::StreamServer
            ) || (*level == config.outermost() && config.assumed != NginxContext::Main)
        };
        let mut levels: Vec<ContextId> =
            config.outwards(self.level).map(|(level, _)| level).filter(counts).collect();
        levels.extend(self.chosen.iter().rev().copied());
        if let (Exit::Answered(_) | Exit::Closed { .. }, Known::Known(target)) =
            (&self.exit, &arrival.message.target.value)
        {
            levels.extend(select::location_named_after(model, server, target));
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

    fn end(&self, model: &Model<'_>, arrival: &Arrival) -> End {
        let site = |line: Option<Line>| line.map(|line| model.config().site(line));
        let answered = |answer: &Answer| End::Answered {
            by: answer.kind.word(),
            status: answer.status.clone(),
            site: site(answer.line),
            location: answer.target.clone().filter(|_| answer.kind.redirects()),
            redirects: answer.kind.redirects(),
            asked: None,
        };
        match (&self.exit, &self.instead) {
            (Exit::Answered(answer), _) | (_, Some(answer)) => answered(answer),
            (Exit::Passed(pass), None) => End::Sent(connect(model, pass)),
            (Exit::Tunnelled(tunnel), None) => End::Sent(tunnel_to(model, arrival, self.entry, tunnel)),
            (&Exit::Closed { by, line }, None) => End::Dropped { by, site: site(line), hangs: false },
            (Exit::Unknown, None) => End::Unknown,
        }
    }
}

/// How a `…_pass` connects to its upstream.
fn connect(model: &Model<'_>, pass: &Pass) -> Connect {
    let written = model.config().known_arg(pass.line, 0).unwrap_or_default().to_ascii_lowercase();
    let tls = match &pass.destination {
        Some(destination) => destination.tls,
        None => ["https://", "grpcs://", "suwsgi://"].iter().any(|scheme| written.starts_with(scheme)),
    };
    Connect {
        address: pass.upstream.clone(),
        tls,
        sni: if tls { server_name_in_tls(model, pass) } else { None },
        proxy_header: false,
        protocol: match pass.directive {
            Directive::ProxyPass => Protocol::Http1,
            Directive::UwsgiPass | Directive::ScgiPass => Protocol::Gateway,
            _ => Protocol::NoUpgrade,
        },
    }
}

/// How `stream {}` connects to its upstream: what it does not take off the connection is passed on as it came.
fn tunnel_to(model: &Model<'_>, arrival: &Arrival, entry: Entry, tunnel: &Tunnel) -> Connect {
    let on = |name: Directive| model.config().flag(tunnel.server, name, false) == Known::Known(true);
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
fn server_name_in_tls(model: &Model<'_>, pass: &Pass) -> Option<String> {
    let config = model.config();
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
        Some(line) => evaluate(model, &config.known_arg(line, 0)?, &pass.state).known()?,
        None => pass.destination.as_ref()?.proxy_host.clone(),
    };
    let host = crate::variables::of_request::host_without_port(&name).to_owned();
    indicates.then_some(host)
}
