//! Runs for the tests of this module: a request that one hop passes on as it came, but for what a test changes.

use super::follow::Run;
use super::hop::{Arrival, Connect, End, Hop, Idle, Protocol, Reply};
use super::message::{Field, Message};
use crate::fact::{Cause, Origin};
use crate::known::Known;
use crate::proxy::Proxy;
use crate::request::{Browser, Request, Scheme};

/// A handshake that a page of the same host makes.
pub(super) fn handshake(target: &str) -> Request {
    let mut request = Request::handshake(Scheme::Ws, "a.example", 80, target, Browser::Firefox);
    request.set_header("Origin", "http://a.example");
    request
}

/// A hop that passes a request on as it came.
pub(super) fn hop(request: &Request) -> Hop {
    let arrival = Arrival::of(request);
    Hop {
        proxy: Proxy::Nginx,
        config: 0,
        sent: Some((*arrival.message).clone()),
        arrival,
        steps: Vec::new(),
        listener: None,
        routes: Vec::new(),
        http: true,
        backend: Known::Known(None),
        idle: None,
        reply: Reply::default(),
        end: End::Sent(Connect {
            address: Known::Known(Some("10.0.0.1:80".to_owned())),
            tls: false,
            sni: None,
            proxy_header: false,
            protocol: Protocol::Http1,
        }),
    }
}

/// A run of a handshake over one hop that passes it on as it came, but for what `change` does to it.
pub(super) fn run(target: &str, change: impl FnOnce(&mut Hop)) -> Run {
    let mut hop = hop(&handshake(target));
    change(&mut hop);
    Run { hops: vec![hop], circle: false }
}

/// What a hop sends.
pub(super) fn sent(hop: &mut Hop) -> &mut Message {
    hop.sent.as_mut().expect("a message")
}

/// How a hop connects.
pub(super) fn connect(hop: &mut Hop) -> &mut Connect {
    let End::Sent(connect) = &mut hop.end else { unreachable!("it is sent") };
    connect
}

/// Sends these lines of a header instead of the client's.
pub(super) fn set(message: &mut Message, name: &str, values: &[&str]) {
    message.fields.retain(|field| !field.name.eq_ignore_ascii_case(name));
    let field =
        |value: &&str| Field { name: name.to_owned(), value: Known::Known((*value).to_owned()), cause: None };
    message.fields.extend(values.iter().map(field));
}

/// A limit in milliseconds that a setting sets.
pub(super) fn idle(limit: impl Into<Known<u64>>, by: &str) -> Idle {
    let (by, cause) = (Some(by.to_owned()), Cause::nowhere(Origin::Derived));
    Idle { limit: limit.into(), longest: None, by, site: None, cause }
}
