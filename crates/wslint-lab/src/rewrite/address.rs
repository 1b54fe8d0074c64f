//! Addresses as both proxies write them.

use super::copied::Listen;

/// The listening address of the same configuration that an address to connect to leads to.
pub(super) fn is_own(upstream: &str, listens: &[Listen]) -> Option<String> {
    let leads_to = |listen: &&Listen| match (split_port(upstream), split_port(&listen.address)) {
        (Some((host, port)), Some((on, listening))) => {
            let local = matches!(host, "127.0.0.1" | "localhost" | "[::1]" | "0.0.0.0");
            port == listening && (host == on || local && is_any(on))
        }
        _ => upstream == listen.address,
    };
    listens.iter().find(leads_to).map(|listen| listen.address.clone())
}

/// Whether a listening host covers loopback.
pub(super) fn is_any(host: &str) -> bool {
    matches!(host, "*" | "" | "0.0.0.0" | "[::]" | "::" | "localhost" | "127.0.0.1")
}

/// `host:port` in two.
pub(super) fn split_port(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    Some((host, port.parse().ok()?))
}
