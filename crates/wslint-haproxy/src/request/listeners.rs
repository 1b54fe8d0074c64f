//! Which listener takes a connection, and whether the two ends speak the same language.

use super::stop::{Answer, Stop};
use super::walk::Walk;
use crate::acl::condition::Asked;
use crate::acl::view::Seen;
use crate::config::Config;
use crate::config::action::{Action, Page, Stage};
use crate::config::bind;
use crate::config::proxy::{Proxy, ProxyId};
use wslint_model::Version;
use wslint_model::way::{Address, Http, Listens, PROXY_HEADER};

/// The `bind` lines that may take a connection to an address, with their sections, in the order of the text.
fn at<'c>(config: &'c Config<'_>, address: &Address) -> impl Iterator<Item = (ProxyId, usize)> + use<'c> {
    let port = match address {
        Address::Port { port, .. } => Some(*port),
        Address::Unix(_) => None,
    };
    config.listeners(port).into_iter().filter(|(frontend, _)| !config.is_disabled(*frontend))
}

/// How the configuration listens at an address.
pub(crate) fn listens(config: &Config<'_>, address: &Address) -> Listens {
    let of_line = |(frontend, index): (ProxyId, usize)| config.proxy(frontend).binds[index].listens(address);
    at(config, address).map(of_line).max().unwrap_or(Listens::No)
}

/// Finds the frontend and the index of the `bind` line that take the connection.
pub(crate) fn find(walk: &mut Walk<'_, '_>) -> Result<(ProxyId, usize), Stop> {
    let config = walk.config;
    let address = walk.connection.address.clone();
    let mut exact = Vec::new();
    let mut any = Vec::new();
    let mut unknown = Vec::new();
    for (frontend, index) in at(config, &address) {
        let bind = &config.proxy(frontend).binds[index];
        match bind.listens(&address) {
            Listens::No => {}
            Listens::AtEvery => any.push((frontend, index)),
            Listens::Perhaps if bind.addresses.is_none() => unknown.push((frontend, index)),
            Listens::Perhaps | Listens::Exactly => exact.push((frontend, index)),
        }
    }
    // A listener on the very address wins over one on any address, as in the kernel.
    let is_name = matches!(address, Address::Port { .. }) && address.ip().is_none();
    let mut candidates = if exact.is_empty() || is_name { any } else { Vec::new() };
    candidates.extend(exact);
    candidates.extend(unknown.iter().copied());
    let Some((&last, others)) = candidates.split_last() else {
        let note = match &address {
            Address::Port { port, .. } => format!("no `bind` line takes port {port}"),
            Address::Unix(_) => format!("no `bind` line takes {address}"),
        };
        walk.step("bind", None, note);
        return Err(Stop::Dropped { by: "no listener", site: None });
    };
    // Several listeners on one port are told apart by addresses that the URL does not say; a listener whose
    // address is hidden is the last resort.
    let certain = candidates.len() - unknown.len();
    let first = others.iter().take(if certain > 0 { certain - 1 } else { others.len() }).copied();
    let chosen = first.into_iter().find(|(frontend, index)| {
        let section = config.proxy(*frontend);
        walk.guess(&format!("bind {} of {}", section.binds[*index].text, section.label()))
    });
    let fallback = if certain > 0 { candidates[certain - 1] } else { last };
    let (frontend, index) = chosen.unwrap_or(fallback);
    let section = config.proxy(frontend);
    let site = section.statements[section.binds[index].statement].site();
    walk.step("frontend", Some(site), format_args!("`{}` takes the connection", section.label()));
    Ok((frontend, index))
}

/// Whether the connection can be used at all: TLS, HTTP/2 and the PROXY header on both ends.
pub(crate) fn accept(walk: &mut Walk<'_, '_>, frontend: ProxyId, bind: Option<usize>) -> Result<(), Stop> {
    let config = walk.config;
    let section = config.proxy(frontend);
    let Some(line) = bind.and_then(|bind| section.binds.get(bind)) else {
        walk.connection.tls_ended = walk.connection.tls;
        return Ok(());
    };
    let site = section.statements[line.statement].site();
    let http = config.is_http(frontend);
    agree_on_h2(walk, line, http);
    let (ours, theirs) = (line.tls, walk.connection.tls);
    if http && walk.connection.proxy_header && !line.accept_proxy && !ours {
        let note = "a PROXY header arrives where none is expected: HAProxy answers 400";
        walk.step("bind", Some(site), note);
        return Err(Answer::failed(PROXY_HEADER, 400, Some(site), Page::Unparsed).into());
    }
    let refusal = if line.accept_proxy != walk.connection.proxy_header {
        Some((PROXY_HEADER, "only one of the two ends speaks the PROXY protocol"))
    } else if ours && !theirs {
        Some(("TLS", "the listener speaks TLS, the client does not"))
    } else if http && theirs && !ours {
        Some(("TLS", "the client speaks TLS, the listener does not"))
    } else if line.proto.as_deref() == Some("h2") && walk.message.http.is_some_and(|http| http != Http::V2) {
        Some(("proto h2", "the listener takes nothing but HTTP/2"))
    } else {
        None
    };
    if let Some((by, note)) = refusal {
        walk.step("bind", Some(site), note);
        return Err(Stop::Dropped { by, site: Some(site) });
    }
    if ours && line.demands_certificate {
        walk.doubt("the listener wants a certificate of the client, which it may not have".to_owned(), site);
    }
    walk.connection.tls_ended = line.tls;
    walk.connection.readable = if walk.connection.tls && !line.tls { Seen::No } else { Seen::Yes };
    Ok(())
}

/// A client that would speak HTTP/2 over TLS falls back to HTTP/1.1 where ALPN does not offer it. Without TLS
/// HAProxy takes HTTP/2 with prior knowledge on any listener of `mode http` (measured).
fn agree_on_h2(walk: &mut Walk<'_, '_>, line: &bind::Bind, http: bool) {
    let by_default = http && walk.config.version >= Version(2, 8, 0);
    if !walk.connection.tls || !line.tls || line.offers_h2(by_default) {
        return;
    }
    match walk.message.http {
        Some(Http::V10 | Http::V11) => {}
        None => walk.message.http = Some(Http::V11),
        Some(Http::V2) => {
            walk.message.http = Some(Http::V11);
            walk.message.came_over_h2 = false;
            let note = "the listener does not offer HTTP/2: the client speaks HTTP/1.1".to_owned();
            walk.step("bind", None, note);
        }
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
            .and_then(|text| crate::config::duration::parse(text).ok())
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
                        || section.acls_named(name).into_iter().flatten().any(|&index| {
                            section.acls[index].test.fetch().is_some_and(|call| reads_content(&call.name))
                        })
                }
                Asked::Anonymous(braces) => braces.test.fetch().is_some_and(|call| reads_content(&call.name)),
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
