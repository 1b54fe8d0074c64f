//! Whose routes lines of certain files may tell something of: those of the servers that hold the lines, and those of other
//! servers that meet them, by a name, an upstream or a socket. Whoever asks about a few files need not follow the rest.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use crate::config::listen::{Address, Listen, listens};
use crate::config::names::{Directive, PASS_DIRECTIVES};
use crate::config::{Config, ContextId, ContextKind, Line};
use crate::model::Model;
use crate::request::pass;
use wslint_model::way;
use wslint_model::{FileId, Known, Site};

/// The servers of one configuration whose routes lines of certain files may tell something of.
#[derive(Clone, Debug)]
pub enum Concerned {
    /// All of them.
    All,
    /// Those that begin at these places.
    Servers(HashSet<Site, RandomState>),
}

impl Concerned {
    /// Whether the routes of the server that begins at a place are concerned.
    pub fn includes(&self, server: Site) -> bool {
        match self {
            Self::All => true,
            Self::Servers(servers) => servers.contains(&server),
        }
    }
}

/// Where servers listen, as far as it tells who may come to them.
#[derive(Debug, Default)]
struct Doors {
    /// By port the addresses; none where a server listens at all of them, or at what may be any.
    ports: HashMap<u16, Option<HashSet<IpAddr>>>,
    /// Sockets in the file system.
    paths: HashSet<String>,
    /// Whether it cannot be told for one of them.
    unknown: bool,
}

impl Doors {
    fn add(&mut self, address: &Address) {
        match address {
            Address::Any(_, port) => {
                self.ports.insert(*port, None);
            }
            Address::One(host, port) => {
                let known = self.ports.entry(*port).or_insert_with(|| Some(HashSet::new()));
                match (ip(host), &mut *known) {
                    (Some(ip), Some(all)) => {
                        all.insert(ip);
                    }
                    (None, _) => *known = None,
                    (Some(_), None) => {}
                }
            }
            Address::Unix(path) => {
                self.paths.insert(path.clone());
            }
            Address::Unknown => self.unknown = true,
        }
    }

    /// Whether a connection to an address may arrive here. A name may stand for any address.
    fn may_take(&self, address: &Address) -> bool {
        let at = |port: &u16, host: Option<IpAddr>| {
            self.ports.get(port).is_some_and(|known| match (known, host) {
                (Some(known), Some(ip)) => known.contains(&ip),
                _ => true,
            })
        };
        self.unknown
            || match address {
                Address::Any(_, port) => at(port, None),
                Address::One(host, port) => at(port, ip(host)),
                Address::Unix(path) => self.paths.contains(path),
                Address::Unknown => true,
            }
    }
}

fn ip(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

/// One configuration, of which some servers are found to be concerned.
struct Side<'m, 'p> {
    model: &'m Model<'p>,
    /// The server around each level.
    around: Vec<Option<ContextId>>,
    all: bool,
    servers: HashSet<ContextId>,
    /// The upstreams with lines of the files, by their names in lower case.
    pools: HashSet<String>,
}

/// The servers of several configurations, by the numbers of these, whose routes lines of some files may tell something of.
/// They may hand requests to each other.
pub(crate) fn concerned(models: &[&Model<'_>], files: &HashSet<FileId>) -> Vec<Concerned> {
    let mut sides: Vec<Side<'_, '_>> = models.iter().map(|model| Side::of(model, files)).collect();
    sides.iter_mut().for_each(|side| side.add_namesakes(files));
    if sides.iter().any(Side::is_concerned) {
        add_whoever_comes(&mut sides);
    }
    sides.into_iter().map(Side::told).collect()
}

impl<'m, 'p> Side<'m, 'p> {
    /// What the lines of the files themselves stand in.
    fn of(model: &'m Model<'p>, files: &HashSet<FileId>) -> Self {
        let config = model.config();
        let mut around: Vec<Option<ContextId>> = Vec::new();
        for (level, context) in config.contexts() {
            let outer = context.parent.and_then(|parent| around[parent.0 as usize]);
            around.push(if context.kind == ContextKind::Server { Some(level) } else { outer });
        }
        let (servers, pools) = (HashSet::new(), HashSet::new());
        let mut side = Self { model, around, all: false, servers, pools };
        // What is said of servers of `stream {}` and of those behind them is not asked one by one.
        let streams = !model.stream_listeners().is_empty();
        for &file in files {
            for level in config.levels_of(file) {
                side.all |= streams || !side.add_level(level, file);
            }
        }
        side
    }

    /// Adds what the own lines of a file at one level stand in; false where that is more than servers and upstreams.
    fn add_level(&mut self, level: ContextId, file: FileId) -> bool {
        let config = self.model.config();
        if let Some(server) = self.around[level.0 as usize] {
            self.servers.insert(server);
            return true;
        }
        let context = config.context(level);
        if context.kind == ContextKind::Upstream {
            return context.opener.is_some_and(|line| self.add_pool(line));
        }
        let is_own = |line: &&Line| line.file == file;
        context.gap.as_ref().filter(is_own).is_none()
            && context.lines.iter().filter(is_own).all(|line| {
                match line.block.map(|block| (block, config.context(block).kind)) {
                    Some((server, ContextKind::Server)) => {
                        self.servers.insert(server);
                        true
                    }
                    Some((_, ContextKind::Upstream)) => self.add_pool(*line),
                    _ => false,
                }
            })
    }

    fn add_pool(&mut self, line: Line) -> bool {
        let name = self.model.config().known_arg(line, 0).map(|name| name.to_lowercase());
        name.map(|name| self.pools.insert(name)).is_some()
    }

    /// Adds the servers that share a name with one that was found: each may get requests for the other. Of names that are
    /// expressions or stand for several all may be meant.
    fn add_namesakes(&mut self, files: &HashSet<FileId>) {
        if self.all || self.servers.is_empty() {
            return;
        }
        let config = self.model.config();
        let listeners = self.model.http_listeners();
        let own: Vec<Listen> = self.servers.iter().flat_map(|&server| listens(config, server)).collect();
        // The first line for a socket is what is said of it, whichever server answers there.
        let first = |listen: &&Listen| {
            listeners.line_of(&listen.address).is_some_and(|line| files.contains(&line.file))
        };
        let said: HashSet<&Address> = own.iter().filter(first).map(|listen| &listen.address).collect();
        let twins = own.iter().filter_map(|listen| listen.address.twin());
        let twins: HashSet<Address> = twins.filter(|twin| listeners.has(twin)).collect();
        let mut names: HashSet<String> = HashSet::new();
        let mut beside: Vec<ContextId> = Vec::new();
        for server in servers(config) {
            let mut counts = self.servers.contains(&server);
            if !said.is_empty() || !twins.is_empty() {
                let listens = listens(config, server);
                counts |= listens.iter().any(|listen| said.contains(&listen.address));
                if listens.iter().any(|listen| twins.contains(&listen.address)) {
                    beside.push(server);
                }
            }
            if counts {
                self.all |= !names_of(config, server).all(|name| is_plain(&name));
                names.extend(names_of(config, server).map(Cow::into_owned));
            }
        }
        if self.all {
            return;
        }
        let namesakes = servers(config).filter(|&server| {
            names_of(config, server).any(|name| !is_plain(&name) || names.contains(&*name))
        });
        self.servers.extend(namesakes.chain(beside).collect::<Vec<_>>());
    }

    fn is_concerned(&self) -> bool {
        self.all || !self.servers.is_empty() || !self.pools.is_empty()
    }

    /// Adds where the servers that were found listen.
    fn add_doors(&self, doors: &mut Doors) {
        let config = self.model.config();
        let found = servers(config).filter(|server| self.all || self.servers.contains(server));
        found.flat_map(|server| listens(config, server)).for_each(|listen| doors.add(&listen.address));
    }

    /// The servers that hand requests on, each with what its lines say of where; none where that is not known.
    fn callers(&self) -> Vec<(ContextId, Option<Cow<'p, str>>)> {
        let config = self.model.config();
        let mut callers = Vec::new();
        for (level, context) in config.contexts() {
            let Some(server) = self.around[level.0 as usize] else { continue };
            if !matches!(context.kind, ContextKind::Location | ContextKind::If | ContextKind::LimitExcept) {
                continue;
            }
            for line in PASS_DIRECTIVES.iter().flat_map(|&pass| config.own(level, pass)) {
                let written = config.known_arg(line, 0);
                // Most locations of a server lead to the same place.
                if callers.last().is_none_or(|last| *last != (server, written.clone())) {
                    callers.push((server, written));
                }
            }
        }
        callers
    }

    /// Whether a line that says so hands requests to a server that was found, or to an upstream that is concerned.
    fn leads_to(&self, written: &str, doors: &Doors) -> bool {
        if written.contains('$') {
            return true;
        }
        let may_take = |address: &str| {
            way::Address::read(address).is_some_and(|address| doors.may_take(&Address::of(&address)))
        };
        let rest = written.split_once("://").map_or(written, |(_, rest)| rest);
        if let Some(path) = rest.strip_prefix("unix:") {
            return doors.may_take(&Address::Unix(path.split(':').next().unwrap_or_default().to_owned()));
        }
        let address = rest.split(['/', '?']).next().unwrap_or_default();
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        if [address, host].iter().any(|name| self.pools.contains(&name.to_lowercase())) {
            return true;
        }
        match self.model.pool(address).or_else(|| self.model.pool(host)) {
            Some(pool) => pool.active.iter().filter_map(Known::as_ref).any(|address| may_take(address)),
            None => match pass::destination(written) {
                Ok(destination) => may_take(&destination.address),
                Err(_) => may_take(address),
            },
        }
    }

    fn told(self) -> Concerned {
        if self.all {
            return Concerned::All;
        }
        let config = self.model.config();
        Concerned::Servers(self.servers.iter().map(|&server| config.opener_site(server)).collect())
    }
}

/// Adds the servers that hand requests to those that were found, directly or by others.
fn add_whoever_comes(sides: &mut [Side<'_, '_>]) {
    for side in sides.iter_mut().filter(|side| !side.model.stream_listeners().is_empty()) {
        side.all = true;
    }
    let mut doors = Doors::default();
    sides.iter().for_each(|side| side.add_doors(&mut doors));
    let mut callers: Vec<_> = sides.iter().map(Side::callers).collect();
    loop {
        let mut comers: Vec<(usize, ContextId)> = Vec::new();
        for (number, (side, callers)) in sides.iter().zip(&mut callers).enumerate() {
            callers.retain(|(server, written)| {
                let comes = written.as_ref().is_none_or(|written| side.leads_to(written, &doors));
                if comes {
                    comers.push((number, *server));
                }
                !comes
            });
        }
        comers.retain(|&(number, server)| !sides[number].all && sides[number].servers.insert(server));
        if comers.is_empty() {
            return;
        }
        for (number, server) in comers {
            let config = sides[number].model.config();
            listens(config, server).iter().for_each(|listen| doors.add(&listen.address));
        }
    }
}

/// All servers of `http {}`.
fn servers(config: &Config<'_>) -> impl Iterator<Item = ContextId> {
    config.contexts().filter(|(_, context)| context.kind == ContextKind::Server).map(|(server, _)| server)
}

/// The names of a server in lower case, but for those that nobody calls, such as `_`. One that is not known is like one with
/// a variable.
fn names_of<'c>(config: &'c Config<'_>, server: ContextId) -> impl Iterator<Item = Cow<'c, str>> {
    let lines = config.own(server, Directive::ServerName);
    let words =
        lines.flat_map(move |line| (0..config.arg_count(line)).filter_map(move |at| config.arg(line, at)));
    let names = words.map(|word| match word.known() {
        Some(name) if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) => name,
        Some(name) => name.to_lowercase().into(),
        None => "$".into(),
    });
    names.filter(|name| *name == "$" || name.contains(char::is_alphanumeric))
}

/// Whether a name is one host, written in full.
fn is_plain(name: &str) -> bool {
    !name.starts_with(['~', '.']) && !name.contains(['*', '$'])
}
