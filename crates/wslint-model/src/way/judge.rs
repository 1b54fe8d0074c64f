//! Whether what is sent makes an upstream answer 101, and whether the client gets that: what RFC 6455 wants of a
//! handshake, against what arrives at the last upstream.

use super::follow::Run;
use super::hop::{Damage, End, Hop, Protocol};
use super::message::{Http, Message, holds_token, keeps_origin};
use super::socketio::{self, PathFate};
use crate::choices::Http10;
use crate::fact::Cause;
use crate::known::Known;
use crate::traffic::{self, Framework};

/// Whether the handshake succeeds, which is whether the client gets the upstream's 101. What the client makes of that
/// is in [`Judgement::damage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handshake {
    /// The client gets a 101, or over HTTP/2 the 200 that stands for it (RFC 8441, section 5).
    Succeeds,
    /// It does not.
    Fails,
    /// It depends on what the config does not say.
    Unknown,
}

/// Why a handshake fails, or may fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In one clause. It may hold text from the config: escape it before it is shown.
    pub words: String,
    /// The lines that make it so, where lines do.
    pub cause: Option<Cause>,
}

/// What becomes of a handshake in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the client gets the 101.
    pub handshake: Handshake,
    /// Why not, or what it depends on.
    pub reason: Option<Reason>,
    /// What is wrong with the 101 that the client gets.
    pub damage: Option<Damage>,
}

/// What is known of one condition.
enum Met {
    Yes,
    No(Reason),
    Unknown(Reason),
}

impl Met {
    fn no(words: impl Into<String>, cause: Option<Cause>) -> Self {
        Self::No(Reason { words: words.into(), cause })
    }

    fn unknown(words: impl Into<String>, cause: Option<Cause>) -> Self {
        Self::Unknown(Reason { words: words.into(), cause })
    }
}

/// Whether a run fails, whatever serves it.
pub fn certainly_fails(run: &Run) -> bool {
    judge(run, None).handshake == Handshake::Fails
}

/// Judges one run. A plain request succeeds where it is sent to an upstream.
pub fn judge(run: &Run, framework: Option<Framework>) -> Judgement {
    let none = |handshake, reason| Judgement { handshake, reason, damage: None };
    let last = run.last();
    let reason = |words: String, cause| Some(Reason { words, cause });
    if run.circle {
        return none(Handshake::Fails, reason("the way leads back to where it came from".to_owned(), None));
    }
    match &last.end {
        End::Unknown => return none(Handshake::Unknown, None),
        End::Answered { .. } | End::Dropped { .. } => {
            let fallback = run.closed_on().is_some_and(|hop| hop.reply.fallback);
            return none(if fallback { Handshake::Unknown } else { Handshake::Fails }, None);
        }
        End::Sent(_) if !last.arrival.websocket => return none(Handshake::Succeeds, None),
        End::Sent(_) => {}
    }
    let mut doubt = None;
    for condition in conditions(run, framework) {
        match condition {
            Met::Yes => {}
            Met::Unknown(reason) => doubt = doubt.or(Some(reason)),
            Met::No(reason) if last.reply.fallback => doubt = doubt.or(Some(reason)),
            Met::No(reason) => return none(Handshake::Fails, Some(reason)),
        }
    }
    if doubt.is_some() {
        return none(Handshake::Unknown, doubt);
    }
    let damage = run.hops.iter().flat_map(|hop| &hop.reply.damage).map(|(damage, _)| *damage);
    Judgement {
        handshake: Handshake::Succeeds,
        reason: None,
        damage: damage.max_by_key(|damage| damage.for_all),
    }
}

fn conditions(run: &Run, framework: Option<Framework>) -> Vec<Met> {
    let last = run.last();
    let mut conditions = Vec::new();
    for hop in &run.hops {
        conditions.extend(hop.reply.obstacles.iter().map(|obstacle| match obstacle.certain {
            true => Met::no(&obstacle.words, obstacle.cause.clone()),
            false => Met::unknown(&obstacle.words, obstacle.cause.clone()),
        }));
        if let Some(status) = hop.reply.status.filter(|&status| status != 101) {
            conditions.push(Met::no(format!("the client gets {status} whatever the upstream answers"), None));
        }
    }
    // An obstacle names the line that is in the way, which a protocol does not.
    conditions.extend([protocol(last), proxy_header(last)]);
    if !speaks_http1(last) {
        return conditions;
    }
    let client = &run.hops[0].arrival.message;
    let sent = last.sent.as_ref().unwrap_or(&last.arrival.message);
    let framework = framework.or_else(|| {
        let target = client.target.value.as_ref()?;
        traffic::sign_of_path(target)?.framework
    });
    conditions.extend([
        upgrade(run, sent),
        connection(run, sent),
        method(client, sent),
        version(sent, framework),
        key(run, client, sent),
        protocol_version(run, client, sent),
        subprotocol(client, sent),
        host(run, sent),
        origin(client, sent, framework),
        path(client, sent, framework),
    ]);
    conditions
}

/// Whether the last hop speaks HTTP/1 to the upstream, so that the rules of RFC 6455 hold.
fn speaks_http1(hop: &Hop) -> bool {
    match &hop.end {
        End::Sent(connect) => match connect.protocol {
            Protocol::Http1 => true,
            Protocol::Raw => !is_raw_http2(hop),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a client that speaks HTTP/2 is handed on unread.
fn is_raw_http2(hop: &Hop) -> bool {
    hop.arrival.message.http.value == Known::Known(Http::V2)
}

fn protocol(hop: &Hop) -> Met {
    let End::Sent(connect) = &hop.end else { return Met::Yes };
    match connect.protocol {
        Protocol::Raw if is_raw_http2(hop) => {
            Met::unknown("the upstream decides whether it takes a WebSocket over HTTP/2", None)
        }
        Protocol::Http1 | Protocol::Raw => Met::Yes,
        Protocol::NoUpgrade => Met::no("what the request is handed to has no upgrade", None),
        Protocol::Gateway => Met::unknown("the program behind the gateway decides", None),
        Protocol::Http2 | Protocol::Either => {
            Met::unknown("the upstream decides whether it takes a WebSocket over HTTP/2", None)
        }
    }
}

/// An upstream that does not expect a PROXY header takes it for a request that it cannot read.
fn proxy_header(hop: &Hop) -> Met {
    match &hop.end {
        End::Sent(connect) if connect.proxy_header => {
            Met::unknown("it cannot be told whether the upstream expects a PROXY header", None)
        }
        _ => Met::Yes,
    }
}

/// Why a field is not at the upstream as the client sent it: the line of the first hop that changes it.
fn why(run: &Run, name: &str) -> Option<Cause> {
    run.hops.iter().find_map(|hop| {
        let sent = hop.sent.as_ref()?;
        (sent.value(name) != hop.arrival.message.value(name)).then(|| sent.cause(name).cloned())?
    })
}

fn upgrade(run: &Run, sent: &Message) -> Met {
    let cause = || why(run, "Upgrade");
    match sent.values("Upgrade") {
        Known::Unknown => Met::unknown("it cannot be told which `Upgrade` the upstream gets", cause()),
        Known::Known(values) => match values.as_slice() {
            [] => Met::no("the upstream gets no `Upgrade` header", cause()),
            [value] if holds_token(value, "websocket") => Met::Yes,
            [value] => Met::no(format!("the upstream gets `Upgrade: {value}`"), cause()),
            // `websocket, websocket` is refused by Node and Python servers and taken by Go ones (measured).
            _ => Met::unknown("the upstream gets several `Upgrade` lines", cause()),
        },
    }
}

fn connection(run: &Run, sent: &Message) -> Met {
    let cause = || why(run, "Connection");
    match (sent.holds("Connection", "upgrade"), sent.value("Connection")) {
        (Some(true), _) => Met::Yes,
        (None, _) => Met::unknown("it cannot be told which `Connection` the upstream gets", cause()),
        (Some(false), Known::Known(Some(value))) => {
            Met::no(format!("the upstream gets `Connection: {}`", value.replace('\n', ", ")), cause())
        }
        (Some(false), _) => Met::no("the upstream gets no `Connection` header", cause()),
    }
}

/// RFC 6455, section 4.1: the method of a handshake is GET.
fn method(client: &Message, sent: &Message) -> Met {
    match &sent.method.value {
        Known::Known(method) if method == "GET" => Met::Yes,
        Known::Known(method) => {
            let cause = if client.method == sent.method { None } else { sent.method.cause.clone() };
            Met::no(format!("the upstream gets the method `{method}`"), cause)
        }
        Known::Unknown => Met::unknown("it cannot be told which method the upstream gets", None),
    }
}

fn version(sent: &Message, framework: Option<Framework>) -> Met {
    let cause = sent.http.cause.clone();
    match sent.http.value {
        Known::Known(Http::V11) => Met::Yes,
        Known::Known(Http::V2) => Met::no("HTTP/2 to the upstream has no `Upgrade`", cause),
        Known::Known(Http::V10) => match framework.and_then(|one| Some((one.title(), one.http10()?))) {
            Some((title, Http10::Refused)) => Met::no(format!("{title} refuses HTTP/1.0"), cause),
            Some((_, Http10::Accepted)) => Met::Yes,
            // 12 of 19 servers take an upgrade over HTTP/1.0 (measured).
            None => Met::unknown("some servers refuse an upgrade over HTTP/1.0", cause),
        },
        Known::Unknown => Met::unknown("it cannot be told in which HTTP version it is sent", cause),
    }
}

fn key(run: &Run, client: &Message, sent: &Message) -> Met {
    const KEY: &str = "Sec-WebSocket-Key";
    match (client.value(KEY), sent.value(KEY)) {
        (_, Known::Known(None)) => Met::no("the upstream gets no `Sec-WebSocket-Key`", why(run, KEY)),
        (Known::Known(Some(given)), Known::Known(Some(sent))) if given != sent => {
            Met::no("the upstream gets another `Sec-WebSocket-Key` than the client's", why(run, KEY))
        }
        // A key of the proxy's own in the place of the client's is told by what it does to the answer.
        _ => Met::Yes,
    }
}

fn protocol_version(run: &Run, client: &Message, sent: &Message) -> Met {
    const VERSION: &str = "Sec-WebSocket-Version";
    match (client.value(VERSION), sent.value(VERSION)) {
        (given, sent) if given == sent && sent != Known::Known(None) => Met::Yes,
        (Known::Known(Some(_)), Known::Known(_)) => {
            Met::no("the upstream does not get the client's `Sec-WebSocket-Version`", why(run, VERSION))
        }
        _ => Met::unknown(
            "it cannot be told whether the upstream needs `Sec-WebSocket-Version`",
            why(run, VERSION),
        ),
    }
}

/// A subprotocol that is lost fails in browsers that asked for one.
fn subprotocol(client: &Message, sent: &Message) -> Met {
    const PROTOCOL: &str = "Sec-WebSocket-Protocol";
    match client.value(PROTOCOL) {
        Known::Known(None) => Met::Yes,
        given if given == sent.value(PROTOCOL) => Met::Yes,
        _ => Met::unknown(
            "the upstream does not get the client's `Sec-WebSocket-Protocol`",
            sent.cause(PROTOCOL).cloned(),
        ),
    }
}

/// No `Host`, or two, is refused by some servers and taken by others.
fn host(run: &Run, sent: &Message) -> Met {
    match sent.values("Host") {
        Known::Known(values) if values.len() == 1 => Met::Yes,
        // A host that cannot be told is still one.
        Known::Unknown => Met::Yes,
        Known::Known(values) if values.is_empty() => {
            Met::unknown("the upstream gets no `Host`", why(run, "Host"))
        }
        Known::Known(_) => Met::unknown("the upstream gets several `Host` lines", why(run, "Host")),
    }
}

/// A page that opens a WebSocket to its own host is refused by servers that compare `Origin` with `Host` once a proxy
/// has changed one of them.
fn origin(client: &Message, sent: &Message, framework: Option<Framework>) -> Met {
    if !framework.is_some_and(Framework::compares_origin) {
        return Met::Yes;
    }
    match keeps_origin(client, sent) {
        true => Met::Yes,
        false => Met::unknown(
            "the upstream gets an `Origin` that does not name the `Host` that it gets",
            sent.cause("Host").cloned().or_else(|| sent.cause("Origin").cloned()),
        ),
    }
}

/// Socket.IO answers at its own path only.
fn path(client: &Message, sent: &Message, framework: Option<Framework>) -> Met {
    let cause = || sent.target.cause.clone();
    let (Known::Known(asked), Known::Known(target)) = (&client.target.value, &sent.target.value) else {
        return Met::unknown("it cannot be told which path the upstream gets", cause());
    };
    if !socketio::is_socketio(asked) && !framework.is_some_and(|framework| framework.is("socket.io")) {
        return match socketio::path_fate(asked, target, false) {
            PathFate::Mangled => {
                Met::unknown(format!("few servers answer at `{target}`, with two slashes in a row"), cause())
            }
            _ => Met::Yes,
        };
    }
    match socketio::path_fate(asked, target, true) {
        PathFate::Kept | PathFate::Moved => Met::Yes,
        // Socket.IO answers with the slash at the end only; what else is served below such a path may not mind.
        PathFate::Mangled if lacks_slash(asked, target) => {
            Met::unknown(format!("Socket.IO does not answer at `{target}`, without the last slash"), cause())
        }
        PathFate::Mangled => Met::no(format!("Socket.IO does not answer at `{target}`"), cause()),
        PathFate::QueryLost => Met::no("the query that Socket.IO needs is lost", cause()),
    }
}

/// Whether a path was sent as it was asked for, but for its last slash.
fn lacks_slash(asked: &str, sent: &str) -> bool {
    let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
    path(asked).strip_suffix('/') == Some(path(sent).as_str())
}

#[cfg(test)]
mod tests {
    use super::super::hop::{Arrival, Connect, Hop, Obstacle, Reply};
    use super::super::message::{Field, Part};
    use super::*;
    use crate::project::Proxy;
    use crate::request::{Browser, Request, Scheme};

    /// A run over one hop that hands the handshake on as it came, but for what `change` does to it.
    fn run(target: &str, change: impl FnOnce(&mut Hop)) -> Run {
        let mut request = Request::handshake(Scheme::Ws, "a.example", 80, target, Browser::Firefox);
        request.set_header("Origin", "http://a.example");
        let arrival = Arrival::of(&request);
        let connect = Connect {
            address: Known::Known(Some("10.0.0.1:80".to_owned())),
            tls: false,
            sni: None,
            proxy_header: false,
            protocol: Protocol::Http1,
        };
        let mut hop = Hop {
            proxy: Proxy::Nginx,
            config: 0,
            sent: Some(arrival.message.clone()),
            arrival,
            steps: Vec::new(),
            listener: None,
            routes: Vec::new(),
            http: true,
            backend: Known::Known(None),
            idle: None,
            reply: Reply::default(),
            end: End::Sent(connect),
        };
        change(&mut hop);
        Run { hops: vec![hop], circle: false }
    }

    fn set(hop: &mut Hop, name: &str, values: &[&str]) {
        let sent = hop.sent.as_mut().expect("a message");
        sent.fields.retain(|field| !field.name.eq_ignore_ascii_case(name));
        let field = |value: &&str| Field {
            name: name.to_owned(),
            value: Known::Known((*value).to_owned()),
            cause: None,
        };
        sent.fields.extend(values.iter().map(field));
    }

    fn check(about: &str, expected: Handshake, target: &str, change: impl FnOnce(&mut Hop)) {
        let judgement = judge(&run(target, change), None);
        assert_eq!(judgement.handshake, expected, "{about}: {judgement:?}");
    }

    #[test]
    fn a_handshake_needs_what_rfc_6455_wants() {
        use Handshake::{Fails, Succeeds, Unknown};
        let socketio = "/socket.io/?EIO=4&transport=websocket";
        check("as it came", Succeeds, "/ws", |_| {});
        check("no Upgrade", Fails, "/ws", |hop| set(hop, "Upgrade", &[]));
        check("another Upgrade", Fails, "/ws", |hop| set(hop, "Upgrade", &["h2c"]));
        check("two Upgrades", Unknown, "/ws", |hop| set(hop, "Upgrade", &["websocket", "websocket"]));
        check("no Connection", Fails, "/ws", |hop| set(hop, "Connection", &[]));
        check("another Connection", Fails, "/ws", |hop| set(hop, "Connection", &["close"]));
        check("a Connection of many", Succeeds, "/ws", |hop| {
            set(hop, "Connection", &["close", "x, UPGRADE"])
        });
        check("no key", Fails, "/ws", |hop| set(hop, "Sec-WebSocket-Key", &[]));
        check("another key", Fails, "/ws", |hop| set(hop, "Sec-WebSocket-Key", &["x"]));
        check("no version", Fails, "/ws", |hop| set(hop, "Sec-WebSocket-Version", &[]));
        check("no Host", Unknown, "/ws", |hop| set(hop, "Host", &[]));
        check("two Hosts", Unknown, "/ws", |hop| set(hop, "Host", &["a", "a"]));
        check("a Host that Jupyter refuses", Unknown, "/api/kernels/1/channels", |hop| {
            set(hop, "Host", &["b"])
        });
        check("a Host that others take", Succeeds, "/ws", |hop| set(hop, "Host", &["b"]));
        let message =
            |hop: &mut Hop, change: &dyn Fn(&mut Message)| change(hop.sent.as_mut().expect("a message"));
        check("POST", Fails, "/ws", |hop| message(hop, &|sent| sent.method = Part::plain("POST".to_owned())));
        check("HTTP/1.0", Unknown, "/ws", |hop| message(hop, &|sent| sent.http = Part::plain(Http::V10)));
        check("HTTP/1.0 to Bokeh", Fails, "/api/kernels/1", |hop| {
            message(hop, &|sent| sent.http = Part::plain(Http::V10));
        });
        check("HTTP/2", Fails, "/ws", |hop| message(hop, &|sent| sent.http = Part::plain(Http::V2)));
        check("Socket.IO below a folder", Succeeds, socketio, |hop| {
            message(hop, &|sent| sent.target = Part::plain(format!("/app{socketio}")));
        });
        check("Socket.IO's path is gone", Fails, socketio, |hop| {
            message(hop, &|sent| sent.target = Part::plain("/?EIO=4&transport=websocket".to_owned()));
        });
        check("another path is somebody's own affair", Succeeds, "/ws", |hop| {
            message(hop, &|sent| sent.target = Part::plain("/".to_owned()));
        });
    }

    #[test]
    fn the_way_back_counts_too() {
        use Handshake::{Fails, Succeeds, Unknown};
        let obstacle = |certain| Obstacle { certain, words: "a cache".to_owned(), cause: None };
        check("a certain obstacle", Fails, "/ws", |hop| hop.reply.obstacles.push(obstacle(true)));
        check("a possible obstacle", Unknown, "/ws", |hop| hop.reply.obstacles.push(obstacle(false)));
        check("a status of its own", Fails, "/ws", |hop| hop.reply.status = Some(404));
        check("a fallback", Unknown, "/ws", |hop| {
            hop.reply.obstacles.push(obstacle(true));
            hop.reply.fallback = true;
        });
        let some =
            Damage { header: "Sec-WebSocket-Protocol", flaw: super::super::Flaw::Lost, for_all: false };
        let all = Damage { header: "Upgrade", for_all: true, ..some };
        let cause = || Cause::nowhere(crate::fact::Origin::Derived);
        let damaged = run("/ws", |hop| hop.reply.damage = vec![(some, cause()), (all, cause())]);
        let judgement = judge(&damaged, None);
        assert_eq!((judgement.handshake, judgement.damage), (Succeeds, Some(all)));
    }

    #[test]
    fn what_is_spoken_to_the_upstream_counts() {
        use Handshake::{Fails, Unknown};
        for (protocol, expected) in [
            (Protocol::NoUpgrade, Fails),
            (Protocol::Gateway, Unknown),
            (Protocol::Http2, Unknown),
            (Protocol::Either, Unknown),
        ] {
            check(&format!("{protocol:?}"), expected, "/ws", |hop| {
                let End::Sent(connect) = &mut hop.end else { unreachable!("it is sent") };
                connect.protocol = protocol;
            });
        }
    }

    #[test]
    fn the_reason_points_at_the_hop_that_drops_a_header() {
        use crate::fact::{Origin, Role};
        use crate::project::{FileId, Site};
        use wslint_syntax::Span;
        let site = Site { file: FileId(3), span: Span::new(1, 2) };
        let drops = Cause::at(Origin::Dropped, site, Role::Drops);
        let mut outer = run("/ws", |hop| set(hop, "Upgrade", &[])).hops;
        outer[0].sent.as_mut().expect("a message").dropped.push(("upgrade".to_owned(), drops.clone()));
        let mut inner = run("/ws", |_| {}).hops;
        inner[0].arrival.message = outer[0].sent.clone().expect("a message");
        inner[0].sent = outer[0].sent.clone();
        let judgement = judge(&Run { hops: vec![outer.remove(0), inner.remove(0)], circle: false }, None);
        assert_eq!(judgement.reason.and_then(|reason| reason.cause), Some(drops));
    }
}
