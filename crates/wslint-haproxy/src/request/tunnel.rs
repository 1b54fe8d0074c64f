//! After which silence a connection is cut, and by which line (manual, section 4.2 "timeout tunnel").

use super::walk::Walk;
use crate::config::Timeout;
use crate::config::duration;
use crate::config::proxy::ProxyId;
use wslint_model::way::Idle;
use wslint_model::{Cause, Known, NEVER, Origin, Role, Site, shortened};

/// A setting that limits silence.
struct Limit {
    /// Milliseconds; `None` where it cannot be known.
    milliseconds: Option<u64>,
    /// Whether another setting, which is hidden, may cut sooner.
    at_most: bool,
    /// The setting: `timeout tunnel`, `timeout client`.
    by: String,
    /// Its line.
    site: Site,
    /// What it is if nobody fills the placeholder in.
    by_default: Option<String>,
}

/// The idle limit of a hop: the tunnel timeout of the backend replaces the client's and the server's once the
/// connection is a tunnel; without it the shorter of the two cuts. A value of 0 is as good as none (measured).
pub(crate) fn idle(walk: &Walk<'_, '_>, frontend: ProxyId, backend: ProxyId) -> Idle {
    match limit(walk, frontend, backend) {
        Some(Limit { milliseconds, at_most, by, site, by_default }) => {
            let time =
                milliseconds.map_or_else(String::new, |time| format!(" of {}", duration::in_words(time)));
            let unless = by_default.map_or_else(String::new, |text| {
                format!(", `{}` unless another value is given", shortened(&text))
            });
            let words = format!("this `{by}`{time} cuts a silent connection{unless}");
            let cause = Cause::at(Origin::Set, site, Role::Says(words));
            let (limit, longest) = if at_most { (None, milliseconds) } else { (milliseconds, None) };
            Idle { limit: limit.into(), longest, by: Some(by), site: Some(site), cause }
        }
        None => {
            let words = "nothing limits silence: neither the tunnel, nor client and server have a timeout";
            let header = walk.config.proxy(backend).header.site();
            let cause = Cause::at(Origin::Default(walk.config.version), header, Role::Says(words.to_owned()));
            Idle { limit: Known::Known(NEVER), longest: None, by: None, site: None, cause }
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
    let set = [client, server].into_iter().flatten().filter(|limit| limit.milliseconds != Some(0));
    // Beside one that is hidden the other is the longest that it can last.
    let (certain, hidden): (Vec<Limit>, Vec<Limit>) = set.partition(|limit| limit.milliseconds.is_some());
    let at_most = !hidden.is_empty();
    let shortest = certain.into_iter().min_by_key(|limit| limit.milliseconds);
    shortest.map(|limit| Limit { at_most, ..limit }).or(hidden.into_iter().next())
}

fn setting(walk: &Walk<'_, '_>, name: &str, timeout: Option<Timeout<'_, '_>>) -> Option<Limit> {
    if let Some((_, milliseconds, site)) = walk.set_timeouts.iter().find(|(set, ..)| set == name) {
        let by = format!("set-timeout {name}");
        return Some(Limit {
            milliseconds: *milliseconds,
            at_most: false,
            by,
            site: *site,
            by_default: None,
        });
    }
    let timeout = timeout?;
    let statement = timeout.found.statement;
    let by_default = statement.words.get(2).and_then(|word| word.by_default).map(str::to_owned);
    let by = format!("timeout {name}");
    Some(Limit { milliseconds: timeout.milliseconds, at_most: false, by, site: statement.site(), by_default })
}
