//! What HAProxy itself does to requests in `mode http`, beside the rules: what it refuses while it parses, what it
//! answers itself, and what it writes when a request leaves.

use super::stop::{Answer, Stop};
use super::walk::Walk;
use crate::acl::condition::Condition;
use crate::acl::message::Message;
use crate::acl::test::Heads;
use crate::config::action::{Page, Stage};
use crate::config::proxy::ProxyId;
use wslint_model::way::{Damage, Flaw, Http, holds_token};
use wslint_model::{Cause, Origin, Version};

impl Walk<'_, '_> {
    /// What HAProxy checks while it parses the head of a request in `mode http`.
    pub(crate) fn read_http(&mut self, proxy: ProxyId) -> Option<Stop> {
        let version = self.config.version;
        self.message.parse_http(version, self.connection.tls_ended);
        if let Some(stop) = self.too_large() {
            return Some(stop);
        }
        // Since 2.4 HAProxy itself refuses a handshake without a key (measured).
        let lacks_key = self.message.first_header("sec-websocket-key").is_none();
        if version >= Version(2, 4, 0)
            && self.message.http != Some(Http::V2)
            && lacks_key
            && self.message.asks_for_websocket() == Some(true)
        {
            self.step("frontend", None, "the handshake has no `Sec-WebSocket-Key`: HAProxy answers 400");
            return Some(Answer::failed("missing key", 400, None, Page::Unparsed).into());
        }
        let refuses_connect = version >= Version(3, 3, 0)
            && self.message.came_over_h2
            && self.websocket
            && self.config.global("h2-workaround-bogus-websocket-clients").is_some();
        if refuses_connect {
            let site = self.config.global("h2-workaround-bogus-websocket-clients").map(|line| line.site());
            self.step("global", site, "WebSockets over HTTP/2 are turned off: the stream is reset");
            return Some(Stop::Dropped { by: "h2 workaround", site });
        }
        let monitor = self.config.value(proxy, "monitor-uri");
        if let Some((uri, found)) = monitor
            && self.config.proxy(proxy).kind.is_frontend()
        {
            let site = found.statement.site();
            let hit = match (uri, self.message.uri()) {
                (Some(uri), Some(asked)) => uri == asked,
                _ => self.guess(&found.statement.shown(..)),
            };
            if hit {
                let status = if self.monitor_fails(proxy) { 503 } else { 200 };
                self.step("monitor-uri", Some(site), format_args!("HAProxy answers {status} itself"));
                return Some(Answer::fixed("monitor-uri", Some(status), Some(site)).into());
            }
        }
        None
    }

    /// Whether a `monitor fail` condition holds.
    fn monitor_fails(&mut self, proxy: ProxyId) -> bool {
        let config = self.config;
        config.proxy(proxy).own("monitor").any(|line| {
            let condition = Condition::find(line, 2, &mut Heads::default());
            line.word(1) == "fail" && condition.is_some() && self.holds(condition.as_ref(), proxy, None)
        })
    }

    /// The head must fit into a buffer with some room for rewriting (`tune.bufsize`, `tune.maxrewrite`), and
    /// there may be 101 header lines (`tune.http.maxhdr`).
    fn too_large(&mut self) -> Option<Stop> {
        let number = |keyword, default| self.config.global_number(keyword).unwrap_or(default);
        let buffer = number("tune.bufsize", 16_384);
        let room = buffer.saturating_sub(number("tune.maxrewrite", 1_024));
        let most_headers = number("tune.http.maxhdr", 101);
        let length = |text: &str| text.len() as u64;
        let head = self.message.target().as_deref().map_or(0, length)
            + self
                .message
                .headers
                .iter()
                .map(|header| length(&header.name) + header.value.as_deref().map_or(0, length) + 4)
                .sum::<u64>();
        // Beside what is given, a browser sends some 500 bytes of its own: `User-Agent`, `Accept-Language` …
        let margin = 500;
        if self.message.headers.len() as u64 > most_headers {
            self.step("frontend", None, format_args!("more than {most_headers} header lines"));
            return Some(Answer::failed("too many headers", 400, None, Page::Unparsed).into());
        }
        if head + margin <= room {
            return None;
        }
        let status = match self.config.version {
            version if version < Version(3, 2, 0) => 400,
            version if version < Version(3, 3, 0) && head > buffer => 414,
            _ => 431,
        };
        self.step("frontend", None, format_args!("the head of the request exceeds {room} bytes"));
        Some(Answer::failed("too large", status, None, Page::Unparsed).into())
    }

    /// HTTP rules, statistics and redirects of one proxy.
    pub(crate) fn http_lists(&mut self, proxy: ProxyId) -> Option<Stop> {
        if let Some(stop) = self.stage(proxy, Stage::HttpRequest) {
            return Some(stop);
        }
        if let Some(stop) = self.statistics(proxy) {
            return Some(stop);
        }
        self.stage(proxy, Stage::Redirect)
    }

    /// `stats uri` is a prefix of the request target (manual, section 4.2 "stats uri").
    fn statistics(&mut self, proxy: ProxyId) -> Option<Stop> {
        let enabling = ["stats enable", "stats uri", "stats auth", "stats admin", "stats realm"];
        let enabled = enabling.iter().find_map(|key| self.config.setting(proxy, key))?;
        let uri = self.config.setting(proxy, "stats uri");
        let site = uri.unwrap_or(enabled).statement.site();
        let prefix = match uri {
            Some(found) => found.statement.known(2).map(str::to_owned),
            None => Some("/haproxy?stats".to_owned()),
        };
        let hit = match (prefix, self.message.uri()) {
            (Some(prefix), Some(asked)) => asked.starts_with(&prefix),
            _ => self.guess(&uri.unwrap_or(enabled).statement.shown(..)),
        };
        if !hit {
            return None;
        }
        let auth = self.config.setting(proxy, "stats auth").is_some();
        let status = match self.message.method.as_deref() {
            _ if auth && self.message.first_header("authorization").is_none() => 401,
            Some("POST") => 303,
            _ => 200,
        };
        self.step("stats", Some(site), format_args!("the statistics page answers {status}"));
        Some(Answer::fixed("stats", Some(status), Some(site)).into())
    }

    /// A rule put `Upgrade` into a plain request: HAProxy adds a key of its own, and a server that takes
    /// WebSockets answers 101, which HAProxy turns into 502 because the client asked for none (measured ≥ 2.4).
    pub(crate) fn forced_upgrade(&mut self) -> Option<Answer> {
        if self.websocket || self.message.asks_for_websocket() != Some(true) {
            return None;
        }
        if self.config.version < Version(2, 4, 0) {
            return None;
        }
        let site = self.message.site_of("upgrade");
        self.step("http-request", site, "the plain request is sent as a handshake: 502");
        Some(Answer::fixed("forced upgrade", Some(502), site))
    }

    /// `option forwardfor` tells the server the address of the client, which is not known here.
    fn add_forwarded_for(&mut self, frontend: ProxyId, backend: ProxyId) {
        let options = [backend, frontend].map(|section| self.config.option(section, "forwardfor"));
        let Some(option) = options.into_iter().flatten().next() else { return };
        let words = &option.statement.words;
        let named = words.iter().position(|word| word.text == "header").and_then(|at| words.get(at + 1));
        let name = named.map_or("x-forwarded-for", |word| word.text);
        let only_if_none = words.iter().any(|word| word.text == "if-none");
        if !(only_if_none && self.message.first_header(name).is_some()) {
            let client = self.connection.client.map(|client| client.to_string());
            self.message.add(name, client);
        }
    }

    /// What leaves HAProxy: `keep-alive` and `close` never stand in `Connection`, and `close` is added to a plain
    /// request where the connection mode closes the server's side, unless a rule sets `keep-alive` (measured; mux_h1.c).
    pub(crate) fn send_http(&mut self, frontend: ProxyId, backend: ProxyId) {
        let names = |message: &Message, wanted: &str| {
            message.joined("connection").flatten().is_some_and(|value| holds_token(&value, wanted))
        };
        let asked_to_close = names(&self.message, "close");
        // Only a rule can have put it there.
        let asked_to_stay = names(&self.message, "keep-alive");
        self.message.strip_connection(&["keep-alive", "close"]);
        if self.message.http == Some(Http::V2) {
            self.message.http = Some(Http::V11);
        }
        let mode = |proxy| self.config.connection_mode(proxy).map(|found| found.statement.word(1).to_owned());
        let (front, back) = (mode(frontend), mode(backend));
        let closes =
            |mode: &Option<String>, names: &[&str]| mode.as_deref().is_some_and(|mode| names.contains(&mode));
        let before_2_8 = self.config.version < Version(2, 8, 0);
        let closed = closes(&back, &["http-server-close", "httpclose"])
            || closes(&front, &["http-server-close"])
            || before_2_8 && closes(&front, &["httpclose"]);
        let names_upgrade = names(&self.message, "upgrade");
        let pretends = self.config.option(backend, "http-pretend-keepalive").is_some();
        if (asked_to_close || closed && !pretends && !asked_to_stay) && !names_upgrade {
            self.message.add("connection", Some("close".to_owned()));
        }
        self.add_forwarded_for(frontend, backend);
        self.add_key();
    }

    /// Since 2.4 HAProxy puts a key of its own into a handshake without one (measured): the server's answer does not fit
    /// the one that a rule took away. A client of HTTP/2 has none.
    fn add_key(&mut self) {
        const KEY: &str = "Sec-WebSocket-Key";
        let lacks_key = self.message.first_header(KEY).is_none();
        let asks = self.message.asks_for_websocket() != Some(false);
        if self.config.version < Version(2, 4, 0) || !self.websocket || !lacks_key || !asks {
            return;
        }
        self.message.add(KEY, None);
        if !self.message.came_over_h2 {
            let damage = Damage { header: "Sec-WebSocket-Accept", flaw: Flaw::Foreign, for_all: true };
            let site = self.message.site_of("sec-websocket-key");
            let cause = site.map_or(Cause::nowhere(Origin::Default(self.config.version)), super::set_at);
            self.reply.damage.push((damage, cause));
        }
    }
}
