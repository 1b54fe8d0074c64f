//! Timeouts: after which silence the route's connections are cut, by which line, and what was meant instead.

use super::cause::{answer_agreed, says, set_at};
use super::tried::Tried;
use crate::choices::{self, Tunnel};
use crate::config::duration;
use crate::config::proxy::{Kind, ProxyId};
use crate::config::{Config, OLD_TIMEOUTS};
use crate::questions as ask;
use wslint_model::way::Hop;
use wslint_model::{Cause, Facts, Milliseconds, NEVER, Origin, Role, Site, Version, answer};

/// Timeouts that only a proxy that listens uses; the others belong to the backend (measured, `haproxy -c`).
const OF_FRONTENDS: [&str; 2] = ["client", "client-fin"];
const OF_BACKENDS: [&str; 6] = ["server", "server-fin", "connect", "queue", "check", "tunnel"];

/// Answers the questions about timeouts.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    silence(tried, facts);
    tunnel(tried, facts);
    long_poll(tried, facts);
    let frontend = tried.candidate.frontend;
    // Of several backends the first one with such a value tells.
    let backends = tried.backends();
    for &backend in &backends {
        if without_unit(tried.config, frontend, backend, facts) {
            break;
        }
    }
    let Some(backend) = tried.backend() else { return };
    with_suffix(tried.config, frontend, backend, facts);
    misplaced(tried.config, frontend, backend, facts);
    missing(tried.config, frontend, backend, facts);
    halves(tried, frontend, backend, facts);
}

/// After which silence the connection is cut on its whole way, and whether it is this section that cuts it.
fn silence(tried: &Tried<'_, '_>, facts: &mut Facts) {
    if !tried.handshakes.runs.complete {
        return;
    }
    answer::silence(facts, tried.arrived().map(|way| way.run), &tried.expected);
    answer::cuts_first(facts, &ask::CUTS_FIRST, tried.arrived().map(|way| way.run));
    let chained = tried.arrived().map(|way| {
        let onward = way.first().idle.as_ref().map(|idle| idle.cause.clone())?;
        Some((way.own().len() > 1, onward))
    });
    facts.answer_agreed(&ask::CHAINED, chained);
}

/// Where `timeout tunnel` stands, and whether it reaches the backend.
fn tunnel(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let states = tried.arrived().map(|way| {
        let (word, cause, _) = tunnel_state(tried, way.first(), tried.way(&way)?);
        Some((word, cause))
    });
    answer_agreed(facts, &tried.handshakes, &ask::TUNNEL, states);
    let values = tried.arrived().map(|way| {
        let (.., value) = tunnel_state(tried, way.first(), tried.way(&way)?);
        value.map(|(value, site)| (Milliseconds(value), set_at(site)))
    });
    answer_agreed(facts, &tried.handshakes, &ask::TUNNEL_TIMEOUT, values);
}

type TunnelState = (Option<Tunnel>, Cause, Option<(u64, Site)>);

fn tunnel_state(tried: &Tried<'_, '_>, hop: &Hop, backend: ProxyId) -> TunnelState {
    let config = tried.config;
    let idle = hop.idle.as_ref();
    if let Some(idle) = idle.filter(|idle| idle.by.as_deref() == Some("set-timeout tunnel")) {
        let site = idle.site.unwrap_or_else(|| config.proxy(backend).header.site());
        let value = idle.limit.as_ref().map(|time| (*time, site));
        return (Some(Tunnel::ByRule), set_at(site), value);
    }
    let header = config.proxy(backend).header.site();
    let cut_by = idle.and_then(|idle| {
        let time = *idle.limit.as_ref().filter(|time| **time != NEVER)?;
        let words = format!("instead this cuts a silent connection after {}", duration::in_words(time));
        Some((idle.site?, Role::Says(words)))
    });
    let with_cut = |cause: Cause| match cut_by.clone() {
        Some((site, role)) => cause.and(site, role),
        None => cause,
    };
    if let Some(timeout) = config.timeout(backend, "tunnel") {
        let site = timeout.found.statement.site();
        return match timeout.milliseconds {
            None => (None, Cause::at(Origin::Unknown, site, Role::SetHere), None),
            Some(0) => {
                let words = "0 is as good as no `timeout tunnel`";
                (Some(Tunnel::Zero), with_cut(says(Origin::Set, site, words)), None)
            }
            Some(time) => {
                let origin = if timeout.found.owner == backend { Role::SetHere } else { Role::Inherited };
                (Some(Tunnel::Set), Cause::at(Origin::Set, site, origin), Some((time, site)))
            }
        };
    }
    let frontend = config.proxy(tried.candidate.frontend);
    if tried.candidate.frontend != backend
        && let Some(line) = frontend.own("timeout tunnel").next_back()
    {
        let words = match frontend.kind {
            Kind::Listen => "this is for servers of this section, and the connection goes on to another one",
            _ => "HAProxy ignores this in a `frontend`",
        };
        let cause = says(Origin::Dropped, line.site(), words);
        let cause = cause.and(header, Role::Says("it has to stand in this section".to_owned()));
        return (Some(Tunnel::InFrontend), with_cut(cause), None);
    }
    if let Some((line, drops)) = lost(config, backend) {
        let cause = Cause::at(Origin::Dropped, line, Role::Lost);
        let cause = match drops {
            Some(site) => cause
                .and(site, Role::Says("each `defaults` starts anew, and this one comes after it".to_owned())),
            None => cause.and(header, Role::Says("this section stands above it".to_owned())),
        };
        return (Some(Tunnel::LostByDefaults), with_cut(cause), None);
    }
    if let Some(line) = elsewhere(config, backend) {
        let cause = says(Origin::Dropped, line, "set in a backend that no handshake comes to");
        let cause = cause.and(header, Role::Says("the handshake comes here".to_owned()));
        return (Some(Tunnel::OtherBackend), with_cut(cause), None);
    }
    let words = "neither this section nor its `defaults` set `timeout tunnel`";
    (Some(Tunnel::Unset), with_cut(says(Origin::Default(config.version), header, words)), None)
}

/// A `timeout tunnel` in a `defaults` section that the backend does not inherit from, and the `defaults` between.
fn lost(config: &Config<'_>, backend: ProxyId) -> Option<(Site, Option<Site>)> {
    let base = config.proxy(backend).base;
    let inherits = |from: ProxyId| config.lineage(backend).any(|id| id == from);
    config.tunnel_owners.iter().find_map(|&id| {
        let section = config.proxy(id);
        if section.kind != Kind::Defaults || inherits(id) {
            return None;
        }
        let line = section.own("timeout tunnel").next_back()?;
        let above = id.0 < backend.0;
        let between = base.filter(|&base| above && id < base).map(|base| config.proxy(base).header.site());
        // A `defaults` that is chosen by name is no accident.
        let chosen = config.proxy(backend).explicit_base;
        // Below the backend it may well be meant for other sections, unless nothing takes it.
        let idle = !above && config.proxies.iter().all(|section| section.base != Some(id));
        (!chosen && (between.is_some() || idle)).then(|| (line.site(), between))
    })
}

/// A `timeout tunnel` in a backend that no frontend leads to.
fn elsewhere(config: &Config<'_>, backend: ProxyId) -> Option<Site> {
    let other = config.stray_tunnel().filter(|&other| other != backend)?;
    config.proxy(other).own("timeout tunnel").next_back().map(|line| line.site())
}

/// A pending poll is a request without an answer: `timeout server` ends it with 504, whatever the tunnel says.
fn long_poll(tried: &Tried<'_, '_>, facts: &mut Facts) {
    const PING: u64 = 25_000;
    const SLACK: u64 = 5_000;
    let ping =
        tried.expected.heartbeat.as_ref().copied().flatten().map_or(PING, |heartbeat| heartbeat.silence);
    let answers = tried.polled().map(|way| {
        let timeout = tried.config.timeout(tried.way(&way)?, "server").filter(|_| way.first().http)?;
        let site = timeout.found.statement.site();
        let word = match timeout.milliseconds {
            None => return Some((None, Cause::at(Origin::Unknown, site, Role::SetHere))),
            Some(0) => choices::LongPoll::Fine,
            Some(time) if time <= ping => choices::LongPoll::Cut,
            Some(time) if time <= ping + SLACK => choices::LongPoll::Close,
            Some(_) => choices::LongPoll::Fine,
        };
        Some((Some(word), says(Origin::Set, site, "this ends a poll that waits for an event")))
    });
    answer_agreed(facts, &tried.plain, &ask::LONG_POLL, answers);
    if let Some(backend) = tried.backend()
        && let Some(timeout) = tried.config.timeout(backend, "server")
        && let Some(time) = timeout.milliseconds
    {
        facts.answer(&ask::SERVER_TIMEOUT, Milliseconds(time), set_at(timeout.found.statement.site()));
    }
}

/// Values without a unit are milliseconds: `timeout tunnel 3600` is 3.6 seconds. 5000, 50000 and their kin are the
/// classic way to write seconds, so only what is too short to be meant counts. Whether there is one.
fn without_unit(config: &Config<'_>, frontend: ProxyId, backend: ProxyId, facts: &mut Facts) -> bool {
    const SHORT: u64 = 1_000;
    let number = |name: &'static str, site: Site, text: &str| {
        let time = duration::parse(text).ok().filter(|time| !time.has_unit && time.number > 0)?;
        Some(Unitless { name, milliseconds: time.number, site })
    };
    let of = |proxy: ProxyId, name: &'static str| {
        let timeout = config.timeout(proxy, name)?;
        timeout.milliseconds?;
        number(name, timeout.found.statement.site(), timeout.found.statement.known(2)?)
    };
    let tunnel = of(backend, "tunnel");
    let hours = tunnel.filter(|tunnel| duration::is_hours_in_seconds(tunnel.milliseconds));
    let tunnel = tunnel.filter(|tunnel| tunnel.milliseconds < duration::SHORT_TUNNEL);
    let of_backend = ["server", "connect", "queue", "check"].into_iter().filter_map(|name| of(backend, name));
    let of_frontend =
        ["client", "http-request", "http-keep-alive"].into_iter().filter_map(|name| of(frontend, name));
    let stop = "hard-stop-after";
    let stop = config.global(stop).and_then(|line| number(stop, line.site(), line.known(1)?));
    let others = of_backend.chain(of_frontend).chain(stop).filter(|other| other.milliseconds < SHORT);
    let found = match (tunnel, hours) {
        (Some(tunnel), _) => Some((choices::Unitless::Tunnel, tunnel)),
        (None, Some(hours)) => Some((choices::Unitless::Hours, hours)),
        (None, None) => {
            others.min_by_key(|other| other.milliseconds).map(|other| (choices::Unitless::Other, other))
        }
    };
    let Some((word, found)) = found else { return false };
    let words = format!("without a unit this is {}", duration::in_words(found.milliseconds));
    let cause = says(Origin::Set, found.site, words);
    facts.answer(&ask::UNITLESS, word, cause.clone());
    facts.answer(&ask::UNITLESS_EFFECT, found.effect(), cause.clone());
    facts.answer(&ask::UNITLESS_TIMEOUT, Milliseconds(found.milliseconds), cause);
    true
}

/// A timeout without a unit.
#[derive(Clone, Copy)]
struct Unitless {
    name: &'static str,
    milliseconds: u64,
    site: Site,
}

impl Unitless {
    /// What it does.
    fn effect(self) -> String {
        let time = duration::in_words(self.milliseconds);
        match self.name {
            "tunnel" => format!("cuts a silent WebSocket after {time}"),
            "connect" => format!("gives a server {time} to accept a connection"),
            "queue" => format!("lets a request wait {time} for a free server"),
            "check" => format!("gives a server {time} to answer a health check"),
            "http-request" => format!("gives a client {time} to send its request"),
            "http-keep-alive" => format!("waits {time} for the next request of a connection"),
            "hard-stop-after" => format!("cuts every WebSocket {time} after a reload"),
            _ => format!("cuts a silent connection after {time}"),
        }
    }
}

/// All timeouts that the way uses: their names and lines.
fn used(config: &Config<'_>, frontend: ProxyId, backend: ProxyId) -> Vec<(&'static str, Site, String)> {
    let mut lines = Vec::new();
    for (proxy, names) in [(frontend, &OF_FRONTENDS[..]), (backend, &OF_BACKENDS[..])] {
        for &name in names {
            let Some(timeout) = config.timeout(proxy, name) else { continue };
            if timeout.found.statement.known(1) == Some(name)
                && let Some(text) = timeout.found.statement.known(2)
            {
                lines.push((name, timeout.found.statement.site(), text.to_owned()));
            }
        }
    }
    lines
}

/// What follows the first unit is ignored with a warning: `1h30m` is one hour.
fn with_suffix(config: &Config<'_>, frontend: ProxyId, backend: ProxyId, facts: &mut Facts) {
    for (_, site, text) in used(config, frontend, backend) {
        let Ok(time) = duration::parse(&text) else { continue };
        if time.junk == 0 {
            continue;
        }
        let ignored = &text[text.len() - time.junk..];
        let means_more = ignored.bytes().any(|byte| byte.is_ascii_digit());
        let word =
            if means_more { choices::TimeoutSuffix::MeaningChanged } else { choices::TimeoutSuffix::Ignored };
        let words = format!("HAProxy reads `{}` and ignores `{ignored}`", &text[..text.len() - time.junk]);
        facts.answer(&ask::TIMEOUT_SUFFIX, word, says(Origin::Set, site, words));
        if means_more {
            return;
        }
    }
}

/// Timeouts in a section that has no use for them. `timeout tunnel` in a frontend is a question of its own.
fn misplaced(config: &Config<'_>, frontend: ProxyId, backend: ProxyId, facts: &mut Facts) {
    let of_kind = |proxy: ProxyId, kind: Kind, names: &[&'static str]| {
        let section = config.proxy(proxy);
        names
            .iter()
            .filter(|name| section.kind == kind && config.may_have_timeout(name))
            .find_map(|&name| Some((name, section.own(&format!("timeout {name}")).next_back()?.site())))
    };
    let in_frontend =
        of_kind(frontend, Kind::Frontend, &["server", "server-fin", "connect", "queue", "check"]);
    let in_backend = of_kind(backend, Kind::Backend, &OF_FRONTENDS);
    // A `listen` section without servers of its own only passes on. Nothing warns of it.
    let passes_on = frontend != backend && config.proxy(frontend).servers.is_empty();
    let in_listen = of_kind(frontend, Kind::Listen, &["server", "server-fin", "connect", "queue"]);
    let in_listen = in_listen.filter(|_| passes_on);
    if let Some((name, site)) = in_frontend.or(in_backend).or(in_listen) {
        let words = match config.proxy(frontend).kind {
            Kind::Listen if in_listen.is_some() => {
                format!("`timeout {name}` is for servers of this section, and it has none")
            }
            _ => format!("HAProxy ignores `timeout {name}` here"),
        };
        facts.answer(&ask::MISPLACED_TIMEOUT, format!("timeout {name}"), says(Origin::Dropped, site, words));
    }
}

/// Without `timeout client`, `server` or `connect` dead peers are never given up.
fn missing(config: &Config<'_>, frontend: ProxyId, backend: ProxyId, facts: &mut Facts) {
    // A name that is gone is told as such, and sets it once it is written as it is called today.
    let sets = |proxy: ProxyId, name: &str| {
        let mut old = OLD_TIMEOUTS.iter().filter(|(_, today)| *today == name);
        old.any(|(old, _)| config.setting(proxy, old).is_some())
    };
    let unset = |proxy: ProxyId, name: &str| match config.timeout(proxy, name) {
        None => !sets(proxy, name),
        Some(timeout) => timeout.milliseconds == Some(0),
    };
    let mut names = Vec::new();
    let mut place = None;
    for (proxy, name) in [(frontend, "client"), (backend, "connect"), (backend, "server")] {
        if unset(proxy, name) {
            names.push(format!("timeout {name}"));
            place.get_or_insert(proxy);
        }
    }
    // In mode tcp HAProxy itself is content with the tunnel timeout alone.
    let tunnel = config.timeout(backend, "tunnel").is_some_and(|timeout| timeout.milliseconds != Some(0));
    if !config.is_http(backend) && tunnel {
        return;
    }
    if let Some(place) = place.filter(|_| config.whole) {
        let origin = Origin::Default(config.version);
        let header = |proxy: ProxyId| config.proxy(proxy).header.site();
        // Where one line would fix all sections is the place to look at.
        let cause = match config.proxy(place).base {
            Some(base) => says(origin, header(base), "these `defaults` do not set it")
                .and(header(place), Role::Says("nor does this section".to_owned())),
            None => says(origin, header(place), "this section does not set it and takes no `defaults`"),
        };
        facts.answer(&ask::MISSING_TIMEOUT, names.join(", "), cause);
    }
}

/// `option independent-streams` and the `-fin` timeouts, which treat the two directions apart.
fn halves(tried: &Tried<'_, '_>, frontend: ProxyId, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    let found = config.option(backend, "independent-streams");
    if let Some(found) = found.or_else(|| config.option(frontend, "independent-streams")) {
        facts.answer(&ask::INDEPENDENT_STREAMS, true, set_at(found.statement.site()));
    }
    let fin = [(frontend, "client-fin"), (backend, "server-fin")].into_iter().find_map(|(proxy, name)| {
        config.timeout(proxy, name).filter(|timeout| timeout.milliseconds.is_some_and(|time| time > 0))
    });
    // Until 2.8 `server-fin` ended half-closed tunnels (measured; commit 4ad1c9635).
    let without_effect = config.is_http(backend) && config.version >= Version(2, 9, 0);
    if let Some(timeout) = fin.filter(|_| without_effect) {
        facts.answer(&ask::FIN_TIMEOUT, true, set_at(timeout.found.statement.site()));
    }
}
