//! Which listener takes a connection, and whether the two ends speak the same language.

use super::journey::{End, Hop, failed};
use super::walk::Walk;
use crate::haproxy::acl::condition::Asked;
use crate::haproxy::acl::view::Seen;
use crate::haproxy::config::action::{Action, Page, Stage};
use crate::haproxy::config::proxy::{Proxy, ProxyId};
use crate::haproxy::config::{bind, server};
use crate::length::Kept;
use crate::version::Version;

/// Finds the frontend and the index of the `bind` line that take the connection.
pub(crate) fn find(walk: &mut Walk<'_, '_>) -> Result<(ProxyId, usize), End> {
    let config = walk.config;
    let connection = walk.connection.clone();
    let mut exact = Vec::new();
    let mut any = Vec::new();
    let mut unknown = Vec::new();
    for (frontend, index) in config.listeners(Some(connection.port)) {
        if is_disabled(walk, frontend) {
            continue;
        }
        let bind = &config.proxy(frontend).binds[index];
        match bind.takes(connection.host.as_deref(), connection.port) {
            Some(true) => {
                let only_any = bind.addresses.iter().flatten().all(bind::Address::is_any);
                if only_any { &mut any } else { &mut exact }.push((frontend, index));
            }
            Some(false) => {}
            None => unknown.push((frontend, index)),
        }
    }
    // A listener on the very address wins over one on any address, as in the kernel.
    let mut candidates = if exact.is_empty() || connection.host.is_none() { any } else { Vec::new() };
    candidates.extend(exact);
    candidates.extend(unknown.iter().copied());
    let Some((&last, others)) = candidates.split_last() else {
        let note = format!("no `bind` line takes port {}", connection.port);
        walk.step("bind", None, note);
        return Err(End::Dropped { keyword: "no listener", site: None });
    };
    // Several listeners on one port are told apart by addresses that the URL does not say; a listener whose
    // address is hidden is the last resort.
    let certain = candidates.len() - unknown.len();
    let chosen =
        others.iter().take(if certain > 0 { certain.min(others.len()) } else { others.len() }).copied().find(
            |(frontend, index)| {
                certain == 1 || walk.guess(&format!("bind {index} of {}", config.proxy(*frontend).label()))
            },
        );
    let fallback = if certain > 0 { candidates[certain - 1] } else { last };
    let (frontend, index) = chosen.unwrap_or(fallback);
    let section = config.proxy(frontend);
    let site = section.statements[section.binds[index].statement].site();
    walk.step("frontend", Some(site), format!("`{}` takes the connection", section.label()));
    Ok((frontend, index))
}

/// Whether a section is switched off.
pub(crate) fn is_disabled(walk: &Walk<'_, '_>, proxy: ProxyId) -> bool {
    // `disabled` and `enabled` are two settings of one switch; the later line wins.
    let disabled = walk.config.setting(proxy, "disabled");
    let enabled = walk.config.setting(proxy, "enabled");
    match (disabled, enabled) {
        (Some(disabled), Some(enabled)) => disabled.statement.line > enabled.statement.line,
        (disabled, _) => disabled.is_some(),
    }
}

/// Whether the connection can be used at all: TLS, HTTP/2 and the PROXY header on both ends.
pub(crate) fn accept(walk: &mut Walk<'_, '_>, hop: &Hop) -> Result<(), End> {
    let config = walk.config;
    let section = config.proxy(hop.frontend);
    let Some(line) = hop.bind.and_then(|bind| section.binds.get(bind)) else {
        walk.connection.tls_ended = walk.connection.tls;
        return Ok(());
    };
    let site = section.statements[line.statement].site();
    let http = config.is_http(hop.frontend);
    if walk.message.http == "2" {
        agree_on_h2(walk, line, http);
    }
    let (ours, theirs) = (line.tls, walk.connection.tls);
    if http && walk.connection.proxy_header && !line.accept_proxy && !ours {
        let note = "a PROXY header arrives where none is expected: HAProxy answers 400";
        walk.step("bind", Some(site), note.to_owned());
        return Err(failed("PROXY header", 400, Some(site), Page::Unparsed));
    }
    let refusal = if line.accept_proxy != walk.connection.proxy_header {
        Some(("PROXY header", "only one of the two ends speaks the PROXY protocol"))
    } else if ours && !theirs {
        Some(("TLS", "the listener speaks TLS, the client does not"))
    } else if http && theirs && !ours {
        Some(("TLS", "the client speaks TLS, the listener does not"))
    } else if line.proto.as_deref() == Some("h2") && walk.message.http != "2" {
        Some(("proto h2", "the listener takes nothing but HTTP/2"))
    } else {
        None
    };
    if let Some((keyword, note)) = refusal {
        walk.step("bind", Some(site), note.to_owned());
        return Err(End::Dropped { keyword, site: Some(site) });
    }
    walk.connection.tls_ended = line.tls;
    walk.connection.readable = if walk.connection.tls && !line.tls { Seen::No } else { Seen::Yes };
    Ok(())
}

/// A client that would speak HTTP/2 over TLS falls back to HTTP/1.1 where ALPN does not offer it. Without TLS
/// HAProxy takes HTTP/2 with prior knowledge on any listener of `mode http` (measured).
fn agree_on_h2(walk: &mut Walk<'_, '_>, line: &bind::Bind, http: bool) {
    let by_default = http && walk.config.version >= Version(2, 8, 0);
    if walk.connection.tls && line.tls && !line.offers_h2(by_default) {
        "1.1".clone_into(&mut walk.message.http);
        walk.message.came_over_h2 = false;
        let note = "the listener does not offer HTTP/2: the client speaks HTTP/1.1".to_owned();
        walk.step("bind", None, note);
    }
}

impl Walk<'_, '_> {
    /// Whether rules of a `mode tcp` frontend can read the request: only where a content rule waits for it
    /// within `tcp-request inspect-delay` (measured: without it the outcome differs from run to run).
    pub(crate) fn readable_in_tcp(&self, frontend: ProxyId) -> Seen {
        if self.connection.readable == Seen::No {
            return Seen::No;
        }
        if waits_for_request(self.config.proxy(frontend)) { Seen::Yes } else { Seen::Perhaps }
    }
}

/// Whether a tcp frontend waits until the request has arrived.
pub(crate) fn waits_for_request(section: &Proxy<'_>) -> bool {
    let delayed = section.own("tcp-request inspect-delay").next_back().is_some_and(|statement| {
        statement
            .known(2)
            .and_then(|text| crate::haproxy::config::duration::parse(text).ok())
            .is_none_or(|time| time.milliseconds > 0)
    });
    let waits = section.rules.iter().any(|rule| {
        rule.stage == Stage::TcpContent
            && !matches!(rule.action, Action::Nothing)
            && rule.condition.iter().flat_map(|condition| condition.terms()).any(|term| match &term.asked {
                Asked::Named(name) => {
                    matches!(name.as_str(), "HTTP" | "WAIT_END" | "REQ_CONTENT")
                        || name.starts_with("METH_")
                        || name.starts_with("HTTP_")
                        || section.acl_names.get(name).into_iter().flatten().any(|&index| {
                            section.acls[index].test.fetch().is_some_and(|call| reads_content(&call.name))
                        })
                }
                Asked::Anonymous(test) => test.fetch().is_some_and(|call| reads_content(&call.name)),
            })
    });
    delayed && waits
}

/// Whether a fetch method makes a content rule wait for data.
fn reads_content(name: &str) -> bool {
    name.starts_with("req")
        || matches!(
            name,
            "hdr"
                | "fhdr"
                | "path"
                | "url"
                | "method"
                | "base"
                | "cook"
                | "urlp"
                | "url_param"
                | "payload"
                | "payload_lv"
                | "wait_end"
                | "query"
                | "pathq"
        )
}

/// Whether a server's address is a listener of the same configuration. If so the walk's connection becomes the
/// one that HAProxy makes to itself.
pub(crate) fn leads_back(walk: &mut Walk<'_, '_>, upstream: &str, hops: &[Hop]) -> bool {
    let config = walk.config;
    let Some(hop) = hops.last() else { return false };
    let Some(backend) = hop.backend else { return false };
    let section = config.proxy(backend);
    let Some(line) = section.servers.iter().find(|server| {
        config.takes_requests(backend, server)
            && server.address(walk.connection.destination()).as_deref() == Some(upstream)
    }) else {
        return false;
    };
    let (host, port) = server::split_address(upstream);
    let socket = host.starts_with('/') || host.contains('@');
    let number = port.as_deref().and_then(|port| port.parse().ok());
    let listens = config.listeners(number).into_iter().any(|(frontend, index)| {
        let bind = &config.proxy(frontend).binds[index];
        bind.addresses.iter().flatten().any(|address| match address.ports {
            None => socket && bind::same_socket(&address.host, &host),
            Some((low, high)) => {
                let port_fits = number.is_some_and(|port| (low..=high).contains(&port));
                let own = is_loopback(&host) && address.is_any() || bind::same_host(&address.host, &host);
                !socket && port_fits && own
            }
        })
    });
    if !listens {
        return false;
    }
    let settings = line.settings.clone();
    walk.connection.host = Some(host);
    walk.connection.port = port.and_then(|port| port.parse().ok()).unwrap_or(0);
    // In mode tcp without `ssl` on the server line TLS of the client, if not ended, goes on to the next hop.
    walk.connection.tls = settings.tls || walk.connection.tls && !walk.connection.tls_ended;
    walk.connection.proxy_header = settings.send_proxy;
    walk.connection.sends_proxy_header = false;
    walk.connection.tls_ended = false;
    walk.connection.readdressed = false;
    walk.message.variables = Kept::default();
    walk.set_process_variables();
    if !walk.message.absolute {
        walk.message.authority = None;
    }
    if hop.http {
        "1.1".clone_into(&mut walk.message.http);
    }
    true
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
