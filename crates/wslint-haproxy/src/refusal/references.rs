//! What HAProxy refuses about names: those that nobody has, and those that two have.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::complaint::Fault;
use super::found::Found;
use crate::config::Config;
use crate::config::proxy::{Kind, ProxyId, Target};
use crate::config::server::Server;
use crate::statement::Statement;
use wslint_model::Version;

impl Found<'_> {
    /// Backends that rules name, and the modes of both ends.
    pub(super) fn references(&mut self, config: &Config<'_>) {
        // A section whose name a placeholder hides may be the one that is missing.
        let hidden_name = config.proxies.iter().any(|proxy| proxy.header.has_unknown());
        for id in (0..config.proxies.len()).map(ProxyId) {
            let section = config.proxy(id);
            // Only what listens inherits it.
            let default = match section.kind {
                Kind::Defaults => continue,
                Kind::Backend => section.own("default_backend").next_back(),
                Kind::Frontend | Kind::Listen => {
                    config.setting(id, "default_backend").map(|found| found.statement)
                }
            };
            let default = default.and_then(|line| Some((line.known(1)?.to_owned(), line)));
            let switches = section.switches.iter().filter_map(|switch| match &switch.target {
                Target::Named(name) => Some((name.clone(), &section.statements[switch.statement])),
                _ => None,
            });
            for (name, statement) in switches.chain(default).filter(|(_, line)| !line.undecided) {
                let Some(backend) = config.backend(&name) else {
                    if !hidden_name {
                        let words = format!("no `backend {name}` in this configuration");
                        self.say(Fault::Undefined, statement.word_site(1), words);
                    }
                    continue;
                };
                if backend == id {
                    let words = format!("`{}` leads to itself", section.label());
                    self.say(Fault::Misplaced, statement.site(), words);
                }
                let frontend = section.kind.is_frontend();
                if frontend && config.mode(id) == Some("http") && config.mode(backend) == Some("tcp") {
                    let words = format!(
                        "`{}` works in `mode tcp`, the frontend in `mode http`",
                        config.proxy(backend).label()
                    );
                    self.say(Fault::ModeMismatch, statement.site(), words);
                }
            }
        }
        for id in config.frontends() {
            let section = config.proxy(id);
            for bind in &section.binds {
                self.protocol(config, id, bind.proto.as_deref(), &section.statements[bind.statement]);
            }
        }
        for id in config.backends() {
            self.servers(config, id);
        }
    }

    fn servers(&mut self, config: &Config<'_>, id: ProxyId) {
        let section = config.proxy(id);
        let mut names: HashSet<&str, RandomState> = HashSet::default();
        let verifies_nothing = config.global("ssl-server-verify").is_some_and(|line| line.word(1) == "none");
        for server in &section.servers {
            let statement = &section.statements[server.statement];
            let settings = &server.settings;
            if settings.tls && !settings.verified && !verifies_nothing && !settings.unknown {
                let words = "`ssl` needs `verify none`, or a `ca-file` to verify the server with".to_owned();
                self.say(Fault::UnknownWord, statement.site(), words);
            }
            if statement.word(0) == "server" && !statement.undecided {
                self.address(statement, settings, 2);
            }
            let proto = settings.proto.as_deref().filter(|_| !settings.unknown);
            self.protocol(config, id, proto, statement);
            self.track(config, id, server, statement);
            if statement.word(0) == "server" && !statement.has_unknown() && !names.insert(&server.name) {
                let words = format!("another server of this section is named `{}`", server.name);
                self.say(Fault::Duplicate, statement.word_site(1), words);
            }
        }
        let rules = section.use_servers.iter().map(|rule| &section.statements[rule.statement]);
        let mut rules = rules.filter(|line| !line.has_unknown()).peekable();
        let all: HashSet<&str> = match rules.peek() {
            Some(_) => section.servers.iter().map(|server| &*server.name).collect(),
            None => HashSet::new(),
        };
        for statement in rules {
            let name = statement.word(1);
            let computed = name.contains('%');
            if !computed && !all.contains(name) && section.kind.is_backend() {
                let words = format!("no `server {name}` in this section");
                self.say(Fault::Undefined, statement.word_site(1), words);
            }
        }
    }

    /// Of HTTP no protocol is spoken in `mode tcp` (measured on 2.6).
    fn protocol(&mut self, config: &Config<'_>, id: ProxyId, proto: Option<&str>, statement: &Statement<'_>) {
        let of_http = proto.filter(|proto| matches!(*proto, "h1" | "h2"));
        if let Some(proto) = of_http.filter(|_| config.mode(id) == Some("tcp") && !statement.undecided) {
            let words = format!("`proto {proto}` is not spoken in `mode tcp`");
            self.say(Fault::Misplaced, statement.site(), words);
        }
    }

    /// A server is tracked for its checks, so that it needs some, and the one that tracks has none (measured).
    fn track(&mut self, config: &Config<'_>, id: ProxyId, server: &Server, statement: &Statement<'_>) {
        let settings = &server.settings;
        let Some(track) = settings.track.as_deref().filter(|_| !settings.unknown) else { return };
        let site = statement.site();
        match config.tracked(id, server) {
            None => {
                let words = format!("no `server {track}` to track in this configuration");
                self.say(Fault::Undefined, site, words);
            }
            Some(_) if settings.check => {
                self.say(Fault::Misplaced, site, "`check` and `track` exclude each other".to_owned());
            }
            Some((_, tracked)) => {
                let of = &tracked.settings;
                if !(of.check || of.agent || of.track.is_some() || of.unknown) {
                    let words = format!("`{track}` has no `check` that could be tracked");
                    self.say(Fault::Misplaced, site, words);
                }
            }
        }
    }

    /// Since 3.3 a frontend and a backend cannot share a name; two of one kind never could.
    pub(super) fn names(&mut self, config: &Config<'_>) {
        let (mut frontends, mut backends) = (HashSet::new(), HashSet::new());
        for proxy in config.proxies.iter().filter(|proxy| proxy.kind != Kind::Defaults) {
            if proxy.header.has_unknown() || proxy.header.undecided {
                continue;
            }
            let front = proxy.kind.is_frontend() && !frontends.insert(proxy.name.as_str());
            let back = proxy.kind.is_backend() && !backends.insert(proxy.name.as_str());
            let shared = self.version >= Version(3, 3, 0)
                && frontends.contains(proxy.name.as_str())
                && backends.contains(proxy.name.as_str())
                && proxy.kind != Kind::Listen;
            if front || back || shared {
                let words = format!("another section is named `{}`", proxy.name);
                self.say(Fault::Duplicate, proxy.header.site(), words);
            }
        }
    }

    /// `defaults` sections with rules serve either frontends or backends, and no other `defaults`; a name that two
    /// sections have cannot be asked for (measured).
    pub(super) fn bases(&mut self, config: &Config<'_>) {
        let mut served: HashMap<ProxyId, bool> = HashMap::new();
        let mut named: HashMap<&str, usize> = HashMap::new();
        let defaults = config.proxies.iter().filter(|proxy| proxy.kind == Kind::Defaults);
        for proxy in defaults.filter(|proxy| !proxy.name.is_empty()) {
            *named.entry(&proxy.name).or_default() += 1;
        }
        for proxy in &config.proxies {
            let Some(base) = proxy.base else { continue };
            let base_section = config.proxy(base);
            if proxy.explicit_base && named.get(base_section.name.as_str()).is_some_and(|&count| count > 1) {
                let words = format!("two `defaults` sections are named `{}`", base_section.name);
                self.say(Fault::Duplicate, proxy.header.site(), words);
            }
            let hidden = proxy.header.undecided || base_section.header.undecided;
            if base_section.rules.is_empty() || hidden {
                continue;
            }
            let front = proxy.kind.is_frontend();
            let mixed = *served.entry(base).or_insert(front) != front || proxy.kind == Kind::Listen;
            if mixed || proxy.kind == Kind::Defaults {
                let words = format!(
                    "`{}` holds rules: it serves frontends or backends, and nothing else",
                    base_section.label()
                );
                self.say(Fault::Misplaced, proxy.header.site(), words);
            }
        }
    }
}
