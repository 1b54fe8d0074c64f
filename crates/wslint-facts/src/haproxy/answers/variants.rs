//! The same handshake as other clients send it: whether the rule that leads here takes those too.

use super::super::condition::Test;
use super::super::config::Config;
use super::super::journey::{End, Journey};
use super::super::oracle::explore;
use super::super::pattern::Method;
use super::super::probe;
use super::super::questions as ask;
use super::super::statement::Statement;
use super::super::walk::{Start, Walk};
use super::{Context, says};
use crate::fact::{Facts, Origin, Value};
use crate::question::Question;
use crate::request::{Browser, Request};
use crate::version::Version;

/// Answers the questions about other forms of the handshake.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    if context.arrived().next().is_none() {
        return;
    }
    over_h2(context, facts);
    let Some(asked) = asked(context) else { return };
    if asked.any(|test| is_fetch(test, &["url", "uri", "pathq"])) {
        let with_query = |request: &mut Request| {
            let link = if request.target.contains('?') { '&' } else { '?' };
            request.target = format!("{}{link}token=1", request.target);
        };
        let words = "this test sees the query too, and a query defeats it";
        missed(context, facts, &ask::QUERY_MISROUTED, &asked, words, with_query);
    }
    if let Some(port) = unusual_port(context)
        && asked.any(|test| test.header().as_deref() == Some("host"))
    {
        let with_port = |request: &mut Request| {
            let host = format!("{}:{port}", request.host);
            request.set_header("Host", &host);
        };
        let words = format!("clients that name the port send `Host: …:{port}`");
        missed(context, facts, &ask::PORT_MISROUTED, &asked, &words, with_port);
    }
    if context.config.mode(context.attempt.frontend) == Some("tcp") {
        let as_firefox = |request: &mut Request| {
            let firefox = Request::handshake(
                request.scheme,
                &request.host,
                request.port,
                &request.target,
                Browser::Firefox,
            );
            request.set_header("Connection", firefox.header("Connection").unwrap_or_default());
        };
        let words = "Firefox sends `Connection: keep-alive, Upgrade`";
        missed(context, facts, &ask::FIREFOX_MISROUTED, &asked, words, as_firefox);
    }
    let path = context.attempt.wish.path.as_deref().unwrap_or_default();
    if path.ends_with("/socket.io") || path.ends_with("/engine.io") {
        let as_client = |request: &mut Request| {
            request.target = format!("{path}/?EIO=4&transport=websocket");
        };
        let words = "clients ask for this path with a slash at its end";
        missed(context, facts, &ask::SOCKETIO_MISROUTED, &asked, words, as_client);
    }
}

/// The tests of the rule that leads here, each with its line.
struct Tests<'c> {
    tests: Vec<(&'c Test, &'c Statement<'c>)>,
    line: &'c Statement<'c>,
}

impl Tests<'_> {
    fn any(&self, of: impl Fn(&Test) -> bool) -> bool {
        self.tests.iter().any(|(test, _)| of(test))
    }
}

fn asked<'c>(context: &'c Context<'_, '_>) -> Option<Tests<'c>> {
    let section = context.config.proxy(context.attempt.frontend);
    let switch = &section.switches[context.attempt.switch?];
    let line = &section.statements[switch.statement];
    let terms = switch.condition.iter().flat_map(|condition| condition.terms());
    let tests = terms.flat_map(|term| probe::tests_of(section, term)).map(|test| {
        let acl = section.acls.iter().find(|acl| std::ptr::eq(&acl.test, test));
        (test, acl.map_or(line, |acl| &section.statements[acl.statement]))
    });
    Some(Tests { tests: tests.collect(), line })
}

/// Whether a test fetches one of these parts of the request.
pub(super) fn is_fetch(test: &Test, names: &[&str]) -> bool {
    test.fetch().is_some_and(|call| {
        let name = call.name.strip_prefix("req.").or(call.name.strip_prefix("req_")).unwrap_or(&call.name);
        names.contains(&name)
    })
}

/// A changed form of the probe, followed from the same listener.
pub(super) fn follow_changed(
    context: &Context<'_, '_>,
    websocket: bool,
    bare: bool,
    change: impl Fn(&mut Request),
) -> Vec<Journey> {
    let attempt = context.attempt;
    let (mut request, bind) = probe::request_at(context.config, attempt.frontend, &attempt.wish, websocket);
    change(&mut request);
    let start = match bare {
        true => Start::Bare(attempt.frontend, bind),
        false => Start::Section(attempt.frontend, bind),
    };
    explore(|oracle| Walk::run(context.config, context.root, oracle, &request, start)).results
}

/// Whether no run comes to the backend of this way, though each comes to some backend.
fn all_elsewhere(context: &Context<'_, '_>, journeys: &[Journey]) -> bool {
    let backends = context.backends();
    journeys.iter().all(|journey| {
        let sent_elsewhere = journey
            .hops
            .first()
            .and_then(|hop| hop.backend)
            .is_some_and(|backend| !backends.contains(&backend));
        sent_elsewhere || matches!(journey.end, End::Answered { keyword: "no backend", .. })
    })
}

fn missed(
    context: &Context<'_, '_>,
    facts: &mut Facts,
    question: &'static Question,
    asked: &Tests<'_>,
    words: &str,
    change: impl Fn(&mut Request),
) {
    let journeys = follow_changed(context, true, false, change);
    if journeys.is_empty() || !all_elsewhere(context, &journeys) {
        return;
    }
    let tells = |test: &Test| match question.name {
        "query-misrouted" => is_fetch(test, &["url", "uri", "pathq"]),
        "port-misrouted" => test.header().as_deref() == Some("host"),
        "firefox-misrouted" => test.header().as_deref() == Some("connection"),
        "socketio-misrouted" => is_fetch(test, &["path", "url", "uri", "pathq"]),
        _ => is_fetch(test, &["url", "uri", "method"])
            || test.header().is_some_and(|name| name.starts_with(':') || name == "sec-websocket-key"),
    };
    let line = asked.tests.iter().find(|(test, _)| tells(test)).map_or(asked.line, |(_, line)| line);
    facts.answer(question, Value::Flag(true), says(Origin::Set, line.site(), words));
}

/// A WebSocket over HTTP/2 has no `Sec-WebSocket-Key`, is a `GET` to the rules, and its URL is absolute (measured
/// from 2.4 on; RFC 8441).
fn over_h2(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    if !config.is_http(context.attempt.frontend) || config.version < Version(2, 4, 0) || !offers_h2(context) {
        return;
    }
    let as_h2 = |request: &mut Request| "2".clone_into(&mut request.http);
    if let Some(asked) = asked(context) {
        let words = "over HTTP/2 there is no `Sec-WebSocket-Key`, and the URL begins with `https://`";
        missed(context, facts, &ask::H2_MISROUTED, &asked, words, as_h2);
    }
    let rewrites = context.rules().find(|(rule, _)| {
        use super::super::action::{Action, Part};
        matches!(&rule.action, Action::ReplaceUri(Part::Uri, ..))
    });
    let Some((_, line)) = rewrites else { return };
    let paths = |journeys: &[Journey]| {
        let mut paths: Vec<_> = journeys.iter().map(|journey| journey.message.path.clone()).collect();
        paths.dedup();
        paths
    };
    let (one, other) = (paths(&context.handshakes), paths(&follow_changed(context, true, false, as_h2)));
    if let ([Some(one)], [Some(other)]) = (one.as_slice(), other.as_slice()) {
        let word = if one == other { "same" } else { "other" };
        let words = "over HTTP/2 the target begins with `https://`, which this pattern does not expect";
        facts.answer(&ask::H2_TARGET, Value::Choice(word), says(Origin::Set, line.site(), words));
    }
}

/// Whether clients may speak HTTP/2 to the frontend.
fn offers_h2(context: &Context<'_, '_>) -> bool {
    let Config { version, .. } = context.config;
    let binds = &context.config.proxy(context.attempt.frontend).binds;
    binds.iter().any(|bind| bind.offers_h2(*version >= Version(2, 8, 0)))
}

/// The port of the listener where a URL has to name it.
fn unusual_port(context: &Context<'_, '_>) -> Option<u16> {
    let binds = &context.config.proxy(context.attempt.frontend).binds;
    let ports = binds.iter().flat_map(|bind| bind.addresses.iter().flatten()).map(|address| address.ports);
    let ports: Vec<u16> = ports.map(|ports| ports.map(|(low, _)| low)).collect::<Option<_>>()?;
    let usual = ports.iter().any(|port| matches!(port, 80 | 443));
    if usual { None } else { ports.first().copied() }
}

/// Whether a test measures the length of the query or of what holds it.
pub(super) fn measures_query(test: &Test) -> bool {
    let of_target = is_fetch(test, &["url", "uri", "query", "pathq", "urlp", "url_param", "len", "capture.req.uri"]);
    let length = test.method == Method::Len
        || test.expression.as_ref().is_some_and(|expression| {
            expression.converters.iter().any(|call| matches!(call.name.as_str(), "length" | "strlen"))
        });
    of_target && (length || test.method == Method::Reg)
}
