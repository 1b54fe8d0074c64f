//! Which backend and which server a request goes to.

use super::journey::{End, Hop, answered, failed};
use super::listeners;
use super::walk::Walk;
use crate::haproxy::acl::condition::Condition;
use crate::haproxy::config::action::Page;
use crate::haproxy::config::proxy;
use crate::haproxy::config::proxy::{ProxyId, Target};
use crate::haproxy::config::server::Server;
use crate::version::Version;

impl Walk<'_, '_> {
    /// `use_backend` rules in the order of the text, then `default_backend`, then a `listen` section's own
    /// servers.
    pub(crate) fn switch(&mut self, frontend: ProxyId, hop: &mut Hop) -> Result<ProxyId, End> {
        let config = self.config;
        let section = config.proxy(frontend);
        for (index, switch) in section.switches.iter().enumerate() {
            let statement = &section.statements[switch.statement];
            if statement.undecided && !self.guess(&format!("line {}", statement.line.0)) {
                continue;
            }
            if !self.holds(switch.condition.as_ref(), frontend, None) {
                continue;
            }
            let target = self.target(&switch.target, statement.word(1));
            if target.is_none() && matches!(switch.target, Target::Named(_)) {
                // A fragment leads to a backend that stands elsewhere; a whole configuration is refused.
                return Err(End::Foreign);
            }
            let Some(backend) = target else {
                // A name that is computed and names no backend ends the search (measured).
                let note = "the computed name is no backend: `default_backend` is used".to_owned();
                self.step("use_backend", Some(statement.site()), note);
                break;
            };
            if listeners::is_disabled(self, backend) {
                if config.version >= Version(3, 3, 0) {
                    continue;
                }
                let note = format!("`{}` is disabled: 503", config.proxy(backend).label());
                self.step("use_backend", Some(statement.site()), note);
                return Err(failed("disabled backend", 503, Some(statement.site()), Page::Standard));
            }
            hop.switch = Some(index);
            self.step(
                "use_backend",
                Some(statement.site()),
                format!("to `{}`", config.proxy(backend).label()),
            );
            return Ok(backend);
        }
        if let Some((name, found)) = config.value(frontend, "default_backend") {
            let site = found.statement.site();
            let backend = name.and_then(|name| config.backend(name));
            let Some(backend) = backend else {
                return Err(End::Foreign);
            };
            if !listeners::is_disabled(self, backend) || config.version < Version(3, 3, 0) {
                self.step("default_backend", Some(site), format!("to `{}`", config.proxy(backend).label()));
                if listeners::is_disabled(self, backend) {
                    return Err(failed("disabled backend", 503, Some(site), Page::Standard));
                }
                return Ok(backend);
            }
        }
        if section.kind == proxy::Kind::Listen {
            return Ok(frontend);
        }
        let site = section.header.site();
        if !config.is_http(frontend) {
            self.step("frontend", Some(site), "no backend takes the connection: it is closed".to_owned());
            return Err(End::Dropped { keyword: "no backend", site: Some(site) });
        }
        self.step("frontend", Some(site), "no rule leads to a backend: 503".to_owned());
        Err(failed("no backend", 503, Some(site), Page::Standard))
    }

    fn target(&mut self, target: &Target, written: &str) -> Option<ProxyId> {
        let config = self.config;
        let name = match target {
            Target::Named(name) => return config.backend(name),
            Target::Dynamic(format) => self.name_of(format),
            Target::Unknown => None,
        };
        if let Some(name) = name {
            return config.backend(&name);
        }
        // The name cannot be known: every backend is possible.
        let backends: Vec<ProxyId> = config.backends().collect();
        backends
            .into_iter()
            .find(|&backend| self.guess(&format!("`{written}` is {}", config.proxy(backend).name)))
    }

    /// `use-server` rules, then the servers that are in use: one is certain, several are not.
    pub(crate) fn choose_server(&mut self, backend: ProxyId) -> End {
        let config = self.config;
        let section = config.proxy(backend);
        for rule in &section.use_servers {
            if !self.holds(rule.condition.as_ref(), backend, None) {
                continue;
            }
            let name = self.name_of(&rule.server);
            if let Some(server) = section.servers.iter().find(|server| Some(&server.name) == name.as_ref())
                && !config.is_down(backend, server)
            {
                return self.send(&[server], backend);
            }
        }
        if let Some(dispatch) = config.setting(backend, "dispatch")
            && section.servers.is_empty()
        {
            let upstream = dispatch.statement.known(1).map(str::to_owned);
            return End::Sent { upstream, over_h2: Some(false), unsure: false };
        }
        let servers = config.usable(backend);
        if servers.is_empty() {
            if config.option(backend, "transparent").is_some() {
                return End::Sent { upstream: None, over_h2: Some(false), unsure: false };
            }
            let site = section.header.site();
            if section.statements.iter().any(|line| line.has_unknown()) && section.servers.is_empty() {
                // A template fills the servers in.
                return End::Sent { upstream: None, over_h2: Some(false), unsure: false };
            }
            self.step("server", Some(site), "no server is in use: 503".to_owned());
            let http = config.is_http(backend);
            return match http {
                true => failed("no server", 503, Some(site), Page::Standard),
                false => End::Dropped { keyword: "no server", site: Some(site) },
            };
        }
        if let Some(server) = self.by_cookie(&section.servers, backend) {
            return self.send(&[server], backend);
        }
        let in_order = servers.iter().all(|server| server.settings.id.is_none());
        let first = |(algorithm, _)| algorithm == Some("first");
        if in_order && config.value(backend, "balance").is_some_and(first) {
            return self.send(&servers[..1], backend);
        }
        self.send(&servers, backend)
    }

    fn send(&mut self, servers: &[&Server], backend: ProxyId) -> End {
        let config = self.config;
        let section = config.proxy(backend);
        let addresses: Vec<Option<String>> =
            servers.iter().map(|server| server.address(self.connection.destination())).collect();
        let same = addresses.windows(2).all(|two| two[0] == two[1]);
        let upstream = if same { addresses.into_iter().next().flatten() } else { None };
        let first = &servers[0];
        let site = section.statements[first.statement].site();
        match &upstream {
            Some(upstream) => self.step("server", Some(site), format!("to `{}` at {upstream}", first.name)),
            None => self.step("server", Some(site), format!("to one of {} servers", servers.len())),
        }
        let without_body = matches!(self.message.method.as_deref(), Some("GET" | "HEAD"));
        if config.is_http(backend) && without_body && servers.iter().all(|server| server.settings.redirects) {
            self.step("server", Some(site), "`redir` redirects with 302 instead of sending".to_owned());
            return answered("redirect", Some(302), Some(site));
        }
        if let Some((Some(name), _)) = config.value(backend, "http-send-name-header") {
            let server = if servers.len() == 1 { Some(first.name.clone()) } else { None };
            self.message.set(name, server);
        }
        let over_h2 = self.over_h2(servers, backend);
        self.connection.sends_proxy_header = servers.iter().any(|server| server.settings.send_proxy);
        let unsure = config.is_http(backend)
            && (servers.iter().any(|server| self.depends_on_history(server, backend))
                || self.may_be_down(servers, backend));
        End::Sent { upstream, over_h2, unsure }
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
            let cookie = server.settings.cookie.as_deref();
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
            self.holds(Condition::find(line, 1).as_ref(), backend, None).then_some(keyword)
        })
    }

    /// Whether the request goes to the server over HTTP/2.
    fn over_h2(&self, servers: &[&Server], backend: ProxyId) -> Option<bool> {
        let any = |test: &dyn Fn(&Server) -> bool| servers.iter().any(|server| test(server));
        if !self.config.is_http(backend) {
            return Some(false);
        }
        if self.websocket {
            let reused = self.config.reuses_any_connection(backend).is_some();
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
    fn depends_on_history(&self, server: &Server, backend: ProxyId) -> bool {
        let settings = &server.settings;
        if !settings.offers_h2() {
            return false;
        }
        if self.config.version >= Version(3, 3, 0) && (settings.ws.is_none() || !self.websocket) {
            return true;
        }
        self.websocket
            && settings.ws.as_deref() != Some("h1")
            && self.config.reuses_any_connection(backend).is_some()
    }

    /// The bare `option httpchk` asks for `/`, which a server of WebSockets only answers with 426: then all
    /// servers are down (measured). What the servers answer is not known.
    fn may_be_down(&self, servers: &[&Server], backend: ProxyId) -> bool {
        let Some(check) = self.config.option(backend, "httpchk") else { return false };
        let expects = self.config.setting(backend, "http-check expect").is_some();
        let words = &check.statement.words;
        let legacy = words.iter().any(|word| word.text.contains("\\r\\n") || word.text.contains("\r\n"));
        let bare = words.len() <= 2 && !expects || legacy;
        let socketio =
            words.iter().any(|word| word.text.starts_with("/socket.io") && !word.text.contains("EIO="));
        (bare || socketio && !expects) && servers.iter().all(|server| server.settings.check)
    }
}
