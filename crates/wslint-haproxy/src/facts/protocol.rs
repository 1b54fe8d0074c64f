//! HTTP/2 on both ends.

use super::cause::{says, set_at};
use super::shared::Sought;
use super::tried::Tried;
use crate::choices;
use crate::config::action::Action;
use crate::config::proxy::ProxyId;
use crate::config::server::KNOWS_WS;
use crate::questions as ask;
use crate::statement::Statement;
use wslint_model::Version;
use wslint_model::{Cause, Facts, Origin, Role};

/// Answers the questions about protocols.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    listener(tried, facts);
    ignored_in_tcp(tried, facts);
    if let Some(backend) = tried.backend() {
        server(tried, backend, facts);
    }
}

/// Whether clients may come over HTTP/2.
fn takes_h2(tried: &Tried<'_, '_>) -> bool {
    let by_default = tried.config.version >= Version(2, 8, 0);
    let http = tried.config.is_http(tried.candidate.frontend);
    let binds = &tried.config.proxy(tried.candidate.frontend).binds;
    http && binds.iter().any(|bind| bind.offers_h2(by_default))
}

/// Which protocols the listeners of the frontend speak.
fn listener(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let section = config.proxy(tried.candidate.frontend);
    let by_default = config.version >= Version(2, 8, 0);
    let http = config.is_http(tried.candidate.frontend);
    let line = |statement: usize| section.statements[statement].site();
    if let Some(bind) = section.binds.iter().find(|bind| bind.proto.as_deref() == Some("h2")) {
        facts.answer(&ask::LISTENER, choices::Listener::H2Only, set_at(line(bind.statement)));
        return;
    }
    // In mode tcp the default ALPN list does not apply.
    let h2 = section.binds.iter().find(|bind| bind.offers_h2(by_default && http));
    let (word, cause) = match h2 {
        Some(bind) if !http => (choices::Listener::H2InTcp, set_at(line(bind.statement))),
        Some(bind) if breaks_h2_websockets(config.version) => {
            (choices::Listener::H2Broken, set_at(line(bind.statement)))
        }
        Some(bind) if bind.alpn.is_none() => (choices::Listener::H2ByDefault, set_at(line(bind.statement))),
        Some(bind) => (choices::Listener::H2, set_at(line(bind.statement))),
        None => (choices::Listener::H1, Cause::nowhere(Origin::Default(config.version))),
    };
    facts.answer(&ask::LISTENER, word, cause);
    facts.answer(&ask::TLS_LISTENER, config.ends_tls, Cause::nowhere(Origin::Derived));
    if let Some(line) = config.global("h2-workaround-bogus-websocket-clients")
        && h2.is_some()
    {
        facts.answer(&ask::H2_WORKAROUND, true, set_at(line.site()));
    }
}

/// The releases of 2026-05-07 reset every WebSocket over HTTP/2 (haproxy/haproxy#3355, fixed by 00941af7b).
fn breaks_h2_websockets(version: Version) -> bool {
    [Version(3, 0, 22), Version(3, 2, 18), Version(3, 3, 9)].contains(&version)
}

/// What the server lines do with a handshake: HTTP/1.1, or HTTP/2 where that fails.
fn server(tried: &Tried<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    let section = config.proxy(backend);
    if !config.is_http(backend) {
        return;
    }
    let servers = config.usable(backend);
    let site = |server: &crate::config::server::Server| section.statements[server.statement].site();
    let over_h2 = servers.iter().find(|server| server.settings.websocket_over_h2());
    let offers_both = |server: &&&crate::config::server::Server| {
        server.settings.offers_h2() && server.settings.offers_h1() && !server.settings.unknown
    };
    let reuse = config.reuses_any_connection(backend);
    let (word, cause) = match (over_h2, servers.iter().find(offers_both)) {
        (Some(server), _) => (
            match servers.iter().all(|server| server.settings.websocket_over_h2()) {
                true => choices::ServerProtocol::H2,
                false => choices::ServerProtocol::H2Some,
            },
            says(
                Origin::Set,
                site(server),
                "sends the handshake over HTTP/2, which the server must know (RFC 8441)",
            ),
        ),
        (None, Some(server)) if config.version < KNOWS_WS => (
            choices::ServerProtocol::BeforeWs,
            says(Origin::Set, site(server), "HTTP/2 and HTTP/1.1 share this line"),
        ),
        (None, Some(server)) if reuse.is_some() && server.settings.ws.as_deref() != Some("h1") => {
            let cause = says(Origin::Set, site(server), "HTTP/2 and HTTP/1.1 share this line");
            let words = "lets the handshake go out on an idle HTTP/2 connection".to_owned();
            let cause = match reuse {
                Some(found) => cause.and(found.statement.site(), Role::Says(words)),
                None => cause,
            };
            (choices::ServerProtocol::H2Reused, cause)
        }
        (None, Some(server)) if config.version >= Version(3, 3, 0) => (
            choices::ServerProtocol::Mixed,
            says(Origin::Set, site(server), "HTTP/2 and HTTP/1.1 share this line"),
        ),
        (None, Some(server))
            if server.settings.ws.as_deref() != Some("h1") && takes_h2(tried) && tried.plain_traffic() =>
        {
            (
                choices::ServerProtocol::AfterPages,
                says(Origin::Set, site(server), "HTTP/2 and HTTP/1.1 share this line"),
            )
        }
        _ => (choices::ServerProtocol::H1, Cause::nowhere(Origin::Default(config.version))),
    };
    facts.answer(&ask::SERVER_PROTOCOL, word, cause);
}

/// Settings of HTTP in a section that works in `mode tcp`: HAProxy ignores them with a warning (measured).
fn ignored_in_tcp(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let mut sections = vec![tried.candidate.frontend];
    sections.extend(tried.backend());
    for id in sections {
        let section = config.proxy(id);
        let leads_to_http = || tried.backend().is_some_and(|backend| config.is_http(backend));
        let becomes_http =
            section.rules.iter().any(|rule| matches!(rule.action, Action::SwitchToHttp)) || leads_to_http();
        if config.mode(id) != Some("tcp") || becomes_http {
            continue;
        }
        let setting = || section.statements.iter().position(is_http_setting);
        let setting = tried.shared.place(Sought::HttpSetting, id, setting);
        if let Some(line) = setting.map(|line| &section.statements[line]) {
            let name = format!("{} {}", line.word(0), line.word(1));
            let mut cause = says(Origin::Dropped, line.site(), "in `mode tcp` HAProxy ignores this");
            cause = match config.setting(id, "mode") {
                Some(mode) => cause.and(mode.statement.site(), Role::SetHere),
                None => cause.and(
                    section.header.site(),
                    Role::Says("without `mode` the section works in `mode tcp`".to_owned()),
                ),
            };
            facts.answer(&ask::HTTP_RULE_IN_TCP, name, cause);
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
