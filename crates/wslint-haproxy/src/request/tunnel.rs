//! After which silence a connection is cut, and by which line (manual, section 4.2 "timeout tunnel").

use super::walk::Walk;
use crate::config::Timeout;
use crate::config::duration;
use crate::config::proxy::ProxyId;
use wslint_model::way::Idle;
use wslint_model::{Cause, Known, NEVER, Origin, Role, Site};

/// A setting that limits silence.
struct Limit {
    /// Milliseconds; `None` where it cannot be known.
    milliseconds: Option<u64>,
    /// The setting: `timeout tunnel`, `timeout client`.
    by: String,
    /// Its line.
    site: Site,
}

/// The idle limit of a hop: the tunnel timeout of the backend replaces the client's and the server's once the
/// connection is a tunnel; without it the shorter of the two cuts. A value of 0 is as good as none (measured).
pub(crate) fn idle(walk: &Walk<'_, '_>, frontend: ProxyId, backend: ProxyId) -> Idle {
    match limit(walk, frontend, backend) {
        Some(Limit { milliseconds, by, site }) => {
            let time =
                milliseconds.map_or_else(String::new, |time| format!(" of {}", duration::in_words(time)));
            let words = format!("this `{by}`{time} cuts a silent connection");
            let cause = Cause::at(Origin::Set, site, Role::Says(words));
            Idle { limit: milliseconds.into(), by: Some(by), site: Some(site), cause }
        }
        None => {
            let words = "nothing limits silence: neither the tunnel, nor client and server have a timeout";
            let header = walk.config.proxy(backend).header.site();
            let cause = Cause::at(Origin::Default(walk.config.version), header, Role::Says(words.to_owned()));
            Idle { limit: Known::Known(NEVER), by: None, site: None, cause }
        }
    }
}

fn limit(walk: &Walk<'_, '_>, frontend: ProxyId, backend: ProxyId) -> Option<Limit> {
    let config = walk.config;
    let tunnel = setting(walk, "tunnel", config.timeout(backend, "tunnel"));
    if let Some(limit) = tunnel
        && limit.milliseconds != Some(0)
    {
        return Some(limit);
    }
    let client = setting(walk, "client", config.timeout(frontend, "client"));
    let server = setting(walk, "server", config.timeout(backend, "server"));
    let mut shortest: Option<Limit> = None;
    for limit in [client, server].into_iter().flatten().filter(|limit| limit.milliseconds != Some(0)) {
        if limit.milliseconds.is_none() {
            return Some(limit);
        }
        if shortest.as_ref().is_none_or(|other| limit.milliseconds < other.milliseconds) {
            shortest = Some(limit);
        }
    }
    shortest
}

fn setting(walk: &Walk<'_, '_>, name: &str, timeout: Option<Timeout<'_, '_>>) -> Option<Limit> {
    if let Some((_, milliseconds, site)) = walk.set_timeouts.iter().find(|(set, ..)| set == name) {
        let by = format!("set-timeout {name}");
        return Some(Limit { milliseconds: *milliseconds, by, site: *site });
    }
    let timeout = timeout?;
    let site = timeout.found.statement.site();
    Some(Limit { milliseconds: timeout.milliseconds, by: format!("timeout {name}"), site })
}
