//! The sockets at which clients may call the host of a route: those of its own server that do not speak what its clients
//! do, and other servers of the same name that fail the same handshake.

use super::candidate::Candidate;
use super::evidence;
use crate::config::listen::Address;
use crate::config::listeners::{Choice, Connection};
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::request::enter::{self, PLAIN_HTTP2_BESIDE_HTTP1};
use wslint_model::way::{Arrival, End, Hop, Listens, Network, Run, certainly_fails, explore};
use wslint_model::{Browser, Request, Scheme};

/// What is to be said of the sockets at which clients may call the host of a route.
#[derive(Debug)]
pub(crate) struct Sockets {
    /// Those of its own server that its clients cannot use.
    pub(crate) unusable: Vec<Unusable>,
    /// Whether its server has no other.
    pub(crate) all_unusable: bool,
    /// A server in front which does not agree with its own on the PROXY protocol.
    pub(crate) mismatch: Option<HeaderMismatch>,
    /// Another server that gets handshakes for its name, and fails them.
    pub(crate) failing: Option<Failing>,
    /// The server that takes the requests for a name of its own server.
    pub(crate) shadow: Option<ContextId>,
}

impl Sockets {
    /// Looks at all of them. `number` is that of the config in `network`.
    pub(crate) fn new(
        model: &Model<'_>,
        candidate: &Candidate<'_>,
        network: &Network<'_>,
        number: usize,
    ) -> Self {
        let (unusable, all_unusable) = unusable(model, candidate);
        Self {
            unusable,
            all_unusable,
            mismatch: header_mismatch(model, candidate),
            failing: failing(model, candidate, network, number),
            shadow: model.shadow_of(candidate.server),
        }
    }
}

/// A socket of a route's own server that its clients cannot use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unusable {
    pub(crate) line: Line,
    pub(crate) why: Why,
}

/// Why clients cannot use a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// They speak TLS, and it does not: the same port of the other family of addresses does.
    Twin(Line),
    /// They speak TLS, and it does not: the server has a certificate.
    Certificate(Line),
    /// They speak TLS, and it does not: the port is the one for it.
    Port,
    /// It speaks HTTP/2 and nothing else.
    OnlyHttp2,
}

/// The sockets of a server that its clients cannot use, and whether it has no other.
fn unusable(model: &Model<'_>, candidate: &Candidate<'_>) -> (Vec<Unusable>, bool) {
    let config = model.config();
    if config.context(candidate.server).kind != ContextKind::Server {
        return (Vec::new(), false);
    }
    let listens = model.listens(candidate.server);
    let speaks = |address: &Address| model.http_listeners().speaks_tls(address);
    let ends_tls = listens.iter().any(|listen| speaks(&listen.address));
    let own_certificate = config.own_last(candidate.server, Directive::SslCertificate);
    let certificate = own_certificate
        .or_else(|| config.list(candidate.server, Directive::SslCertificate).lines.first().copied());
    let mut found = Vec::new();
    let mut good = false;
    for listen in listens.iter() {
        let (Some(line), Some(port), false) = (listen.line, listen.address.port(), listen.unsure) else {
            good = true;
            continue;
        };
        let twin =
            listen.address.twin().filter(&speaks).and_then(|twin| {
                listens.iter().find(|other| other.address == twin).and_then(|other| other.line)
            });
        let why = if speaks(&listen.address) {
            None
        } else if let Some(twin) = twin {
            Some(Why::Twin(twin))
        } else if let Some(certificate) = certificate.filter(|_| matches!(port, 443 | 8443)) {
            Some(Why::Certificate(certificate))
        } else if let Some(certificate) = own_certificate.filter(|_| !ends_tls && !matches!(port, 80 | 8080))
        {
            Some(Why::Certificate(certificate))
        } else if port == 443 && candidate.endpoint.is_some() {
            Some(Why::Port)
        } else {
            let only_http2 = listen.http2 && model.version() < PLAIN_HTTP2_BESIDE_HTTP1;
            only_http2.then_some(Why::OnlyHttp2)
        };
        good |= why.is_none();
        found.extend(why.map(|why| Unusable { line, why }));
    }
    let all = !good && !found.is_empty();
    (found, all)
}

/// A server of `stream {}` before a route's own server, where one of the two does not speak the PROXY protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeaderMismatch {
    /// The `proxy_pass` of the server in front.
    pub(crate) sends: Line,
    /// The socket that it hands connections to.
    pub(crate) listen: Line,
    /// Whether the socket waits for a PROXY header; otherwise it gets one that it does not read.
    pub(crate) waits: bool,
}

/// The first server of `stream {}` that hands connections to the route's own server, with a PROXY header that the server
/// does not read or without one that it waits for.
fn header_mismatch(model: &Model<'_>, candidate: &Candidate<'_>) -> Option<HeaderMismatch> {
    if model.stream_listeners().is_empty() {
        return None;
    }
    model.fronts().iter().find_map(|front| {
        let Connection::Server(choice) = model.http_listeners().connect(&front.address, &candidate.host)
        else {
            return None;
        };
        let differs = choice.server == candidate.server && front.sends_header != choice.proxy_protocol;
        let mismatch =
            HeaderMismatch { sends: front.sends, listen: choice.listen?, waits: choice.proxy_protocol };
        differs.then_some(mismatch)
    })
}

/// Another server that gets handshakes for the name of a route, and fails what the route's own server takes.
#[derive(Clone, Debug)]
pub(crate) struct Failing {
    /// Where it listens.
    pub(crate) listen: Line,
    /// The location, or the server, that answers there.
    pub(crate) level: ContextId,
    /// Whether it is on the same port of the other family of addresses, where the route's own server does not listen.
    pub(crate) other_family: bool,
}

/// A socket at which another server than the route's own gets requests for its name.
struct Elsewhere {
    address: Address,
    choice: Choice,
    other_family: bool,
}

/// The first server that gets handshakes for a route's own name, on a socket where the route's server is not, and fails
/// them. Behind TLS, and in the other family of addresses, everything but a 101 counts; elsewhere only what is passed on,
/// since the others mostly send their clients to TLS.
fn failing(
    model: &Model<'_>,
    candidate: &Candidate<'_>,
    network: &Network<'_>,
    number: usize,
) -> Option<Failing> {
    let config = model.config();
    let location = candidate.location?;
    let by_path = matches!(
        config.location_kind(location),
        Some(LocationKind::Prefix(_) | LocationKind::PrefixFirst(_) | LocationKind::Exact(_))
    );
    if candidate.any_host || candidate.unserved || !by_path || candidate.evidence.events {
        return None;
    }
    elsewhere(model, candidate).into_iter().find_map(|Elsewhere { address, choice, other_family }| {
        let (listen, tls) = (choice.listen?, choice.tls);
        let arrival = arrival(candidate, &address, tls, choice.proxy_protocol)?;
        let runs = explore(|oracle| {
            let hop = enter::follow(model, &arrival, oracle);
            network.go_on(Hop { config: number, ..hop }, oracle)
        });
        let fails = |run: &Run| {
            let counts = tls || other_family || matches!(run.hops[0].end, End::Sent(_));
            let redirected = matches!(run.last().end, End::Answered { redirects: true, .. });
            counts && !redirected && certainly_fails(run)
        };
        if !runs.complete || !runs.results.iter().all(fails) {
            return None;
        }
        let opener = runs.results.first()?.hops[0].routes.first().copied();
        let level = opener.and_then(|opener| {
            let outermost = Some(config.outermost()).filter(|&level| config.opener_site(level) == opener);
            outermost.or_else(|| config.opened_at(opener))
        });
        let level = level.unwrap_or(choice.server);
        // What is meant for WebSockets there is a route of its own.
        let own = evidence::evidence_of(model, level).is_some();
        (!own).then_some(Failing { listen, level, other_family })
    })
}

/// The sockets at which other servers get requests for the name of a route: those that have the name, with TLS where its
/// own server has none or the other way round, and those of the other family.
fn elsewhere(model: &Model<'_>, candidate: &Candidate<'_>) -> Vec<Elsewhere> {
    let listeners = model.http_listeners();
    let own_tls = candidate.scheme.is_tls();
    let named = listeners.sockets_of(&candidate.host, !own_tls).into_iter();
    let named = named.filter(|(_, choice)| choice.server != candidate.server);
    let mut found: Vec<Elsewhere> =
        named.map(|(address, choice)| Elsewhere { address, choice, other_family: false }).collect();
    let own = model.listens(candidate.server);
    let twins = own.iter().filter(|listen| !listen.unsure).filter_map(|listen| listen.address.twin());
    let others = |twin: &Address| {
        own.iter().all(|listen| listen.address != *twin) && listeners.listens(twin) == Listens::Exactly
    };
    for twin in twins.filter(others) {
        if let Connection::Server(choice) = listeners.connect(&twin, &candidate.host)
            && choice.server != candidate.server
            && choice.tls == own_tls
        {
            found.push(Elsewhere { address: twin, choice, other_family: true });
        }
    }
    found
}

/// The handshake of a route as it arrives at another socket.
fn arrival(candidate: &Candidate<'_>, address: &Address, tls: bool, proxy_header: bool) -> Option<Arrival> {
    let scheme = if tls { Scheme::Wss } else { Scheme::Ws };
    let target = candidate.evidence.target();
    let request = Request::handshake(scheme, &candidate.host, address.port()?, &target, Browser::Chrome);
    let arrival = candidate.arrival(request);
    Some(Arrival {
        address: address.shared()?,
        tls,
        sni: tls.then(|| candidate.host.clone()),
        proxy_header,
        ..arrival
    })
}
