//! One hop: a request arrives at a listener of one proxy, takes a route, and leaves for an upstream or ends there.

use std::net::IpAddr;

use super::address::Address;
use super::message::Message;
use super::shared::Shared;
use super::step::Step;
use crate::fact::Cause;
use crate::known::Known;
use crate::proxy::Proxy;
use crate::request::Request;
use crate::site::Site;

/// A request as it arrives at a listener: the connection, and the message on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// What was connected to.
    pub address: Address,
    /// The address that the connection comes from, or that its PROXY header tells, where that is certain.
    pub client: Option<IpAddr>,
    /// Whether the peer speaks TLS.
    pub tls: bool,
    /// The server name that the peer indicates in TLS.
    pub sni: Option<String>,
    /// Whether the peer sends a PROXY header first.
    pub proxy_header: bool,
    /// The request.
    pub message: Shared<Message>,
    /// Whether the client asked for a WebSocket, whatever has become of its message since.
    pub websocket: bool,
}

impl Arrival {
    /// A request as it comes from its client.
    pub fn of(request: &Request) -> Self {
        let of_url = || Address::port(&request.host, request.port);
        let address = request.listen.as_deref().map(|listen| {
            // A lone port stands for every address of it.
            Address::read(listen).unwrap_or_else(|| match listen.parse() {
                Ok(port) => Address::port("127.0.0.1", port),
                Err(_) => of_url(),
            })
        });
        let address = address.unwrap_or_else(of_url);
        Self {
            client: request.source.or(address.local_peer()),
            address,
            tls: request.scheme.is_tls(),
            sni: request.scheme.is_tls().then(|| request.host.clone()),
            proxy_header: false,
            message: Message::of(request).into(),
            websocket: request.scheme.is_websocket(),
        }
    }
}

/// What a hop speaks to its upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP/1.
    Http1,
    /// HTTP/2, where the handshake is an extended CONNECT (RFC 8441); whether the upstream takes it is its own affair.
    Http2,
    /// HTTP/1 or HTTP/2: the upstream, or a connection that is there already, decides.
    Either,
    /// The bytes of the client, unread.
    Raw,
    /// uwsgi or SCGI, which can hand a 101 on; whether the program behind takes a WebSocket that way is its own affair.
    Gateway,
    /// FastCGI, gRPC or memcached, which have no upgrade.
    NoUpgrade,
}

/// How a hop connects to its upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// Where to; the inner `None` where it is no address (one of several, the target's own host).
    pub address: Known<Option<String>>,
    /// Whether it speaks TLS: by a line of its own, or because the client's TLS is passed on unread.
    pub tls: bool,
    /// The server name that it indicates.
    pub sni: Option<String>,
    /// Whether it sends a PROXY header.
    pub proxy_header: bool,
    /// What it speaks.
    pub protocol: Protocol,
}

/// After which silence a hop cuts a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Milliseconds, [`crate::NEVER`] for no limit. Any byte in either direction starts it anew.
    pub limit: Known<u64>,
    /// The longest that it can be, in milliseconds, where the limit is not known: what a certain setting beside a hidden
    /// one sets. The rest then speaks of the certain one.
    pub longest: Option<u64>,
    /// The setting: `proxy_read_timeout`, `timeout tunnel`; `None` where nothing limits silence.
    pub by: Option<String>,
    /// The line that sets it; `None` for a default.
    pub site: Option<Site>,
    /// The same as a cause, which a finding underlines.
    pub cause: Cause,
}

/// What a hop does to the answer on its way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// What is wrong with a 101 that it hands back.
    pub damage: Vec<(Damage, Cause)>,
    /// Why it does not, or may not, hand a 101 back.
    pub obstacles: Vec<Obstacle>,
    /// The status that the client gets whatever the upstream answers.
    pub status: Option<u16>,
    /// Whether something else takes over where the upstream does not answer, so that a failure is not certain.
    pub fallback: bool,
}

/// What keeps a 101 from the client though the upstream may send one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Whether it always does; otherwise it depends on what the configuration does not say.
    pub certain: bool,
    /// What it is, in one clause: `nginx has no WebSocket over HTTP/2`.
    pub words: String,
    /// The lines that make it so.
    pub cause: Option<Cause>,
}

/// What a proxy does to the 101 on its way back, so that clients close the connection (RFC 6455, section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The header that is concerned, as RFC 6455 writes it.
    pub header: &'static str,
    /// What is wrong with it.
    pub flaw: Flaw,
    /// Whether every client closes the connection; otherwise those do that agreed with the server on an extension or a
    /// subprotocol.
    pub for_all: bool,
}

/// What is wrong with a header of the 101.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is not there, or has lost the token that makes it what it is.
    Lost,
    /// It is the answer to another key than the client's.
    Foreign,
}

/// What a request ends by where one end of a connection speaks the PROXY protocol and the other one does not.
pub const PROXY_HEADER: &str = "PROXY header";

/// How a request leaves a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is sent to an upstream.
    Sent(Connect),
    /// The proxy answers.
    Answered {
        /// What answers, in the proxy's own word: `return`, `deny`, `redirect`, `monitor-uri` …
        by: &'static str,
        /// The status, if known.
        status: Known<u16>,
        /// The line that decides.
        site: Option<Site>,
        /// Where a redirect leads, if it is one and its target is known.
        location: Option<String>,
        /// Whether it is a redirect: browsers do not follow one in a handshake.
        redirects: bool,
        /// The upstream that was asked before this answer took the place of its own; the inner `None` where it is one of
        /// several.
        asked: Option<Connect>,
    },
    /// The connection is closed, refused, or hangs.
    Dropped {
        /// What drops it: `reject`, `silent-drop`, `no listener`, [`PROXY_HEADER`] …
        by: &'static str,
        /// The line that decides.
        site: Option<Site>,
        /// Whether whoever connected is left waiting, so that a proxy before it sees no end.
        hangs: bool,
    },
    /// Something outside of the configuration decides: Lua, a module, an unseen file.
    Unknown,
}

/// A request's way through one proxy.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The proxy.
    pub proxy: Proxy,
    /// The number of its configuration among those of the run.
    pub config: usize,
    /// The request as it arrived.
    pub arrival: Arrival,
    /// The decisions, in order.
    pub steps: Vec<Step>,
    /// The line that accepts the connection.
    pub listener: Option<Site>,
    /// The lines that stand for the route that was taken, the innermost first: they are the [`crate::Route::site`] of
    /// what the rules speak of.
    pub routes: Vec<Site>,
    /// Whether the proxy reads HTTP here; otherwise it hands bytes on.
    pub http: bool,
    /// The name of the upstream block or the backend; the inner `None` where there is none.
    pub backend: Known<Option<String>>,
    /// The request as it is sent on, where it is.
    pub sent: Option<Message>,
    /// After which silence it cuts the connection, where it keeps one.
    pub idle: Option<Idle>,
    /// What it does to the answer.
    pub reply: Reply,
    /// How the request leaves.
    pub end: End,
}
