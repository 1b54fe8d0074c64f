//! All sections of all files, each `defaults` resolved, and what is in force in them.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use wslint_syntax::haproxy::{Prefix, Tree};

use super::duration;
use super::heritage::Heritage;
use super::kinds::{BackendKind, kinds};
use super::proxy::{Alike, Kind, Proxy, ProxyId, Target};
use super::settings::Settings;
use crate::acl::pattern_index::PatternIndex;
use crate::statement::{LastBranch, Statement};
use wslint_model::traffic::{self, Confidence};
use wslint_model::{FileId, HaproxyRoot, Project, Site, Version};

/// What a line that may set a timeout is called in [`Config::nearest`], before the name of the timeout.
const PERHAPS: &str = "perhaps timeout ";

/// The names that timeouts had until 2.1, each with that of today (`data/haproxy/proxy.txt`).
pub(crate) const OLD_TIMEOUTS: [(&str, &str); 3] =
    [("clitimeout", "client"), ("contimeout", "connect"), ("srvtimeout", "server")];

/// The lines that may set the timeouts that each route asks for, as they are called there.
const TIMEOUTS: [&str; 4] =
    ["perhaps timeout client", "perhaps timeout connect", "perhaps timeout server", "perhaps timeout tunnel"];

/// The whole configuration.
#[derive(Debug)]
pub(crate) struct Config<'p> {
    /// The version whose behaviour is predicted.
    pub(crate) version: Version,
    /// Whether the files make a whole configuration.
    pub(crate) whole: bool,
    /// The lines of `global` sections.
    pub(crate) global: Vec<Statement<'p>>,
    /// The files.
    trees: Vec<&'p Tree>,
    /// Sections that are no proxies, such as `resolvers`, each with its header and its lines.
    pub(crate) others: Vec<(Statement<'p>, Vec<Statement<'p>>)>,
    /// `defaults`, `frontend`, `backend` and `listen` sections in the order of the files.
    pub(crate) proxies: Vec<Proxy<'p>>,
    backends: HashMap<String, ProxyId>,
    /// The sections with a `timeout tunnel` of their own.
    pub(crate) tunnel_owners: Vec<ProxyId>,
    /// A `timeout tunnel` in a backend that no frontend leads to: the first one, found when it is asked for.
    stray_tunnel: OnceLock<Option<ProxyId>>,
    /// The kinds of backends: found when they are asked for.
    backend_kinds: OnceLock<Vec<BackendKind>>,
    /// Whether any `track-sc` rule counts clients.
    pub(crate) counts_clients: bool,
    /// The variables that converters set or unset on the way (`path,set-var(txn.path)`), which is not followed.
    pub(crate) converter_variables: BTreeSet<String>,
    /// Whether a converter of the file that is read may set variables.
    converters_set: bool,
    /// Whether any listener ends TLS.
    pub(crate) ends_tls: bool,
    /// The `bind` lines that take a port, by port. Ranges of more ports than that stand under every port.
    listeners: HashMap<u16, Vec<(ProxyId, usize)>>,
    /// The `bind` lines whose ports cannot be listed: sockets, wide ranges, hidden addresses.
    other_listeners: Vec<(ProxyId, usize)>,
    /// The lines of the pattern and map files that tests and converters have asked.
    pub(crate) pattern_index: PatternIndex,
    /// The sections by the places of their headers: put in order when one is asked for.
    places: OnceLock<Vec<(FileId, u32, ProxyId)>>,
    /// What sections take from above.
    heritage: Heritage,
    /// The plain settings that any section has.
    settings: Settings,
    /// `from` references that name no `defaults` above: the header statements.
    pub(crate) unknown_bases: Vec<Site>,
    /// Whether a program makes the text of what stands in other files.
    pub(crate) generated: bool,
    /// What that program says right above the header of a section: how sure it is that WebSockets go through it.
    said: HashMap<Site, (Confidence, Site)>,
}

/// A setting that was found, and in which section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'c, 'p> {
    /// The statement.
    pub(crate) statement: &'c Statement<'p>,
    /// The section that it stands in.
    pub(crate) owner: ProxyId,
}

/// A timeout of a proxy after `defaults` are resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeout<'c, 'p> {
    /// Milliseconds; `None` where it cannot be known. 0 counts as not set.
    pub(crate) milliseconds: Option<u64>,
    /// The line.
    pub(crate) found: Found<'c, 'p>,
}

impl<'p> Config<'p> {
    /// Reads the files of a root.
    pub(crate) fn read(project: &'p Project, root: &HaproxyRoot, version: Version) -> Self {
        let mut config = Self {
            version,
            whole: root.whole,
            global: Vec::new(),
            trees: Vec::new(),
            others: Vec::new(),
            proxies: Vec::new(),
            backends: HashMap::new(),
            tunnel_owners: Vec::new(),
            stray_tunnel: OnceLock::new(),
            backend_kinds: OnceLock::new(),
            counts_clients: false,
            converter_variables: BTreeSet::new(),
            converters_set: false,
            ends_tls: false,
            listeners: HashMap::new(),
            other_listeners: Vec::new(),
            pattern_index: PatternIndex::default(),
            places: OnceLock::new(),
            heritage: Heritage::default(),
            settings: Settings::default(),
            unknown_bases: Vec::new(),
            generated: root.files.iter().any(|&file| project.file(file).is_generated()),
            said: HashMap::new(),
        };
        let mut defaults = Defaults::default();
        let mut alike = Alike::default();
        for &file in &root.files {
            let Some(tree) = project.haproxy(file) else { continue };
            // Most files call no such converter; `unset-var(` holds it too.
            config.trees.push(tree);
            config.converters_set = tree.may_hold(b"set-var(");
            config.proxies.reserve_exact(tree.sections().count());
            let mut around = LastBranch::default();
            for section in tree.sections() {
                let header = Statement::read(tree, file, section.id, section.header, &mut around);
                if config.generated {
                    let site = header.site();
                    let said = traffic::said_above(tree.source(), site.span.start as usize);
                    config.said.extend(said.map(|(sure, span)| (site, (sure, Site { span, ..site }))));
                }
                let mut statements = Vec::with_capacity(section.lines().count());
                let lines = section.lines();
                statements
                    .extend(lines.map(|(line, read)| Statement::read(tree, file, line, read, &mut around)));
                config.add(header, statements, &mut defaults, &mut alike);
            }
        }
        config
    }

    /// Whether any word of the files may have one of these in it, of which most configurations have none.
    pub(crate) fn may_hold(&self, words: &[&[u8]]) -> bool {
        self.trees.iter().any(|tree| words.iter().any(|word| tree.may_hold(word)))
    }

    /// What the program that made a section says of it: how sure it is that WebSockets go through it, and where.
    pub(crate) fn said(&self, section: ProxyId) -> Option<(Confidence, Site)> {
        self.said.get(&self.proxy(section).header.site()).copied()
    }

    fn add(
        &mut self,
        header: Statement<'p>,
        statements: Vec<Statement<'p>>,
        defaults: &mut Defaults,
        alike: &mut Alike<'p>,
    ) {
        if self.converters_set {
            for word in statements.iter().flat_map(|line| line.words.iter()) {
                self.converter_variables.extend(converter_variables(word.text));
            }
        }
        let kind = match header.word(0) {
            "global" => {
                self.global.extend(statements);
                return;
            }
            "defaults" => Kind::Defaults,
            "frontend" => Kind::Frontend,
            "backend" => Kind::Backend,
            "listen" => Kind::Listen,
            _ => {
                self.others.push((header, statements));
                return;
            }
        };
        let id = ProxyId(self.proxies.len());
        let from = (1..header.words.len()).find(|&index| header.word(index) == "from");
        let base = match from {
            Some(at) => {
                let base = defaults.named.get(header.word(at + 1)).copied();
                if base.is_none() && header.known(at + 1).is_some() {
                    self.unknown_bases.push(header.word_site(at + 1));
                }
                base
            }
            None if kind == Kind::Defaults => None,
            None => defaults.last,
        };
        let server_defaults =
            base.map_or_else(Arc::default, |base| Arc::clone(&self.proxies[base.0].server_defaults));
        self.counts_clients |= statements.iter().any(|line| {
            line.has_unknown() || line.words.iter().take(3).any(|word| word.text.starts_with("track-sc"))
        });
        let proxy = Proxy::read(kind, header, statements, base, from.is_some(), server_defaults, alike);
        if kind == Kind::Defaults {
            defaults.last = Some(id);
            if !proxy.name.is_empty() {
                defaults.named.insert(proxy.name.clone(), id);
            }
        }
        if proxy.own("timeout tunnel").next().is_some() {
            self.tunnel_owners.push(id);
        }
        for (index, bind) in proxy.binds.iter().enumerate() {
            self.ends_tls |= bind.tls;
            match bind.few_ports() {
                Some(ports) => {
                    for port in ports {
                        self.listeners.entry(port).or_default().push((id, index));
                    }
                }
                None => self.other_listeners.push((id, index)),
            }
        }
        if kind.is_backend() {
            self.backends.entry(proxy.name.clone()).or_insert(id);
        }
        self.settings.add(&proxy);
        self.proxies.push(proxy);
    }

    /// The `bind` lines that may take a connection to a port, or to a socket where there is none, with their
    /// sections, in the order of the text.
    pub(crate) fn listeners(&self, port: Option<u16>) -> Vec<(ProxyId, usize)> {
        let by_port = port.and_then(|port| self.listeners.get(&port));
        let mut found: Vec<_> = by_port.into_iter().flatten().chain(&self.other_listeners).copied().collect();
        found.sort();
        found
    }

    /// The section behind an id.
    pub(crate) fn proxy(&self, id: ProxyId) -> &Proxy<'p> {
        &self.proxies[id.0]
    }

    /// The section that holds a place, if any does: the last one that begins before it in the same file.
    pub(crate) fn section_at(&self, site: Site) -> Option<ProxyId> {
        let places = self.places.get_or_init(|| {
            let headers = self.proxies.iter().map(|proxy| &proxy.header).enumerate();
            let place =
                |(index, header): (usize, &Statement<'_>)| (header.file, header.span.start, ProxyId(index));
            let mut places: Vec<_> = headers.map(place).collect();
            places.sort_unstable();
            places
        });
        let before =
            places.partition_point(|&(file, start, _)| (file, start) <= (site.file, site.span.start));
        places[..before].last().filter(|(file, ..)| *file == site.file).map(|&(.., id)| id)
    }

    /// The line of a section that holds a place.
    pub(crate) fn line_at(&self, section: ProxyId, site: Site) -> Option<&Statement<'p>> {
        let lines = &self.proxy(section).statements;
        let before = lines.partition_point(|line| line.span.start <= site.span.start);
        lines[..before].last().filter(|line| line.file == site.file && site.span.end <= line.span.end)
    }

    /// The backend or listen section of that name.
    pub(crate) fn backend(&self, name: &str) -> Option<ProxyId> {
        self.backends.get(name).copied()
    }

    /// All sections that listen.
    pub(crate) fn frontends(&self) -> impl Iterator<Item = ProxyId> {
        (0..self.proxies.len()).map(ProxyId).filter(|&id| self.proxy(id).kind.is_frontend())
    }

    /// All sections that have servers.
    pub(crate) fn backends(&self) -> impl Iterator<Item = ProxyId> {
        (0..self.proxies.len()).map(ProxyId).filter(|&id| self.proxy(id).kind.is_backend())
    }

    /// The section and the `defaults` that it inherits from, nearest first.
    pub(crate) fn lineage(&self, id: ProxyId) -> impl Iterator<Item = ProxyId> {
        std::iter::successors(Some(id), |&id| self.proxy(id).base.filter(|base| base.0 < id.0))
    }

    /// The nearest section of a [`lineage`](Self::lineage) that has something, which `what` names: the same of all that
    /// ask by this name.
    pub(crate) fn nearest(
        &self,
        id: ProxyId,
        what: &str,
        has: impl Fn(&Proxy<'p>, ProxyId) -> bool,
    ) -> Option<ProxyId> {
        self.heritage.nearest(what, self.lineage(id), |section| has(self.proxy(section), section))
    }

    /// The sections of a lineage that have something, nearest first.
    fn holders<'c>(
        &'c self,
        id: ProxyId,
        what: &'c str,
        has: impl Fn(&Proxy<'p>) -> bool + Copy + 'c,
    ) -> impl Iterator<Item = ProxyId> + 'c {
        let nearest = move |id| self.nearest(id, what, |section, _| has(section));
        std::iter::successors(nearest(id), move |&holder| nearest(self.proxy(holder).base?))
    }

    /// The sections of a lineage that have rules, nearest first.
    pub(crate) fn ruled(&self, id: ProxyId) -> impl Iterator<Item = ProxyId> {
        self.holders(id, "rules", |section| !section.rules.is_empty())
    }

    /// The sections of a lineage that set pages for statuses, nearest first.
    pub(crate) fn paged(&self, id: ProxyId) -> impl Iterator<Item = ProxyId> {
        self.holders(id, "error pages", |section| section.error_pages().next().is_some())
    }

    /// The statement that decides a plain setting: the last one of the nearest section that has any.
    pub(crate) fn setting(&self, id: ProxyId, key: &str) -> Option<Found<'_, 'p>> {
        if !self.settings.has(key) {
            return None;
        }
        let owner = self.nearest(id, key, |section, _| section.own(key).next().is_some())?;
        self.proxy(owner).own(key).next_back().map(|statement| Found { statement, owner })
    }

    /// The value of a setting with one argument; the outer `None` where it is not set, the inner where it
    /// cannot be known.
    pub(crate) fn value(&self, id: ProxyId, key: &str) -> Option<(Option<&str>, Found<'_, 'p>)> {
        let found = self.setting(id, key)?;
        let known = if found.statement.undecided { None } else { found.statement.known(1) };
        Some((known, found))
    }

    /// `mode`; `None` where it cannot be known. Without a line it is tcp (manual, section 4.2 "mode").
    pub(crate) fn mode(&self, id: ProxyId) -> Option<&str> {
        self.value(id, "mode").map_or(Some("tcp"), |(mode, _)| mode)
    }

    /// Whether the section works in `mode http`.
    pub(crate) fn is_http(&self, id: ProxyId) -> bool {
        self.proxy(id).works_in_http(|| self.mode(id) == Some("http"))
    }

    /// Whether any section has a timeout of this name, or a line that may set it.
    pub(crate) fn may_have_timeout(&self, name: &str) -> bool {
        self.settings.may_have_timeout(name)
    }

    /// A timeout. Where the section has no use for it the caller must not ask: HAProxy ignores
    /// `timeout tunnel` in a frontend (measured).
    pub(crate) fn timeout(&self, id: ProxyId, name: &str) -> Option<Timeout<'_, 'p>> {
        if !self.may_have_timeout(name) {
            return None;
        }
        let known = TIMEOUTS.iter().find(|what| what[PERHAPS.len()..] == *name);
        let what = known.map_or_else(|| Cow::Owned(format!("{PERHAPS}{name}")), |what| Cow::Borrowed(*what));
        let key = &what["perhaps ".len()..];
        let owner = self.nearest(id, &what, |section, _| section.own_timeout(key).is_some())?;
        let found = Found { statement: self.proxy(owner).own_timeout(key)?, owner };
        let named = found.statement.known(1) == Some(name) && !found.statement.undecided;
        let known = if named { found.statement.known_by_default(2) } else { None };
        let milliseconds = known.and_then(|text| duration::parse(text).ok()).map(|time| time.milliseconds);
        Some(Timeout { milliseconds, found })
    }

    /// Whether an option is on, and which line says so. `no option` turns it off.
    pub(crate) fn option(&self, id: ProxyId, name: &str) -> Option<Found<'_, 'p>> {
        if !self.settings.has_option(name) {
            return None;
        }
        let found = self.setting(id, &format!("option {name}"))?;
        (found.statement.prefix.is_none()).then_some(found)
    }

    /// The connection mode: `http-keep-alive`, `http-server-close` and `httpclose` share one slot, the last
    /// one wins and `no option X` clears only X (measured).
    pub(crate) fn connection_mode(&self, id: ProxyId) -> Option<Found<'_, 'p>> {
        let mut slot: Option<Found<'_, 'p>> = None;
        const MODES: [&str; 3] = ["option http-keep-alive", "option http-server-close", "option httpclose"];
        if !MODES.iter().any(|key| self.settings.has(key)) {
            return None;
        }
        let sets = |section: &Proxy<'p>| MODES.iter().any(|key| section.own(key).next().is_some());
        let mut owners: Vec<ProxyId> = self.holders(id, "connection mode", sets).collect();
        owners.reverse();
        for owner in owners {
            let proxy = self.proxy(owner);
            let mut statements: Vec<&Statement<'p>> = MODES.iter().flat_map(|key| proxy.own(key)).collect();
            statements.sort_by_key(|statement| statement.line);
            for statement in statements {
                if statement.prefix.is_none() {
                    slot = Some(Found { statement, owner });
                } else if statement.prefix == Some(Prefix::No)
                    && slot.is_some_and(|set| set.statement.word(1) == statement.word(1))
                {
                    slot = None;
                }
            }
        }
        slot
    }

    /// The line that lets a request go out on an idle connection of another client's: `http-reuse always`,
    /// `http-reuse aggressive`, or `retry-on` with an event of the response.
    pub(crate) fn reuses_any_connection(&self, backend: ProxyId) -> Option<Found<'_, 'p>> {
        let reuse = self.setting(backend, "http-reuse");
        let reuse = reuse.filter(|found| matches!(found.statement.word(1), "always" | "aggressive"));
        let retry = || {
            self.setting(backend, "retry-on").filter(|found| {
                let connection_only = ["none", "conn-failure"];
                found.statement.words.iter().skip(1).any(|word| !connection_only.contains(&word.text))
            })
        };
        reuse.or_else(retry)
    }

    /// The name of the backend that a way out of a frontend leads to, if it is not the section itself, and the line
    /// that stands for the way: the `use_backend` rule, or without one the `default_backend` or the section.
    pub(crate) fn way(&self, frontend: ProxyId, switch: Option<usize>) -> (Option<String>, Site) {
        let section = self.proxy(frontend);
        if let Some(switch) = switch {
            let statement = &section.statements[section.switches[switch].statement];
            return (Some(statement.word(1).to_owned()), statement.site());
        }
        match self.value(frontend, "default_backend") {
            Some((name, found)) => {
                // A line in `defaults` stands for many ways; the section stands for this one.
                let own = found.owner == frontend;
                let site = if own { found.statement.site() } else { section.header.site() };
                (Some(name.unwrap_or("?").to_owned()), site)
            }
            None => (None, section.header.site()),
        }
    }

    /// Whether a section is switched off. `disabled` and `enabled` are two settings of one switch; the later line wins.
    pub(crate) fn is_disabled(&self, id: ProxyId) -> bool {
        match (self.setting(id, "disabled"), self.setting(id, "enabled")) {
            (Some(disabled), Some(enabled)) => disabled.statement.line > enabled.statement.line,
            (disabled, _) => disabled.is_some(),
        }
    }

    /// Whether an SPOE agent or a Lua script may set variables for requests that pass the section.
    pub(crate) fn sets_foreign_variables(&self, id: ProxyId) -> bool {
        self.nearest(id, "foreign variables", |section, _| section.foreign_variables).is_some()
    }

    /// The first backend with a `timeout tunnel` of its own that no frontend leads to. Where a name is computed
    /// every backend may be meant.
    pub(crate) fn stray_tunnel(&self) -> Option<ProxyId> {
        *self.stray_tunnel.get_or_init(|| {
            let mut named: HashSet<&str> = HashSet::new();
            for frontend in self.frontends() {
                named.extend(self.value(frontend, "default_backend").and_then(|(name, _)| name));
                for switch in &self.proxy(frontend).switches {
                    match &switch.target {
                        Target::Named(name) => named.insert(name),
                        Target::Dynamic(_) | Target::Unknown => return None,
                    };
                }
            }
            self.tunnel_owners.iter().copied().find(|&owner| {
                let section = self.proxy(owner);
                section.kind == Kind::Backend && !named.contains(section.name.as_str())
            })
        })
    }

    /// The backends, one of each kind, in the order of the text.
    pub(crate) fn backend_kinds(&self) -> &[BackendKind] {
        self.backend_kinds.get_or_init(|| kinds(&self.proxies))
    }

    /// The last line of `global` that starts with a keyword.
    pub(crate) fn global(&self, keyword: &str) -> Option<&Statement<'p>> {
        self.global.iter().rev().find(|statement| statement.word(0) == keyword)
    }

    /// An integer of `global`.
    pub(crate) fn global_number(&self, keyword: &str) -> Option<u64> {
        self.global(keyword).and_then(|statement| statement.known(1)).and_then(|text| text.parse().ok())
    }
}

/// The variables that the converters of a word set or unset.
fn converter_variables(word: &str) -> impl Iterator<Item = String> {
    let calls = word.split(',').filter_map(|call| {
        let call = call.trim_start();
        call.strip_prefix("set-var(").or_else(|| call.strip_prefix("unset-var("))
    });
    // A rule's own action begins the word; a converter stands behind a comma.
    let first = usize::from(word.starts_with("set-var(") || word.starts_with("unset-var("));
    calls.skip(first).map(|name| name.split([',', ')']).next().unwrap_or_default().to_owned())
}

#[derive(Default)]
struct Defaults {
    last: Option<ProxyId>,
    named: HashMap<String, ProxyId>,
}
