//! Several servers behind a route: whether all requests of one client reach the same one.

use super::route::RouteFacts;
use crate::choices;
use crate::config::Line;
use crate::config::names::Directive;
use crate::config::upstream::{Member, Method, Pool};
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header::MODERN_DEFAULTS;
use crate::variables::template;
use wslint_model::{Cause, Known, Mark, Origin, Role};

/// Variables that are the same for all requests of one client.
const STABLE: [&str; 6] = [
    "remote_addr",
    "binary_remote_addr",
    "realip_remote_addr",
    "proxy_protocol_addr",
    "ssl_client_s_dn",
    "remote_user",
];
/// Variables that are the same for each request of every client: they choose one server for all.
const CONSTANT: [&str; 5] = ["host", "http_host", "server_name", "server_port", "scheme"];

impl RouteFacts<'_, '_> {
    pub(super) fn tell_balance(&mut self, pass: &Pass) {
        self.tell_split(pass);
        let model = self.model;
        let name = pass.pool.as_ref().and_then(Option::as_deref);
        let Some(pool) = name.and_then(|name| model.pool(name)) else {
            if let Known::Known(Some(address)) = &pass.upstream {
                let cause = self.says(pass.line, "the request is passed on here");
                self.tell(&questions::UPSTREAM, address.clone(), cause);
            }
            return;
        };
        let keepalive = pool.keepalive.is_some() || self.model.version() >= MODERN_DEFAULTS;
        let site = self.model.config().site(pool.keepalive.unwrap_or(pool.line));
        let cause =
            Cause::at(Origin::Set, site, Role::Says("keeps connections to the servers open".to_owned()));
        self.tell(&questions::UPSTREAM_KEEPALIVE, keepalive, cause);
        if pool.open || pool.active.contains(&Known::Unknown) {
            return;
        }
        self.tell_pool(pool);
    }

    /// Answers for the servers of an upstream.
    pub(super) fn tell_pool(&mut self, pool: &Pool) {
        // Backups take over where nothing else is left.
        let count = if pool.active.is_empty() { pool.backups() } else { pool.active.len() };
        let config = self.model.config();
        let upstream = config.site(pool.line);
        let words = |count: usize| Role::Says(format!("{count} servers share the requests"));
        let cause = Cause::at(Origin::Derived, upstream, words(count));
        self.tell(&questions::SERVERS, count as u64, cause.clone());
        self.tell_addresses(pool);
        self.tell_details(pool);
        let method = pool.method_line.map(|line| self.says(line, "this chooses the server"));
        let with_pool = |cause: Cause| cause.and(upstream, words(count));
        if count <= 1 {
            return self.tell(&questions::AFFINITY, choices::Affinity::Single, cause);
        }
        match &pool.method {
            Method::IpHash | Method::Sticky => {
                self.tell(&questions::AFFINITY, choices::Affinity::Sticky, method.unwrap_or(cause));
            }
            Method::RoundRobin | Method::LeastConn | Method::Random => {
                // A client's requests go to whatever server comes next.
                let mut cause = method.map_or(cause, with_pool);
                // The upstream's own line comes first: that is where a better method is missing.
                cause.marks.sort_by_key(|mark| mark.site != upstream);
                self.tell(&questions::AFFINITY, choices::Affinity::None, cause);
            }
            Method::Unknown => self.tell(&questions::AFFINITY, Known::Unknown, cause),
            Method::Hash { key, .. } => {
                let cause = with_pool(method.unwrap_or(cause));
                self.tell(&questions::STICKY_KEY, key.clone(), cause.clone());
                let value = match self.stability(key) {
                    Some(true) => Some(choices::Affinity::Sticky),
                    Some(false) => Some(choices::Affinity::UnstableKey),
                    None => None,
                };
                self.tell(&questions::AFFINITY, value, cause);
            }
        }
    }

    /// Answers to which servers requests go, in an order of their own: that of the lines says nothing of a client.
    fn tell_addresses(&mut self, pool: &Pool) {
        let takes = |member: &&Member| match pool.active.is_empty() {
            true => member.backup && !member.down,
            false => member.is_active(),
        };
        let mut members: Vec<(&str, Line)> = Vec::new();
        for member in pool.members.iter().filter(takes) {
            let Known::Known(address) = &member.address else { return };
            members.push((address, member.line));
        }
        members.sort_by_key(|(address, _)| *address);
        members.dedup_by_key(|(address, _)| *address);
        let addresses: Vec<&str> = members.iter().map(|(address, _)| *address).collect();
        let config = self.model.config();
        let marks = members.iter().map(|&(_, line)| Mark { site: config.site(line), role: Role::SetHere });
        let cause = Cause { origin: Origin::Set, marks: marks.collect() };
        self.tell(&questions::UPSTREAM, addresses.join(", "), cause);
    }

    /// Whether a key is the same for all requests of one client; `None` if it cannot be told.
    fn stability(&self, key: &str) -> Option<bool> {
        let mut names = template::variables(key);
        if let [name] = names.as_slice()
            && let Some(table) = self.model.tables().of(name)
        {
            // A table over a stable source is stable itself.
            names = template::variables(&self.model.config().known_arg(table.line, 0)?);
        }
        let mut stable = false;
        for name in &names {
            if STABLE.contains(&name.as_str()) {
                stable = true;
            } else if !CONSTANT.contains(&name.as_str()) {
                let per_request = matches!(
                    name.as_str(),
                    "remote_port"
                        | "request_uri"
                        | "uri"
                        | "args"
                        | "query_string"
                        | "request_id"
                        | "msec"
                        | "connection"
                        // Engine.IO counts or changes these with every request; others are the application's own.
                        | "arg_sid"
                        | "arg_t"
                        | "arg_transport"
                ) || name == "cookie_io"
                    || name == "http_x_forwarded_for";
                return if per_request { Some(false) } else { None };
            }
        }
        // A key that is the same for everyone sends everyone to one server, which is sticky indeed.
        (stable || !names.is_empty()).then_some(true)
    }

    /// `split_clients` over something that differs with every request.
    fn tell_split(&mut self, pass: &Pass) {
        let config = self.model.config();
        if pass.directive != Directive::ProxyPass || matches!(pass.pool, Known::Known(Some(_))) {
            return;
        }
        let written = config.known_arg(pass.line, 0).unwrap_or_default();
        for name in template::variables(&written) {
            let Some(table) = self.model.tables().of(&name) else { continue };
            let split = table.line.name == Some(Directive::SplitClients);
            let Some(source) = config.known_arg(table.line, 0).filter(|_| split) else { continue };
            if self.stability(&source) == Some(false) {
                let cause = self.says(table.line, "this picks another server for every request");
                self.tell(&questions::SERVERS, 2, cause.clone());
                self.tell(&questions::AFFINITY, choices::Affinity::None, cause);
            }
        }
    }
}
