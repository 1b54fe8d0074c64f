//! What stands before a handshake: limits, caches, and whoever is asked first.

use super::route::RouteFacts;
use crate::choices;
use crate::config::Line;
use crate::config::inherit::Scalar;
use crate::config::limits::{Connections, Requests};
use crate::config::names::Directive;
use crate::config::time;
use crate::questions;
use crate::request::cache;
use crate::request::exit::{Copied, Pass};
use crate::variables::template;
use wslint_model::Role;

impl RouteFacts<'_, '_> {
    pub(super) fn tell_guards(&mut self, pass: &Pass) {
        self.tell_cache(pass);
        self.tell_auth(pass);
        self.tell_copies();
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

    fn tell_copies(&mut self) {
        match self.passage.copied {
            Some(Copied { line, same: true }) => {
                self.tell_line(&questions::COPIES, choices::Copies::Upgrade, line)
            }
            Some(Copied { line, same: false }) => {
                self.tell_line(&questions::COPIES, choices::Copies::MayUpgrade, line);
            }
            None => self.tell_default(&questions::COPIES, choices::Copies::Harmless),
        }
    }

    fn tell_request_limit(&mut self, pass: &Pass) {
        let model = self.model;
        let place = model.config().place_of_list(pass.state.level, Directive::LimitReq);
        let Some(limit) = place.and_then(|level| model.limits().requests(level)) else { return };
        if let Some(zone) = limit.keyed {
            self.tell_key(zone);
        }
        if let Some(Requests { burst, rate, line }) = limit.tightest {
            let cause = self.set_by(line);
            self.tell(&questions::REQUEST_BURST, burst, cause.clone());
            self.tell(&questions::REQUEST_RATE, rate, cause.clone());
            self.tell(&questions::REQUEST_LIMIT, written(rate, burst), cause);
        }
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
        let model = self.model;
        let place = model.config().place_of_list(pass.state.level, Directive::LimitConn);
        let Some(limit) = place.and_then(|level| model.limits().connections(level)) else { return };
        if let Some(zone) = limit.keyed {
            self.tell_key(zone);
        }
        if let Some(Connections { count, line }) = limit.tightest {
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

/// A limit of so many requests a minute and so many beyond, as the configuration writes it.
fn written(rate: u64, burst: u64) -> String {
    let rate = match rate.is_multiple_of(60) {
        true => format!("{}r/s", rate / 60),
        false => format!("{rate}r/m"),
    };
    match burst {
        0 => format!("`rate={rate}` without `burst`"),
        _ => format!("`rate={rate}` with `burst={burst}`"),
    }
}
