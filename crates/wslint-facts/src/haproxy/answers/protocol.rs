//! TLS and HTTP versions on both sides, and what a section in `mode tcp` does not do.

use super::super::action::Action;
use super::super::dispatch::usable;
use super::super::proxy::ProxyId;
use super::super::questions as ask;
use super::super::server::Server;
use super::super::statement::Statement;
use super::{Context, says};
use crate::fact::{Cause, Facts, Origin, Role, Value};
use crate::version::Version;

/// Answers the questions about protocols.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    listener(context, facts);
    ignored_in_tcp(context, facts);
    let Some(backend) = context.backend() else { return };
    to_server(context, backend, facts);
    server_tls(context, backend, facts);
}

/// Which HTTP clients may speak.
fn listener(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let section = config.proxy(context.attempt.frontend);
    let by_default = config.version >= Version(2, 8, 0);
    let offering = section.binds.iter().find(|bind| bind.offers_h2(by_default));
    let Some(bind) = offering else {
        let cause = Cause::nowhere(Origin::Default(config.version));
        facts.answer(&ask::LISTENER_PROTOCOL, Value::Choice("http/1.1"), cause);
        return;
    };
    let site = section.statements[bind.statement].site();
    if !config.is_http(context.attempt.frontend) {
        let passes = bind.tls && bind.alpn.as_deref().is_some_and(|list| list.split(',').any(|name| name == "h2"));
        let stays = context.backend().is_some_and(|backend| !config.is_http(backend));
        if passes && stays {
            let words = "browsers choose h2 here, and in `mode tcp` its bytes go to the server as they are";
            let cause = says(Origin::Set, site, words);
            facts.answer(&ask::LISTENER_PROTOCOL, Value::Choice("h2-passed-through"), cause);
        }
        return;
    }
    let workaround = config.global("h2-workaround-bogus-websocket-clients");
    let (word, cause) = match workaround {
        Some(line) if line.prefix.is_none() => {
            ("h2-without-websockets", says(Origin::Set, line.site(), "HTTP/2 clients are not told of RFC 8441"))
        }
        _ if breaks_h2_websockets(config.version) => {
            ("h2-broken", says(Origin::Set, site, "clients may open WebSockets over HTTP/2 here"))
        }
        _ => ("h2", says(Origin::Set, site, "clients may speak HTTP/2 here")),
    };
    facts.answer(&ask::LISTENER_PROTOCOL, Value::Choice(word), cause);
}

/// The releases of 2026-05-07 reset every WebSocket over HTTP/2 (haproxy/haproxy#3355, mended by 00941af7b).
fn breaks_h2_websockets(version: Version) -> bool {
    [Version(3, 0, 22), Version(3, 2, 18), Version(3, 3, 9)].contains(&version)
}

/// Which HTTP the server gets a handshake by.
fn to_server(context: &Context<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = context.config;
    if !config.is_http(backend) || config.version < Version(2, 4, 0) {
        return;
    }
    let section = config.proxy(backend);
    let line = |server: &Server| section.statements[server.statement].site();
    let answered = |server: &Server| -> Option<(&'static str, Cause)> {
        let settings = &server.settings;
        // Who writes `ws h2` knows that the server takes it (RFC 8441).
        if settings.websocket_over_h2() && settings.ws.as_deref() != Some("h2") {
            let words = "to this server HAProxy speaks nothing but HTTP/2";
            return Some(("websocket-over-h2", says(Origin::Set, line(server), words)));
        }
        if !settings.offers_h2() || !settings.offers_h1() {
            return None;
        }
        if settings.ws.is_none()
            && let Some(found) = config.reuses_any_connection(backend)
        {
            let words = "this line offers both versions of HTTP";
            let cause = says(Origin::Set, line(server), words).and(
                found.statement.site(),
                Role::Says("lets a handshake go out on an idle connection".to_owned()),
            );
            return Some(("may-reuse-h2", cause));
        }
        let shared = settings.ws.as_deref() != Some("h1") || context.plain_traffic();
        (config.version >= Version(3, 3, 0) && settings.ws.as_deref() != Some("h2") && shared).then(|| {
            let words = "handshakes settle for HTTP/1.1 here, plain requests for HTTP/2";
            ("alternates", says(Origin::Set, line(server), words))
        })
    };
    let (word, cause) = usable(&section.servers)
        .into_iter()
        .filter(|server| !server.settings.unknown)
        .find_map(answered)
        .unwrap_or(("http/1.1", Cause::nowhere(Origin::Default(config.version))));
    facts.answer(&ask::SERVER_PROTOCOL, Value::Choice(word), cause);
}

/// Whether the server line speaks TLS where the port says so: 443 and 8443 are TLS, 80 is not.
fn server_tls(context: &Context<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = context.config;
    let section = config.proxy(backend);
    let encrypted = |section: ProxyId| config.proxy(section).binds.iter().any(|bind| bind.tls);
    // In mode tcp TLS of the client may pass through.
    let ended = config.is_http(backend) || encrypted(context.attempt.frontend);
    for server in usable(&section.servers) {
        if server.settings.unknown {
            continue;
        }
        let site = section.statements[server.statement].site();
        let (word, words) = match (server.port.as_deref(), server.settings.tls) {
            (Some("443" | "8443"), false) if ended => ("missing", "this port speaks TLS, the line does not"),
            (Some("80"), true) => ("unexpected", "the line speaks TLS, this port does not"),
            _ => continue,
        };
        facts.answer(&ask::SERVER_TLS, Value::Choice(word), says(Origin::Set, site, words));
        return;
    }
    facts.answer(&ask::SERVER_TLS, Value::Choice("fits"), Cause::nowhere(Origin::Derived));
}

/// Settings of HTTP in a section that works in `mode tcp`: HAProxy ignores them with a warning (measured).
fn ignored_in_tcp(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let mut sections = vec![context.attempt.frontend];
    sections.extend(context.backend());
    for id in sections {
        let section = config.proxy(id);
        let becomes_http = section.rules.iter().any(|rule| matches!(rule.action, Action::SwitchToHttp));
        if config.mode(id) != Some("tcp") || becomes_http {
            continue;
        }
        if let Some(line) = section.statements.iter().find(|line| is_http_setting(line)) {
            let name = format!("{} {}", line.word(0), line.word(1));
            let mut cause = says(Origin::Dropped, line.site(), "in `mode tcp` HAProxy ignores this");
            cause = match config.setting(id, "mode") {
                Some(mode) => cause.and(mode.statement.site(), Role::SetHere),
                None => cause.and(
                    section.header.site(),
                    Role::Says("without `mode` the section works in `mode tcp`".to_owned()),
                ),
            };
            facts.answer(&ask::HTTP_RULE_IN_TCP, Value::Text(name), cause);
            return;
        }
    }
}

fn is_http_setting(line: &Statement<'_>) -> bool {
    match line.word(0) {
        "http-request" | "http-response" => true,
        "option" => line.prefix.is_none() && matches!(line.word(1), "forwardfor" | "http-server-close"),
        _ => false,
    }
}
