//! HAProxy's spellings of addresses.

use crate::rewrite::address::split_port;
use crate::rewrite::copied::Listen;

/// One spelling for an address to connect to.
pub(in super::super) fn upstream_address(written: &str) -> String {
    let bare = without_family(written);
    match bare.starts_with('/') {
        true => format!("unix:{bare}"),
        false => bare.to_ascii_lowercase(),
    }
}

/// An address without its family (`ipv4@`, `unix@`, `abns@` …; the manual's section 11).
pub(super) fn without_family(address: &str) -> &str {
    address.split_once('@').map_or(address, |(_, rest)| rest)
}

/// The listening address that one part of a `bind` says, and whether it takes TCP connections.
pub(super) fn listen(part: &str, tls: bool) -> (Listen, bool) {
    let bare = without_family(part);
    // Of a range of ports, the first one.
    let first = bare.rsplit_once('-').filter(|(_, last)| last.bytes().all(|byte| byte.is_ascii_digit()));
    let bare = first.map_or(bare, |(first, _)| first);
    let datagram = part.starts_with("quic") || part.starts_with("udp");
    match split_port(bare) {
        Some((host, port)) if !bare.starts_with('/') => {
            let host = if matches!(host, "" | "0.0.0.0") { "*" } else { host };
            (Listen { address: format!("{host}:{port}"), port: Some(port), tls }, !datagram)
        }
        _ => (Listen { address: upstream_address(part), port: None, tls }, !datagram),
    }
}
