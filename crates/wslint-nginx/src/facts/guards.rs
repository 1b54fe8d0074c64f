//! What stands before a handshake: limits, caches, and whoever is asked first.

use std::collections::HashMap;

use super::route::RouteFacts;
use crate::choices;
use crate::config::Line;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::time;
use crate::questions;
use crate::request::cache;
use crate::request::exit::Pass;
use crate::variables::template;
use wslint_model::{Known, Role};

impl RouteFacts<'_, '_> {
    pub(super) fn tell_guards(&mut self, pass: &Pass) {
        self.tell_cache(pass);
        self.tell_auth(pass);
        self.tell_request_limit(pass);
        self.tell_connection_limit(pass);
        self.tell_header_buffer();
        self.tell_modsecurity();
    }

    /// `modsecurity` is no directive of nginx's own; it is inherited like any flag.
    fn tell_modsecurity(&mut self) {
        let config = self.model.config();
        let line = config
            .outwards(self.level())
            .find_map(|(level, _)| config.deciding(level).find(|&line| config.name(line) == "modsecurity"));
        if let Some(line) = line {
            let on = config.known_arg(line, 0).is_some_and(|value| value.eq_ignore_ascii_case("on"));
            let cause = self.set_by(line);
            self.tell(&questions::MODSECURITY, on, cause);
        }
    }

    fn tell_cache(&mut self, pass: &Pass) {
        let config = self.model.config();
        let level = pass.state.level;
        let Scalar::Set(cache, _) = config.scalar(level, Directive::ProxyCache) else {
            return self.tell_default(&questions::CACHE, choices::Cache::Off);
        };
        if config.known_arg(cache, 0).is_none_or(|zone| zone == "off") {
            return self.tell_line(&questions::CACHE, choices::Cache::Off, cache);
        }
        let Some(replay) = cache::replays(self.model, pass) else {
            return self.tell_line(&questions::CACHE, choices::Cache::On, cache);
        };
        // Each request of a polling client has a query of its own, and so an answer of its own, unless the key leaves
        // the query out.
        if self.candidate().polls() {
            return match config.scalar(level, Directive::ProxyCacheKey) {
                Scalar::Set(key, _) if !self.keys_by_query(key) => {
                    self.tell_line(&questions::CACHE, choices::Cache::Shared, key)
                }
                _ => self.tell_line(&questions::CACHE, choices::Cache::On, cache),
            };
        }
        let cause =
            self.set_by(replay.line).and(config.site(cache), Role::Says("the cache is used here".to_owned()));
        let word = if replay.errors { choices::Cache::Replays } else { choices::Cache::MayReplay };
        self.tell(&questions::CACHE, word, cause);
    }

    /// Whether a `proxy_cache_key` holds the query, or what tells the sessions of it apart.
    fn keys_by_query(&self, key: Line) -> bool {
        let written = self.model.config().known_arg(key, 0).unwrap_or_default();
        template::variables(&written).iter().any(|name| {
            matches!(name.as_str(), "args" | "query_string" | "request_uri" | "arg_sid" | "is_args")
        })
    }

    fn tell_auth(&mut self, pass: &Pass) {
        let config = self.model.config();
        if let Some(auth) = self.passage.auth {
            let word = if auth.leaks { choices::Auth::SubrequestLeaks } else { choices::Auth::Subrequest };
            return self.tell_line(&questions::AUTH, word, auth.line);
        }
        match config.scalar(pass.state.level, Directive::AuthBasic) {
            Scalar::Set(line, _) if config.known_arg(line, 0).is_some_and(|realm| realm != "off") => {
                self.tell_line(&questions::AUTH, choices::Auth::Basic, line);
            }
            _ => self.tell_default(&questions::AUTH, choices::Auth::None),
        }
    }

    fn tell_request_limit(&mut self, pass: &Pass) {
        let config = self.model.config();
        let list = config.list(pass.state.level, Directive::LimitReq);
        if list.lines.is_empty() {
            return;
        }
        let zones = self.zones(Directive::LimitReqZone);
        let mut tightest: Option<(u64, u64, Line)> = None;
        for line in list.lines {
            let words = config.args(line);
            let find = |prefix: &str| {
                words.iter().find_map(|word| known_text(word)?.strip_prefix(prefix).map(str::to_owned))
            };
            let burst = find("burst=").map_or(Some(0), |burst| burst.parse::<u64>().ok());
            let zone = find("zone=").and_then(|zone| zones.get(&zone).copied());
            if let Some(zone) = zone {
                self.tell_key(zone);
            }
            let rate = zone.and_then(|zone| self.rate(zone));
            if let (Some(burst), Some(rate)) = (burst, rate)
                && tightest.is_none_or(|(other, _, _)| burst < other)
            {
                tightest = Some((burst, rate, line));
            }
        }
        if let Some((burst, rate, line)) = tightest {
            let cause = self.set_by(line);
            self.tell(&questions::REQUEST_BURST, burst, cause.clone());
            self.tell(&questions::REQUEST_RATE, rate, cause);
        }
    }

    /// The lines that define zones, by the names of these.
    fn zones(&self, directive: Directive) -> HashMap<String, Line> {
        let config = self.model.config();
        let mut zones = HashMap::new();
        for (level, _) in config.outwards(self.level()) {
            for line in config.own(level, directive) {
                for word in (0..config.arg_count(line)).filter_map(|index| config.known_arg(line, index)) {
                    let zone = word.strip_prefix("zone=").and_then(|zone| zone.split_once(':'));
                    if let Some((name, _)) = zone {
                        zones.entry(name.to_owned()).or_insert(line);
                    }
                }
            }
        }
        zones
    }

    /// The rate of a zone in requests a minute.
    fn rate(&self, zone: Line) -> Option<u64> {
        let words = self.model.config().args(zone);
        let rate = words.iter().find_map(|word| known_text(word)?.strip_prefix("rate="))?;
        if let Some(count) = rate.strip_suffix("r/s") {
            return count.parse::<u64>().ok()?.checked_mul(60);
        }
        rate.strip_suffix("r/m")?.parse().ok()
    }

    fn tell_key(&mut self, zone: Line) {
        let config = self.model.config();
        let Some(key) = config.known_arg(zone, 0) else { return };
        let names = template::variables(&key);
        let word = if names.iter().any(|name| {
            matches!(
                name.as_str(),
                "http_x_forwarded_for" | "http_x_real_ip" | "http_cf_connecting_ip" | "http_forwarded"
            )
        }) {
            choices::LimitKey::ForwardedHeader
        } else if names.iter().any(|name| name.ends_with("remote_addr")) {
            choices::LimitKey::Address
        } else {
            choices::LimitKey::Other
        };
        let cause = self.says(zone, "this is how the limit tells clients apart");
        self.tell(&questions::LIMIT_KEY, word, cause);
    }

    fn tell_connection_limit(&mut self, pass: &Pass) {
        let config = self.model.config();
        let list = config.list(pass.state.level, Directive::LimitConn);
        if list.lines.is_empty() {
            return;
        }
        let zones = self.zones(Directive::LimitConnZone);
        let mut tightest: Option<(u64, Line)> = None;
        for line in list.lines {
            let Some(zone) = config.known_arg(line, 0) else { continue };
            let Some(&zone) = zones.get(zone.as_ref()) else { continue };
            self.tell_key(zone);
            // A limit for the whole site is no limit for one client.
            let per_client = config.known_arg(zone, 0).is_some_and(|key| key.contains("remote_addr"));
            let count = config.known_arg(line, 1).and_then(|count| count.parse().ok());
            if let Some(count) = count.filter(|_| per_client)
                && tightest.is_none_or(|(other, _)| count < other)
            {
                tightest = Some((count, line));
            }
        }
        if let Some((count, line)) = tightest {
            let cause = self.set_by(line);
            self.tell(&questions::CONNECTION_LIMIT, count, cause);
        }
    }

    fn tell_header_buffer(&mut self) {
        let config = self.model.config();
        if let Scalar::Set(line, _) = config.scalar(self.level(), Directive::LargeClientHeaderBuffers)
            && let Some(size) = config.known_arg(line, 1).and_then(|size| time::bytes(&size))
        {
            let cause = self.set_by(line);
            self.tell(&questions::HEADER_BUFFER, size, cause);
        }
    }
}

fn known_text<'t>(word: &'t Known<std::borrow::Cow<'_, str>>) -> Option<&'t str> {
    match word {
        Known::Known(text) => Some(text.as_ref()),
        Known::Unknown => None,
    }
}
