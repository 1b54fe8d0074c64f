//! After which silence a connection is cut, and by which line (manual, section 4.2 "timeout tunnel").

use super::journey::Limit;
use super::walk::Walk;
use crate::config::Timeout;
use crate::config::proxy::ProxyId;
use wslint_model::NEVER;

/// The idle limit of one hop: the tunnel timeout of the backend replaces the client's and the server's once the
/// connection is a tunnel; without it the shorter of the two cuts. A value of 0 is as good as none (measured).
pub(crate) fn limit(walk: &Walk<'_, '_>, frontend: ProxyId, backend: ProxyId) -> Limit {
    let config = walk.config;
    let tunnel = setting(walk, "tunnel", config.timeout(backend, "tunnel"));
    if let Some(limit) = tunnel
        && limit.milliseconds != Some(0)
    {
        return limit;
    }
    let client = setting(walk, "client", config.timeout(frontend, "client"));
    let server = setting(walk, "server", config.timeout(backend, "server"));
    let mut shortest: Option<Limit> = None;
    for limit in [client, server].into_iter().flatten().filter(|limit| limit.milliseconds != Some(0)) {
        if limit.milliseconds.is_none() {
            return limit;
        }
        if shortest.as_ref().is_none_or(|other| limit.milliseconds < other.milliseconds) {
            shortest = Some(limit);
        }
    }
    shortest.unwrap_or(Limit { milliseconds: Some(NEVER), by: None, site: None })
}

fn setting(walk: &Walk<'_, '_>, name: &str, timeout: Option<Timeout<'_, '_>>) -> Option<Limit> {
    if let Some((_, milliseconds, site)) = walk.set_timeouts.iter().find(|(set, ..)| set == name) {
        let by = Some(format!("set-timeout {name}"));
        return Some(Limit { milliseconds: *milliseconds, by, site: Some(*site) });
    }
    let timeout = timeout?;
    let site = Some(timeout.found.statement.site());
    Some(Limit { milliseconds: timeout.milliseconds, by: Some(format!("timeout {name}")), site })
}
