//! Whether what is sent makes an upstream answer 101, and whether the client gets that: what RFC 6455 wants of a
//! handshake, against what arrives at the last upstream.

use super::follow::Run;
use super::hop::{Damage, End, Hop, Protocol};
use super::message::{Http, Message, holds_token, keeps_origin, names_host};
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
    judge_served(run, framework, &[])
}

/// Judges one run to a server, whose Socket.IO is known to answer below these paths too.
pub fn judge_served(run: &Run, framework: Option<Framework>, paths: &[String]) -> Judgement {
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
    for condition in conditions(run, framework, paths) {
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

fn conditions(run: &Run, framework: Option<Framework>, paths: &[String]) -> Vec<Met> {
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
        path(client, sent, framework, paths),
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

/// Whether a client that speaks HTTP/2 is passed on unread.
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
    let forwarded = framework.is_some_and(Framework::takes_forwarded_host) && names_host(client, sent);
    match keeps_origin(client, sent) || forwarded {
        true => Met::Yes,
        false => Met::unknown(
            "the upstream gets an `Origin` that does not name the `Host` that it gets",
            sent.cause("Host").cloned().or_else(|| sent.cause("Origin").cloned()),
        ),
    }
}

/// Socket.IO answers at its own path only.
fn path(client: &Message, sent: &Message, framework: Option<Framework>, paths: &[String]) -> Met {
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
        PathFate::Mangled if paths.iter().any(|own| target.starts_with(own)) => Met::Yes,
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
    use super::super::hop::{Hop, Obstacle};
    use super::super::message::Part;
    use super::super::passing::{connect, handshake, hop, run, sent, set};
    use super::*;

    fn check(about: &str, expected: Handshake, target: &str, change: impl FnOnce(&mut Hop)) {
        let judgement = judge(&run(target, change), None);
        assert_eq!(judgement.handshake, expected, "{about}: {judgement:?}");
    }

    #[test]
    fn a_handshake_needs_what_rfc_6455_wants() {
        use Handshake::{Fails, Succeeds, Unknown};
        let socketio = "/socket.io/?EIO=4&transport=websocket";
        check("as it came", Succeeds, "/ws", |_| {});
        check("no Upgrade", Fails, "/ws", |hop| set(sent(hop), "Upgrade", &[]));
        check("another Upgrade", Fails, "/ws", |hop| set(sent(hop), "Upgrade", &["h2c"]));
        check("two Upgrades", Unknown, "/ws", |hop| set(sent(hop), "Upgrade", &["websocket", "websocket"]));
        check("no Connection", Fails, "/ws", |hop| set(sent(hop), "Connection", &[]));
        check("another Connection", Fails, "/ws", |hop| set(sent(hop), "Connection", &["close"]));
        check("a Connection of many", Succeeds, "/ws", |hop| {
            set(sent(hop), "Connection", &["close", "x, UPGRADE"])
        });
        check("no key", Fails, "/ws", |hop| set(sent(hop), "Sec-WebSocket-Key", &[]));
        check("another key", Fails, "/ws", |hop| set(sent(hop), "Sec-WebSocket-Key", &["x"]));
        check("no version", Fails, "/ws", |hop| set(sent(hop), "Sec-WebSocket-Version", &[]));
        check("no Host", Unknown, "/ws", |hop| set(sent(hop), "Host", &[]));
        check("two Hosts", Unknown, "/ws", |hop| set(sent(hop), "Host", &["a", "a"]));
        check("a Host that Jupyter refuses", Unknown, "/api/kernels/1/channels", |hop| {
            set(sent(hop), "Host", &["b"])
        });
        check("a Host that others take", Succeeds, "/ws", |hop| set(sent(hop), "Host", &["b"]));
        check("POST", Fails, "/ws", |hop| sent(hop).method = Part::plain("POST".to_owned()));
        check("HTTP/1.0", Unknown, "/ws", |hop| sent(hop).http = Part::plain(Http::V10));
        check("HTTP/1.0 to Bokeh", Fails, "/api/kernels/1", |hop| {
            sent(hop).http = Part::plain(Http::V10);
        });
        check("HTTP/2", Fails, "/ws", |hop| sent(hop).http = Part::plain(Http::V2));
        check("Socket.IO below a folder", Succeeds, socketio, |hop| {
            sent(hop).target = Part::plain(format!("/app{socketio}"));
        });
        check("Socket.IO's path is gone", Fails, socketio, |hop| {
            sent(hop).target = Part::plain("/?EIO=4&transport=websocket".to_owned());
        });
        check("another path is somebody's own affair", Succeeds, "/ws", |hop| {
            sent(hop).target = Part::plain("/".to_owned());
        });
    }

    /// The same with what the reason says; `framework` is what serves the path.
    #[track_caller]
    fn check_reason(
        expected: Handshake,
        reason: &str,
        target: &str,
        framework: Option<&str>,
        change: impl FnOnce(&mut Hop),
    ) {
        let framework = framework.map(|name| Framework::named(name).expect("it is known"));
        let judgement = judge(&run(target, change), framework);
        let words = judgement.reason.as_ref().map_or("", |reason| &reason.words);
        assert_eq!((judgement.handshake, words), (expected, reason));
    }

    #[test]
    fn the_reason_says_what_arrives() {
        use Handshake::{Fails, Unknown};
        let check = |expected, reason: &str, change: &dyn Fn(&mut Message)| {
            check_reason(expected, reason, "/ws", None, |hop| change(sent(hop)));
        };
        let unknown = |sent: &mut Message, name: &str| {
            set(sent, name, &["x"]);
            sent.fields.last_mut().expect("a field").value = Known::Unknown;
        };
        check(Fails, "the upstream gets no `Upgrade` header", &|sent| set(sent, "Upgrade", &[]));
        check(Fails, "the upstream gets `Upgrade: h2c`", &|sent| set(sent, "Upgrade", &["h2c"]));
        check(Unknown, "it cannot be told which `Upgrade` the upstream gets", &|sent| {
            unknown(sent, "Upgrade")
        });
        check(Fails, "the upstream gets no `Connection` header", &|sent| set(sent, "Connection", &[]));
        check(Fails, "the upstream gets `Connection: close, x`", &|sent| {
            set(sent, "Connection", &["close", "x"])
        });
        check(Unknown, "it cannot be told which `Connection` the upstream gets", &|sent| {
            unknown(sent, "Connection")
        });
        check(Unknown, "it cannot be told which method the upstream gets", &|sent| {
            sent.method.value = Known::Unknown;
        });
        check(Unknown, "it cannot be told in which HTTP version it is sent", &|sent| {
            sent.http.value = Known::Unknown;
        });
        check(Unknown, "it cannot be told which path the upstream gets", &|sent| {
            sent.target.value = Known::Unknown;
        });
        check(Unknown, "the upstream gets no `Host`", &|sent| set(sent, "Host", &[]));
        check(Unknown, "the upstream gets several `Host` lines", &|sent| set(sent, "Host", &["a", "b"]));
        check(Fails, "the upstream gets no `Sec-WebSocket-Key`", &|sent| set(sent, "Sec-WebSocket-Key", &[]));
        check(Fails, "the upstream gets another `Sec-WebSocket-Key` than the client's", &|sent| {
            set(sent, "Sec-WebSocket-Key", &["x"])
        });
        check(Fails, "the upstream does not get the client's `Sec-WebSocket-Version`", &|sent| {
            set(sent, "Sec-WebSocket-Version", &["8"])
        });
        check(Unknown, "it cannot be told whether the upstream needs `Sec-WebSocket-Version`", &|sent| {
            unknown(sent, "Sec-WebSocket-Version")
        });
        check(Unknown, "few servers answer at `//ws`, with two slashes in a row", &|sent| {
            sent.target = Part::plain("//ws".to_owned());
        });
    }

    #[test]
    fn what_the_client_leaves_out_is_not_the_proxys_doing() {
        let mut request = handshake("/ws");
        request.headers.retain(|(name, _)| name != "Sec-WebSocket-Version");
        let without = Run { hops: vec![hop(&request)], circle: false };
        let reason = judge(&without, None).reason.map(|reason| reason.words);
        let expected = "it cannot be told whether the upstream needs `Sec-WebSocket-Version`";
        assert_eq!(reason.as_deref(), Some(expected));

        let mut request = handshake("/ws");
        request.method = "POST".to_owned();
        let mut posted = hop(&request);
        let cause = Cause::nowhere(crate::fact::Origin::Set);
        sent(&mut posted).method.cause = Some(cause.clone());
        let reason =
            |hop: Hop| judge(&Run { hops: vec![hop], circle: false }, None).reason.expect("it fails");
        assert_eq!(reason(posted.clone()).cause, Some(cause.clone()), "another cause is another method");
        posted.arrival.message.method.cause = Some(cause);
        assert_eq!(reason(posted).cause, None);
    }

    #[test]
    fn a_subprotocol_counts_where_one_is_asked_for() {
        let check = |expected, given: &[&str], change: &[&str]| {
            let mut hop = hop(&handshake("/ws"));
            set(&mut hop.arrival.message, "Sec-WebSocket-Protocol", given);
            set(sent(&mut hop), "Sec-WebSocket-Protocol", change);
            let judgement = judge(&Run { hops: vec![hop], circle: false }, None);
            assert_eq!(judgement.handshake, expected, "{given:?} {change:?}");
        };
        check(Handshake::Succeeds, &["mqtt"], &["mqtt"]);
        check(Handshake::Unknown, &["mqtt"], &[]);
        check(Handshake::Unknown, &["mqtt"], &["stomp"]);
        check(Handshake::Succeeds, &[], &["mqtt"]);
    }

    #[test]
    fn what_serves_the_path_decides_what_it_minds() {
        use Handshake::{Fails, Succeeds, Unknown};
        let moved =
            |target: &'static str| move |hop: &mut Hop| sent(hop).target = Part::plain(target.to_owned());
        // A declared Socket.IO server at another path than its usual one has it from its clients too.
        check_reason(Succeeds, "", "/chat/?EIO=4", Some("socket.io"), moved("/live/?EIO=4"));
        let reason = "the query that Socket.IO needs is lost";
        check_reason(Fails, reason, "/chat/?EIO=4", Some("socket.io"), moved("/chat/"));
        check_reason(Fails, reason, "/socket.io/?EIO=4", None, moved("/socket.io/"));
        check_reason(Succeeds, "", "/chat/?x=4", None, moved("/chat/"));
        let reason = "Socket.IO does not answer at `/chat?EIO=4`";
        check_reason(Fails, reason, "/socket.io/?EIO=4", None, moved("/chat?EIO=4"));
        let reason = "Socket.IO does not answer at `/socket.io?EIO=4`, without the last slash";
        check_reason(Unknown, reason, "/socket.io/?EIO=4", None, moved("/socket.io?EIO=4"));

        let http10 = |hop: &mut Hop| sent(hop).http = Part::plain(Http::V10);
        check_reason(Unknown, "some servers refuse an upgrade over HTTP/1.0", "/ws", None, http10);
        check_reason(Succeeds, "", "/ws", Some("ws"), http10);
        check_reason(Fails, "Tornado refuses HTTP/1.0", "/ws", Some("tornado"), http10);

        let reason = "the upstream gets an `Origin` that does not name the `Host` that it gets";
        let host = |hop: &mut Hop| set(sent(hop), "Host", &["b.example"]);
        check_reason(Unknown, reason, "/ws", Some("gorilla"), host);
        check_reason(Succeeds, "", "/ws", Some("ws"), host);
        check_reason(Unknown, reason, "/ws", Some("code-server"), host);
        let told = |name: &'static str| {
            move |hop: &mut Hop| {
                host(hop);
                set(sent(hop), "X-Forwarded-Host", &[name]);
            }
        };
        check_reason(Succeeds, "", "/ws", Some("code-server"), told("a.example"));
        check_reason(Unknown, reason, "/ws", Some("code-server"), told("c.example"));
        check_reason(Unknown, reason, "/ws", Some("gorilla"), told("a.example"));
    }

    #[test]
    fn a_plain_request_needs_no_upgrade() {
        let mut plain = run("/ws", |hop| set(sent(hop), "Upgrade", &[]));
        assert_eq!(judge(&plain, None).handshake, Handshake::Fails);
        plain.hops[0].arrival.websocket = false;
        assert_eq!(judge(&plain, None).handshake, Handshake::Succeeds);
    }

    #[test]
    fn a_circle_and_an_answer_on_the_way_fail() {
        let reason = |run: &Run| judge(run, None).reason.map(|reason| reason.words);
        let circle = Run { circle: true, ..run("/ws", |_| {}) };
        assert!(certainly_fails(&circle));
        assert_eq!(reason(&circle).as_deref(), Some("the way leads back to where it came from"));
        assert!(!certainly_fails(&run("/ws", |_| {})));

        let answered = run("/ws", |hop| {
            hop.end = End::Answered {
                by: "return",
                status: Known::Known(404),
                site: None,
                location: None,
                redirects: false,
                asked: None,
            };
        });
        assert_eq!(judge(&answered, None).handshake, Handshake::Fails);
        assert_eq!(judge(&run("/ws", |hop| hop.end = End::Unknown), None).handshake, Handshake::Unknown);
    }

    #[test]
    fn where_a_connection_is_closed_a_fallback_of_the_hop_before_takes_over() {
        let closed = |fallback, hangs| {
            let mut outer = hop(&handshake("/ws"));
            outer.reply.fallback = fallback;
            let mut inner = hop(&handshake("/ws"));
            inner.end = End::Dropped { by: "reject", site: None, hangs };
            judge(&Run { hops: vec![outer, inner], circle: false }, None).handshake
        };
        assert_eq!(closed(true, false), Handshake::Unknown);
        assert_eq!(closed(false, false), Handshake::Fails);
        assert_eq!(closed(true, true), Handshake::Fails, "a proxy that is left waiting sees no end");
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
                connect(hop).protocol = protocol;
            });
        }
    }

    #[test]
    fn http2_has_no_upgrade_that_could_be_lost() {
        let over = |protocol, http: Http| {
            let run = run("/ws", |hop| {
                connect(hop).protocol = protocol;
                hop.arrival.message.http = Part::plain(http);
                set(sent(hop), "Upgrade", &[]);
            });
            judge(&run, None)
        };
        let reason = |judgement: Judgement| judgement.reason.map(|reason| reason.words).unwrap_or_default();
        let decides = "the upstream decides whether it takes a WebSocket over HTTP/2";
        for (protocol, http) in
            [(Protocol::Http2, Http::V2), (Protocol::Either, Http::V11), (Protocol::Raw, Http::V2)]
        {
            let judgement = over(protocol, http);
            assert_eq!(judgement.handshake, Handshake::Unknown, "{protocol:?}");
            assert_eq!(reason(judgement), decides);
        }
        let gateway = over(Protocol::Gateway, Http::V11);
        assert_eq!(gateway.handshake, Handshake::Unknown);
        assert_eq!(reason(gateway), "the program behind the gateway decides");
        let lost = "the upstream gets no `Upgrade` header";
        assert_eq!(reason(over(Protocol::Raw, Http::V11)), lost);
        check("unread, over HTTP/1", Handshake::Succeeds, "/ws", |hop| connect(hop).protocol = Protocol::Raw);
        assert_eq!(reason(over(Protocol::Http1, Http::V2)), lost);
    }

    #[test]
    fn a_proxy_header_may_not_be_expected() {
        let reason = "it cannot be told whether the upstream expects a PROXY header";
        let sends = |hop: &mut Hop| connect(hop).proxy_header = true;
        check_reason(Handshake::Unknown, reason, "/ws", None, sends);
    }

    #[test]
    fn the_reason_points_at_the_hop_that_drops_a_header() {
        use crate::fact::{Origin, Role};
        use crate::site::{FileId, Site};
        use wslint_syntax::Span;
        let site = Site { file: FileId(3), span: Span::new(1, 2) };
        let drops = Cause::at(Origin::Dropped, site, Role::Drops);
        let mut outer = run("/ws", |hop| set(sent(hop), "Upgrade", &[])).hops;
        sent(&mut outer[0]).dropped.push(("upgrade".to_owned(), drops.clone()));
        let mut inner = run("/ws", |_| {}).hops;
        inner[0].arrival.message = outer[0].sent.clone().expect("a message").into();
        inner[0].sent = outer[0].sent.clone();
        let judgement = judge(&Run { hops: vec![outer.remove(0), inner.remove(0)], circle: false }, None);
        assert_eq!(judgement.reason.and_then(|reason| reason.cause), Some(drops));
    }
}
