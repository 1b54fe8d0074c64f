//! Which backend and which server a request goes to.

use std::borrow::Cow;

use super::stop::{Answer, Stop};
use super::walk::Walk;
use crate::acl::condition::Condition;
use crate::acl::expression::Expression;
use crate::acl::test::Heads;
use crate::config::BackendKind;
use crate::config::action::Page;
use crate::config::proxy::{self, ProxyId, Switch, Target};
use crate::config::server::{KNOWS_WS, Server};
use wslint_model::way::{Connect, Protocol};
use wslint_model::{Known, Version};

impl Walk<'_, '_> {
    /// `use_backend` rules in the order of the text, then `default_backend`, then a `listen` section's own
    /// servers. The index of the rule comes first.
    pub(crate) fn switch(&mut self, frontend: ProxyId) -> Result<(Option<usize>, ProxyId), Stop> {
        let config = self.config;
        let section = config.proxy(frontend);
        for index in self.possible_switches(frontend) {
            let switch = &section.switches[index];
            let statement = &section.statements[switch.statement];
            let takes = match self.takes(frontend, switch) {
                Some(takes) => takes,
                None => self.ask_in_force(statement) && self.holds(switch.condition.as_ref(), frontend, None),
            };
            if !takes {
                continue;
            }
            let target = self.target(&switch.target, statement.word(1));
            if target.is_none() && matches!(switch.target, Target::Named(_)) {
                // A fragment leads to a backend that stands elsewhere; a whole configuration is refused.
                return Err(Stop::Unknown);
            }
            let Some(BackendKind { first: backend, count }) = target else {
                // A name that is computed and names no backend ends the search (measured).
                let note = "the computed name is no backend: `default_backend` is used".to_owned();
                self.step("use_backend", Some(statement.site()), note);
                break;
            };
            if config.is_disabled(backend) {
                if config.version >= Version(3, 3, 0) {
                    continue;
                }
                let note = format!("`{}` is disabled: 503", config.proxy(backend).label());
                self.step("use_backend", Some(statement.site()), note);
                return Err(disabled(statement.site()));
            }
            let label = config.proxy(backend).label();
            let note = match count {
                1 => format!("to `{label}`"),
                _ => format!("to `{label}`, or to one of {} like it", count - 1),
            };
            self.step("use_backend", Some(statement.site()), note);
            self.one_of_many = count > 1;
            return Ok((Some(index), backend));
        }
        if let Some((name, found)) = config.value(frontend, "default_backend") {
            let site = found.statement.site();
            let backend = name.and_then(|name| config.backend(name));
            let Some(backend) = backend else {
                return Err(Stop::Unknown);
            };
            if !config.is_disabled(backend) || config.version < Version(3, 3, 0) {
                self.step(
                    "default_backend",
                    Some(site),
                    format_args!("to `{}`", config.proxy(backend).label()),
                );
                if config.is_disabled(backend) {
                    return Err(disabled(site));
                }
                return Ok((None, backend));
            }
        }
        if section.kind == proxy::Kind::Listen {
            return Ok((None, frontend));
        }
        let site = section.header.site();
        if !config.is_http(frontend) {
            self.step("frontend", Some(site), "no backend takes the connection: it is closed");
            return Err(Stop::Dropped { by: "no backend", site: Some(site) });
        }
        self.step("frontend", Some(site), "no rule leads to a backend: 503");
        Err(Answer::failed("no backend", 503, Some(site), Page::Standard).into())
    }

    /// The way that the request would take as it stands, if it came to that: a rule, or none of them. `None` where
    /// that cannot be decided.
    pub(crate) fn would_take(&self, frontend: ProxyId) -> Option<Option<usize>> {
        let section = self.config.proxy(frontend);
        for index in self.possible_switches(frontend) {
            if self.takes(frontend, &section.switches[index])? {
                return Some(Some(index));
            }
        }
        Some(None)
    }

    /// Whether a `use_backend` rule takes the request; `None` where that cannot be decided.
    fn takes(&self, frontend: ProxyId, switch: &Switch) -> Option<bool> {
        let statement = &self.config.proxy(frontend).statements[switch.statement];
        match (self.in_force(statement), self.decided(switch.condition.as_ref(), frontend, None)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    fn target(&mut self, target: &Target, written: &str) -> Option<BackendKind> {
        let config = self.config;
        let name = match target {
            Target::Named(name) => Some(name.clone()),
            Target::Dynamic(format) => self.name_of(format),
            Target::Unknown => None,
        };
        if let Some(name) = name {
            return config.backend(&name).map(|first| BackendKind { first, count: 1 });
        }
        // The name cannot be known: every backend is possible.
        let kinds = config.backend_kinds().iter().copied();
        kinds.into_iter().find(|kind| self.guess(&format!("{written} = {}", config.proxy(kind.first).name)))
    }

    /// `use-server` rules, then the servers that are in use: one is certain, several are not.
    pub(crate) fn choose_server(&mut self, backend: ProxyId, http: bool) -> Result<Connect, Stop> {
        let config = self.config;
        let section = config.proxy(backend);
        for rule in &section.use_servers {
            if !self.holds(rule.condition.as_ref(), backend, None) {
                continue;
            }
            let name = self.name_of(&rule.server);
            if let Some(server) = section.servers.iter().find(|server| Some(&*server.name) == name.as_deref())
                && !config.is_down(backend, server)
            {
                return self.send(&[server], backend, http);
            }
        }
        if let Some(dispatch) = config.setting(backend, "dispatch")
            && section.servers.is_empty()
        {
            return Ok(self.connect(dispatch.statement.known(1).map(str::to_owned), http));
        }
        let servers = config.usable(backend);
        if servers.is_empty() {
            if config.option(backend, "transparent").is_some() {
                return Ok(self.connect(None, http));
            }
            let site = section.header.site();
            if section.statements.iter().any(|line| line.has_unknown()) && section.servers.is_empty() {
                // A template fills the servers in.
                return Ok(self.connect(None, http));
            }
            self.step("server", Some(site), "no server is in use: 503");
            return Err(match config.is_http(backend) {
                true => Answer::failed("no server", 503, Some(site), Page::Standard).into(),
                false => Stop::Dropped { by: "no server", site: Some(site) },
            });
        }
        if let Some(server) = self.by_cookie(&section.servers, backend) {
            return self.send(&[server], backend, http);
        }
        let in_order = servers.iter().all(|server| server.settings.id.is_none());
        let first = |(algorithm, _)| algorithm == Some("first");
        if in_order && config.value(backend, "balance").is_some_and(first) {
            return self.send(&servers[..1], backend, http);
        }
        self.send(&servers, backend, http)
    }

    fn send(&mut self, servers: &[&Server], backend: ProxyId, http: bool) -> Result<Connect, Stop> {
        let config = self.config;
        let section = config.proxy(backend);
        let mut addresses = servers.iter().map(|server| server.address(self.connection.destination()));
        let address = addresses.next().flatten();
        let same = !self.one_of_many && addresses.all(|other| other == address);
        let upstream = address.filter(|_| same).map(Cow::into_owned);
        let first = &servers[0];
        let site = section.statements[first.statement].site();
        match &upstream {
            None if self.one_of_many => self.step("server", Some(site), "to a server of it"),
            Some(upstream) => {
                self.step("server", Some(site), format_args!("to `{}` at {upstream}", first.name))
            }
            None => self.step("server", Some(site), format_args!("to one of {} servers", servers.len())),
        }
        let without_body = matches!(self.message.method.as_deref(), Some("GET" | "HEAD"));
        if config.is_http(backend) && without_body && servers.iter().all(|server| server.settings.redirects) {
            self.step("server", Some(site), "`redir` redirects with 302 instead of sending");
            return Err(Answer::redirect("redirect", 302, Some(site), None).into());
        }
        if let Some((Some(name), _)) = config.value(backend, "http-send-name-header") {
            let server = if servers.len() == 1 { Some(first.name.to_string()) } else { None };
            self.message.set(name, server);
        }
        if config.is_http(backend) {
            self.doubt_history(servers, backend);
            self.doubt_check(servers, backend);
        }
        let mut connect = self.connect(upstream, http);
        connect.protocol = match self.over_h2(servers, backend) {
            Some(true) => Protocol::Http2,
            None => Protocol::Either,
            Some(false) => connect.protocol,
        };
        if servers.iter().all(|server| server.settings.tls) {
            connect.tls = true;
            let sni = first.settings.sni.as_deref().and_then(Expression::parse);
            connect.sni = sni.and_then(|sni| self.sample(&sni, None).written()).filter(|sni| !sni.is_empty());
        }
        connect.proxy_header = servers.iter().any(|server| server.settings.send_proxy);
        Ok(connect)
    }

    /// A connection without any setting of a server line. TLS of the client that was not ended goes on to the server.
    fn connect(&self, address: Option<String>, http: bool) -> Connect {
        let passed_on = self.connection.tls && !self.connection.tls_ended;
        Connect {
            address: address.map_or(Known::Unknown, |address| Known::Known(Some(address))),
            tls: passed_on,
            sni: self.connection.sni.clone().filter(|_| passed_on),
            proxy_header: false,
            protocol: if http { Protocol::Http1 } else { Protocol::Raw },
        }
    }

    /// The server that the persistence cookie of the request names.
    fn by_cookie<'s>(&mut self, servers: &'s [Server], backend: ProxyId) -> Option<&'s Server> {
        let found = self.config.setting(backend, "cookie")?;
        if !self.config.is_http(backend) || self.message.open {
            return None;
        }
        let name = found.statement.known(1)?;
        let persistence = self.persistence(backend);
        if persistence == Some("ignore-persist") {
            return None;
        }
        let values: Vec<&str> = self
            .message
            .header("cookie")
            .flatten()
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.split_once('='))
            .filter(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim())
            .collect();
        let prefixed = found.statement.words.iter().any(|word| word.text == "prefix");
        servers.iter().find(|server| {
            let cookie = server.cookie.as_deref();
            let named = |value: &&str| {
                if prefixed { value.split('~').next() == cookie } else { Some(*value) == cookie }
            };
            let up = persistence == Some("force-persist") || !self.config.is_down(backend, server);
            up && cookie.is_some() && values.iter().any(named)
        })
    }

    /// The first of the `force-persist` and `ignore-persist` rules that holds: the one sends a request to the server
    /// of its cookie even if that is down, the other has the cookie ignored.
    fn persistence(&mut self, backend: ProxyId) -> Option<&'static str> {
        let config = self.config;
        let section = config.proxy(backend);
        let of_kind = |keyword| section.own(keyword).map(move |line| (line, keyword));
        let mut rules: Vec<_> = of_kind("force-persist").chain(of_kind("ignore-persist")).collect();
        rules.sort_by_key(|(line, _)| line.line);
        rules.into_iter().find_map(|(line, keyword)| {
            self.holds(Condition::find(line, 1, &mut Heads::default()).as_ref(), backend, None)
                .then_some(keyword)
        })
    }

    /// Whether the request goes to the server over HTTP/2.
    fn over_h2(&self, servers: &[&Server], backend: ProxyId) -> Option<bool> {
        let any = |test: &dyn Fn(&Server) -> bool| servers.iter().any(|server| test(server));
        if !self.config.is_http(backend) {
            return Some(false);
        }
        if self.websocket {
            let reused =
                self.config.reuses_any_connection(backend).is_some() || self.config.version < KNOWS_WS;
            return match any(&|server| server.settings.websocket_over_h2()) {
                true => Some(true),
                false
                    if reused
                        && any(&|server| server.settings.offers_h2() && server.settings.ws.is_none()) =>
                {
                    None
                }
                false => Some(false),
            };
        }
        if any(&|server| server.settings.proto.as_deref() == Some("h2")) {
            return Some(true);
        }
        if any(&|server| server.settings.offers_h2()) { None } else { Some(false) }
    }

    /// A TLS server line that offers both HTTP versions: since 3.3 handshakes and plain requests disturb each
    /// other on it, and with `http-reuse always` or L7 retries a handshake may be put on an idle HTTP/2
    /// connection (both measured).
    fn doubt_history(&mut self, servers: &[&Server], backend: ProxyId) {
        let config = self.config;
        let disturbed = |server: &&&Server| {
            let settings = &server.settings;
            let mixes = config.version >= Version(3, 3, 0) && (settings.ws.is_none() || !self.websocket);
            let reused = self.websocket
                && settings.ws.as_deref() != Some("h1")
                && config.reuses_any_connection(backend).is_some();
            let before_ws = self.websocket && config.version < KNOWS_WS;
            settings.offers_h2() && (mixes || reused || before_ws)
        };
        if let Some(server) = servers.iter().find(disturbed) {
            let site = config.proxy(backend).statements[server.statement].site();
            let words = match config.version < KNOWS_WS {
                true => "it depends on the server whether it is sent over HTTP/1.1 or HTTP/2",
                false => "it depends on the requests before whether it is sent over HTTP/1.1 or HTTP/2",
            };
            self.doubt(words.to_owned(), site);
        }
    }

    /// The bare `option httpchk` asks for `/`, which a server of WebSockets only answers with 426: then all
    /// servers are down (measured). What the servers answer is not known.
    fn doubt_check(&mut self, servers: &[&Server], backend: ProxyId) {
        let Some(check) = self.config.option(backend, "httpchk") else { return };
        let expects = self.config.setting(backend, "http-check expect").is_some();
        let words = &check.statement.words;
        let legacy = words.iter().any(|word| word.text.contains("\\r\\n") || word.text.contains("\r\n"));
        let bare = words.len() <= 2 && !expects || legacy;
        let socketio =
            words.iter().any(|word| word.text.starts_with("/socket.io") && !word.text.contains("EIO="));
        if (bare || socketio && !expects) && servers.iter().all(|server| server.settings.check) {
            let words = "a server of WebSockets may fail the health check, and then no server is in use";
            self.doubt(words.to_owned(), check.statement.site());
        }
    }
}

fn disabled(site: wslint_model::Site) -> Stop {
    Answer::failed("disabled backend", 503, Some(site), Page::Standard).into()
}
