//! `limit_req` and `limit_conn`: what the lines of a level come to, read once for all locations that inherit them.

use std::collections::HashMap;

use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use wslint_model::Known;

/// The limits of the levels that have lines of their own.
#[derive(Debug)]
pub(crate) struct Limits {
    requests: HashMap<ContextId, Limit<Requests>>,
    connections: HashMap<ContextId, Limit<Connections>>,
}

/// What the lines of a level come to.
#[derive(Debug)]
pub(crate) struct Limit<T> {
    /// The zone whose key tells clients apart: that of the last line.
    pub(crate) keyed: Option<Line>,
    /// The line that allows the least, where all about it is known.
    pub(crate) tightest: Option<T>,
}

/// What a `limit_req` allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests {
    /// How many requests may come at once beyond the rate.
    pub(crate) burst: u64,
    /// Requests a minute.
    pub(crate) rate: u64,
    /// The line.
    pub(crate) line: Line,
}

/// What a `limit_conn` allows one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connections {
    /// How many at once.
    pub(crate) count: u64,
    /// The line.
    pub(crate) line: Line,
}

impl Limits {
    /// Reads the lines of all levels.
    pub(crate) fn of(config: &Config<'_>) -> Self {
        let having = |name: Directive| {
            let levels = config.contexts().map(|(level, _)| level);
            levels.filter(move |&level| config.has(level, name))
        };
        let zones = Zones::of(config, Directive::LimitReqZone);
        let requests = having(Directive::LimitReq).map(|level| (level, requests(config, &zones, level)));
        let requests = requests.collect();
        let zones = Zones::of(config, Directive::LimitConnZone);
        let connections =
            having(Directive::LimitConn).map(|level| (level, connections(config, &zones, level)));
        Self { requests, connections: connections.collect() }
    }

    /// What the `limit_req` lines of a level come to.
    pub(crate) fn requests(&self, level: ContextId) -> Option<&Limit<Requests>> {
        self.requests.get(&level)
    }

    /// What the `limit_conn` lines of a level come to.
    pub(crate) fn connections(&self, level: ContextId) -> Option<&Limit<Connections>> {
        self.connections.get(&level)
    }
}

fn requests(config: &Config<'_>, zones: &Zones, level: ContextId) -> Limit<Requests> {
    let mut limit = Limit { keyed: None, tightest: None::<Requests> };
    for line in config.own(level, Directive::LimitReq) {
        let words: Vec<_> = config.args(line).into_iter().filter_map(Known::known).collect();
        let find = |prefix: &str| words.iter().find_map(|word| word.strip_prefix(prefix));
        let burst = find("burst=").map_or(Some(0), |burst| burst.parse::<u64>().ok());
        let zone = find("zone=").and_then(|zone| zones.find(config, level, zone));
        limit.keyed = zone.filter(|&zone| config.known_arg(zone, 0).is_some()).or(limit.keyed);
        let rate = zone.and_then(|zone| rate(config, zone));
        if let (Some(burst), Some(rate)) = (burst, rate)
            && limit.tightest.is_none_or(|other| burst < other.burst)
        {
            limit.tightest = Some(Requests { burst, rate, line });
        }
    }
    limit
}

fn connections(config: &Config<'_>, zones: &Zones, level: ContextId) -> Limit<Connections> {
    let mut limit = Limit { keyed: None, tightest: None::<Connections> };
    for line in config.own(level, Directive::LimitConn) {
        let zone = config.known_arg(line, 0).and_then(|zone| zones.find(config, level, &zone));
        let Some(zone) = zone else { continue };
        let key = config.known_arg(zone, 0);
        limit.keyed = key.as_ref().map(|_| zone).or(limit.keyed);
        // A limit for the whole site is no limit for one client.
        let per_client = key.is_some_and(|key| key.contains("remote_addr"));
        let count = config.known_arg(line, 1).and_then(|count| count.parse().ok());
        if let Some(count) = count.filter(|_| per_client)
            && limit.tightest.is_none_or(|other| count < other.count)
        {
            limit.tightest = Some(Connections { count, line });
        }
    }
    limit
}

/// The rate of a zone in requests a minute.
fn rate(config: &Config<'_>, zone: Line) -> Option<u64> {
    let words: Vec<_> = config.args(zone).into_iter().filter_map(Known::known).collect();
    let rate = words.iter().find_map(|word| word.strip_prefix("rate="))?;
    if let Some(count) = rate.strip_suffix("r/s") {
        return count.parse::<u64>().ok()?.checked_mul(60);
    }
    rate.strip_suffix("r/m")?.parse().ok()
}

/// The lines that define zones, by the levels that they stand at and the names of the zones.
struct Zones(HashMap<ContextId, HashMap<String, Line>>);

impl Zones {
    fn of(config: &Config<'_>, directive: Directive) -> Self {
        let mut levels: HashMap<_, HashMap<_, _>> = HashMap::new();
        for (level, _) in config.contexts() {
            for line in config.own(level, directive) {
                for word in config.args(line).into_iter().filter_map(Known::known) {
                    let zone = word.strip_prefix("zone=").and_then(|zone| zone.split_once(':'));
                    if let Some((name, _)) = zone {
                        levels.entry(level).or_default().entry(name.to_owned()).or_insert(line);
                    }
                }
            }
        }
        Self(levels)
    }

    /// The zone of a name as a level sees it.
    fn find(&self, config: &Config<'_>, from: ContextId, name: &str) -> Option<Line> {
        config.outwards(from).find_map(|(level, _)| self.0.get(&level)?.get(name).copied())
    }
}
