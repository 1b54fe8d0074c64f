//! HTTP/2 and TLS on both ends.

use super::super::dispatch::usable;
use super::super::proxy::ProxyId;
use super::super::questions as ask;
use super::{Context, says, set_at};
use crate::fact::{Cause, Facts, Origin, Role, Value};
use crate::version::Version;

/// Answers the questions about protocols.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    listener(context, facts);
    if let Some(backend) = context.backend() {
        server(context, backend, facts);
        tls_port(context, backend, facts);
    }
}

/// Which protocols the listeners of the frontend speak.
fn listener(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let section = config.proxy(context.attempt.frontend);
    let by_default = config.version >= Version(2, 8, 0);
    let http = config.is_http(context.attempt.frontend);
    let line = |statement: usize| section.statements[statement].site();
    if let Some(bind) = section.binds.iter().find(|bind| bind.proto.as_deref() == Some("h2")) {
        facts.answer(&ask::LISTENER, Value::Choice("h2-only"), set_at(line(bind.statement)));
        return;
    }
    // In mode tcp the default ALPN list does not apply.
    let h2 = section.binds.iter().find(|bind| bind.offers_h2(by_default && http));
    let (word, cause) = match h2 {
        Some(bind) if !http => ("h2-in-tcp", set_at(line(bind.statement))),
        Some(bind) if bind.alpn.is_none() => ("h2-by-default", set_at(line(bind.statement))),
        Some(bind) => ("h2", set_at(line(bind.statement))),
        None => ("h1", Cause::nowhere(Origin::Default(config.version))),
    };
    facts.answer(&ask::LISTENER, Value::Choice(word), cause);
    let tls = config.frontends().any(|frontend| config.proxy(frontend).binds.iter().any(|bind| bind.tls));
    facts.answer(&ask::TLS_LISTENER, Value::Flag(tls), Cause::nowhere(Origin::Derived));
    if let Some(line) = config.global("h2-workaround-bogus-websocket-clients")
        && h2.is_some()
    {
        facts.answer(&ask::H2_WORKAROUND, Value::Flag(true), set_at(line.site()));
    }
}

/// What the server lines do with a handshake: HTTP/1.1, or HTTP/2 where that fails.
fn server(context: &Context<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = context.config;
    let section = config.proxy(backend);
    if !config.is_http(backend) {
        return;
    }
    let servers = usable(&section.servers);
    let site = |server: &super::super::server::Server| section.statements[server.statement].site();
    let over_h2 = servers.iter().find(|server| server.settings.websocket_over_h2());
    let offers_both = |server: &&&super::super::server::Server| {
        server.settings.offers_h2() && server.settings.offers_h1() && !server.settings.unknown
    };
    let reuse = config.reuses_any_connection(backend);
    let (word, cause) = match (over_h2, servers.iter().find(offers_both)) {
        (Some(server), _) => (
            "h2",
            says(
                Origin::Set,
                site(server),
                "sends the handshake over HTTP/2, which the server must know (RFC 8441)",
            ),
        ),
        (None, Some(server)) if reuse.is_some() && server.settings.ws.as_deref() != Some("h1") => {
            let cause = says(Origin::Set, site(server), "HTTP/2 and HTTP/1.1 share this line");
            let words = "lets the handshake go out on an idle HTTP/2 connection".to_owned();
            let cause = match reuse {
                Some(found) => cause.and(found.statement.site(), Role::Says(words)),
                None => cause,
            };
            ("h2-reused", cause)
        }
        (None, Some(server)) if config.version >= Version(3, 3, 0) => {
            ("mixed", says(Origin::Set, site(server), "HTTP/2 and HTTP/1.1 share this line"))
        }
        _ => ("h1", Cause::nowhere(Origin::Default(config.version))),
    };
    facts.answer(&ask::SERVER_PROTOCOL, Value::Choice(word), cause);
}

/// A server line without `ssl` to a port of TLS, by the usual numbers.
fn tls_port(context: &Context<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let section = context.config.proxy(backend);
    let http = context.config.is_http(backend);
    let plain = usable(&section.servers).into_iter().find(|server| {
        http && !server.settings.tls
            && !server.settings.unknown
            && matches!(server.port.as_deref(), Some("443" | "8443"))
    });
    if let Some(server) = plain {
        let words = "speaks plain HTTP to a port of TLS";
        facts.answer(
            &ask::PLAIN_TO_TLS,
            Value::Flag(true),
            says(Origin::Set, section.statements[server.statement].site(), words),
        );
    }
}
