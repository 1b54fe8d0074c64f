//! Polls and handshakes of one Socket.IO client: a session lives on one server, so both must come to it.

use std::borrow::Cow;

use super::cause::says;
use super::tried::Tried;
use crate::choices;
use crate::config::proxy::ProxyId;
use crate::config::server::Destination;
use crate::questions as ask;
use crate::routes::ways::Ways;
use wslint_model::way::End;
use wslint_model::{Cause, Facts, Known, Origin, Role, Site};

/// Answers the question about both transports.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    if !tried.polls() {
        return;
    }
    let (Some(polls), Some(handshakes)) = (taken(&tried.plain), taken(&tried.handshakes)) else { return };
    if polls.1 == handshakes.1 {
        if let Some((word, cause)) = by_use_server(tried, polls.1) {
            return facts.answer(&ask::TRANSPORTS, word, cause);
        }
        facts.answer(&ask::TRANSPORTS, choices::Transports::Together, Cause::nowhere(Origin::Derived));
        return;
    }
    let word = match (servers(tried, polls.1), servers(tried, handshakes.1)) {
        (Some(one), Some(other)) if one != other => choices::Transports::Apart,
        (Some(one), Some(_)) if one.len() < 2 || same_memory(tried, polls.1, handshakes.1) => {
            choices::Transports::Together
        }
        (Some(_), Some(_)) => choices::Transports::Split,
        _ => return,
    };
    let label = |backend: ProxyId| tried.config.proxy(backend).label();
    let cause = says(
        Origin::Set,
        line(tried, handshakes.0),
        format!("upgrades of Socket.IO go to `{}`", label(handshakes.1)),
    )
    .and(line(tried, polls.0), Role::Says(format!("its polls go to `{}`", label(polls.1))));
    facts.answer(&ask::TRANSPORTS, word, cause);
}

/// Whether `use-server` rules of one backend send handshakes to a server that polls do not come to, or not always.
fn by_use_server(tried: &Tried<'_, '_>, backend: ProxyId) -> Option<(choices::Transports, Cause)> {
    let section = tried.config.proxy(backend);
    let rule = section.use_servers.first()?;
    let upgrades = address(&tried.handshakes)??;
    let word = match address(&tried.plain)? {
        Some(polls) if polls == upgrades => return None,
        Some(_) => choices::Transports::Apart,
        None => choices::Transports::Split,
    };
    let line = section.statements[rule.statement].site();
    let words = format!("upgrades of Socket.IO go to {upgrades}");
    let others = Role::Says("the servers of its polls".to_owned());
    Some((word, says(Origin::Set, line, words).and(section.header.site(), others)))
}

/// The one server that all runs come to in their first hop; the inner `None` where it is one of several.
fn address(ways: &Ways) -> Option<Option<&str>> {
    let mut all = ways.iter().map(|way| match &way.first().end {
        End::Sent(connect) => match &connect.address {
            Known::Known(address) => Some(address.as_deref()),
            Known::Unknown => Some(None),
        },
        _ => None,
    });
    let first = all.next()??;
    (ways.runs.complete && all.all(|address| address == Some(first))).then_some(first)
}

/// The rule and the backend that all runs come to.
fn taken(ways: &Ways) -> Option<(Option<usize>, ProxyId)> {
    let mut all = ways.iter().map(|way| Some((way.taken.switch, way.taken.backend?)));
    let first = all.next()??;
    (ways.runs.complete && all.all(|taken| taken == Some(first))).then_some(first)
}

/// The line that leads to a backend.
fn line(tried: &Tried<'_, '_>, switch: Option<usize>) -> Site {
    let config = tried.config;
    let section = config.proxy(tried.candidate.frontend);
    match switch {
        Some(switch) => section.statements[section.switches[switch].statement].site(),
        None => config
            .setting(tried.candidate.frontend, "default_backend")
            .map_or(section.header.site(), |found| found.statement.site()),
    }
}

/// The addresses of the usable servers; `None` where one of them is hidden.
fn servers<'t>(tried: &'t Tried<'_, '_>, backend: ProxyId) -> Option<Vec<Cow<'t, str>>> {
    let mut addresses: Vec<Cow<'_, str>> = tried
        .config
        .usable(backend)
        .into_iter()
        .map(|server| server.address(Destination::default()))
        .collect::<Option<_>>()?;
    addresses.sort();
    addresses.dedup();
    (!addresses.is_empty()).then_some(addresses)
}

/// Whether the same memory, or the same arithmetic, leads a client to one server in both backends.
fn same_memory(tried: &Tried<'_, '_>, one: ProxyId, other: ProxyId) -> bool {
    let config = tried.config;
    let words = |backend: ProxyId, key: &str| {
        config
            .setting(backend, key)
            .map(|found| found.statement.words.iter().map(|word| word.text.to_string()).collect::<Vec<_>>())
    };
    // The values of a cookie name the servers in both backends.
    let cookie = |backend: ProxyId| words(backend, "cookie").and_then(|words| words.get(1).cloned());
    let values = |backend: ProxyId| {
        let servers = config.usable(backend).into_iter();
        let mut values: Vec<_> =
            servers.map(|server| (server.address(Destination::default()), server.cookie.clone())).collect();
        values.sort();
        values
    };
    if cookie(one).is_some() && cookie(one) == cookie(other) && values(one) == values(other) {
        return true;
    }
    let table = |backend: ProxyId| {
        let words = words(backend, "stick on")?;
        let named = words.iter().position(|word| word == "table").and_then(|at| words.get(at + 1).cloned());
        Some(named.unwrap_or_else(|| config.proxy(backend).name.clone()))
    };
    if table(one).is_some() && table(one) == table(other) {
        return true;
    }
    // A hash of the address picks by the place among the servers.
    let order = |backend: ProxyId| -> Vec<Option<Cow<'_, str>>> {
        config.usable(backend).into_iter().map(|server| server.address(Destination::default())).collect()
    };
    let hashed = |backend: ProxyId| {
        words(backend, "balance").filter(|words| words.get(1).is_some_and(|word| word == "source"))
    };
    hashed(one).is_some() && hashed(other).is_some() && order(one) == order(other)
}
