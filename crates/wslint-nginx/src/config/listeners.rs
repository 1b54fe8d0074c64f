//! The sockets of a config, and which server answers a connection to one of them.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::levels::{Config, ContextId, ContextKind, Line};
use super::listen::{Address, Family, Listen, listens};
use super::names::Directive;
use super::pattern::{self, Captures, Match};
use wslint_model::Known;
use wslint_model::way::Listens;

/// More servers than these are not tried one by one for a request whose host is not known.
const MOST_CANDIDATES: usize = 3;

/// Of more sockets than these not each is asked for every name.
const MOST_SOCKETS: usize = 64;

/// The names of the servers behind one socket.
#[derive(Debug, Default)]
struct Names {
    exact: HashMap<String, ContextId, RandomState>,
    /// `*.example.com` and `.example.com`, by what follows the dot.
    leading: HashMap<String, ContextId, RandomState>,
    /// `mail.*`, by what precedes the dot.
    trailing: HashMap<String, ContextId, RandomState>,
    patterns: Vec<(String, ContextId)>,
}

/// The servers behind one socket.
#[derive(Debug, Default)]
struct Socket {
    default: Option<ContextId>,
    declared_default: bool,
    /// None where no server has a name: there may be very many sockets.
    names: Option<Box<Names>>,
    unknown_names: bool,
    tls: bool,
    plain_http2: bool,
    proxy_protocol: bool,
    dual: bool,
    unsure: bool,
    line: Option<Line>,
}

/// All sockets of a config.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    sockets: HashMap<Address, Box<Socket>, RandomState>,
    /// How many sockets there are for each port.
    ports: HashMap<u16, usize, RandomState>,
    /// Whether they are those of `stream {}`.
    is_stream: bool,
    /// Whether an unseen file could add servers.
    open: bool,
}

/// The server that answers, and what decided it.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// The server.
    pub(crate) server: ContextId,
    /// The server for requests without a name that any has.
    pub(crate) default: ContextId,
    /// Whether its own name decided, rather than that it is the default.
    pub(crate) by_name: bool,
    /// Whether the socket speaks TLS.
    pub(crate) tls: bool,
    /// Whether the socket speaks HTTP/2 without TLS.
    pub(crate) plain_http2: bool,
    /// Whether a PROXY header comes first.
    pub(crate) proxy_protocol: bool,
    /// Whether the server is one of `stream {}`.
    pub(crate) is_stream: bool,
    /// The `listen` line of the socket.
    pub(crate) listen: Option<Line>,
    /// The port.
    pub(crate) port: u16,
    /// What a regular expression in `server_name` captured.
    pub(crate) captures: Option<Captures>,
}

/// What becomes of a connection.
#[derive(Clone, Debug)]
pub(crate) enum Connection {
    /// A server answers.
    Server(Choice),
    /// Nothing listens there.
    Refused,
    /// It cannot be told which server answers.
    Unknown,
}

impl Listeners {
    /// Reads the servers of `http {}` or of `stream {}`, in order.
    pub(crate) fn new(config: &Config<'_>, kind: ContextKind) -> Self {
        let mut listeners = Self { is_stream: kind == ContextKind::StreamServer, ..Self::default() };
        for (server, context) in config.contexts().filter(|(_, context)| context.kind == kind) {
            let around = context.parent.map(|parent| config.context(parent));
            listeners.open |= context.open || around.is_some_and(|around| around.open);
            let words = config.own(server, Directive::ServerName).flat_map(|line| config.args(line));
            let names: Vec<Known<String>> = words.map(|word| word.map(|word| word.to_lowercase())).collect();
            for listen in listens(config, server) {
                let socket = listeners.sockets.entry(listen.address.clone()).or_default();
                socket.add(server, &listen, &names);
            }
        }
        for port in listeners.sockets.keys().filter_map(Address::port) {
            *listeners.ports.entry(port).or_default() += 1;
        }
        listeners
    }

    /// Whether there is a socket that is written so.
    pub(crate) fn has(&self, address: &Address) -> bool {
        self.sockets.contains_key(address)
    }

    /// The first line for a socket that is written so.
    pub(crate) fn line_of(&self, address: &Address) -> Option<Line> {
        self.at(address)?.1.line
    }

    /// How they listen at an address. What an unseen file or a placeholder could add is mostly not there.
    pub(crate) fn listens(&self, address: &Address) -> Listens {
        match self.socket(address) {
            None => Listens::No,
            Some((found, _)) if address == found || address.resolved().contains(found) => Listens::Exactly,
            Some((Address::Any(..), _)) => Listens::AtEvery,
            Some(_) => Listens::Perhaps,
        }
    }

    /// The servers that a request may come to whose host is not known, each with the name that leads to it; the default
    /// one, which needs none, is the last. `None` where they are too many to be tried, or not all known.
    pub(crate) fn candidates(&self, address: &Address) -> Option<Vec<(Choice, String)>> {
        let (found, socket) = self.socket(address)?;
        let default = socket.default.filter(|_| !socket.unknown_names)?;
        let mut named = socket.names.as_ref().map_or_else(Vec::new, |names| names.all());
        named.retain(|(server, _)| *server != default);
        named.sort();
        named.dedup_by_key(|(server, _)| *server);
        if named.len() > MOST_CANDIDATES {
            return None;
        }
        let port = found.port().unwrap_or(0);
        let by_name = named.into_iter().map(|(server, name)| (self.choice(socket, port, server, true), name));
        let by_default = (self.choice(socket, port, default, false), String::new());
        Some(by_name.chain([by_default]).collect())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    /// Whether a socket speaks TLS: of all servers that listen there one `ssl` is enough.
    pub(crate) fn speaks_tls(&self, address: &Address) -> bool {
        self.sockets.get(address).is_some_and(|socket| socket.tls)
    }

    /// The sockets for IP addresses, with TLS or without, at which a server has the name of a host, by their addresses, with
    /// that server. None where there are too many to be looked at for each name.
    pub(crate) fn sockets_of(&self, host: &str, tls: bool) -> Vec<(Address, Choice)> {
        if self.sockets.len() > MOST_SOCKETS {
            return Vec::new();
        }
        let known = self
            .sockets
            .iter()
            .filter(|(address, socket)| socket.tls == tls && address.port().is_some() && !socket.unsure);
        let mut addresses: Vec<&Address> = known.map(|(address, _)| address).collect();
        addresses.sort();
        let of_name = |address: &Address| match self.connect(address, host) {
            Connection::Server(choice) if choice.by_name => Some((address.clone(), choice)),
            _ => None,
        };
        addresses.into_iter().filter_map(of_name).collect()
    }

    /// The servers that answer where no server has the name of a host, each once.
    pub(crate) fn defaults(&self) -> Vec<ContextId> {
        let mut defaults: Vec<ContextId> =
            self.sockets.values().filter_map(|socket| socket.default).collect();
        defaults.sort_unstable();
        defaults.dedup();
        defaults
    }

    /// For each name of a server, written in full, the one that takes its requests: of several servers with a name on
    /// one socket only the first counts. None for a name that the server gets requests for.
    pub(crate) fn shadows_of(&self, config: &Config<'_>, server: ContextId) -> Vec<Option<ContextId>> {
        let listens = listens(config, server);
        let shadow = |name: &str| {
            let mut first = None;
            for listen in &listens {
                let (_, socket) = self.at(&listen.address).filter(|(_, socket)| !socket.unsure)?;
                let names = socket.names.as_ref()?;
                first = names.exact.get(name).copied().filter(|first| *first != server);
                first?;
            }
            first
        };
        let words = config.own(server, Directive::ServerName).flat_map(|line| config.args(line));
        words.map(|word| shadow(&word.known()?.to_lowercase())).collect()
    }

    /// Whether no request comes to a server: it is no socket's default, and others take those for all of its names, or
    /// these are none that clients call, such as `_`.
    pub(crate) fn is_shadowed(&self, config: &Config<'_>, server: ContextId) -> bool {
        let default = || self.sockets.values().any(|socket| socket.default == Some(server) || socket.unsure);
        let names = config.own(server, Directive::ServerName).flat_map(|line| config.args(line));
        let called = |name: Known<Cow<'_, str>>| {
            name.known().is_none_or(|name| name.starts_with('~') || name.contains(char::is_alphanumeric))
        };
        let mut shadows = self.shadows_of(config, server).into_iter().zip(names);
        shadows.all(|(shadow, name)| shadow.is_some() || !called(name)) && !default()
    }

    fn choice(&self, socket: &Socket, port: u16, server: ContextId, by_name: bool) -> Choice {
        Choice {
            server,
            default: socket.default.unwrap_or(server),
            by_name,
            tls: socket.tls,
            plain_http2: socket.plain_http2,
            proxy_protocol: socket.proxy_protocol,
            is_stream: self.is_stream,
            listen: socket.line,
            port,
            captures: None,
        }
    }

    /// The servers that a connection to an address, and a request for a host, reach.
    pub(crate) fn connect(&self, address: &Address, host: &str) -> Connection {
        let Some((address, socket)) = self.socket(address) else {
            let unknown = self.open || self.sockets.contains_key(&Address::Unknown);
            return if unknown { Connection::Unknown } else { Connection::Refused };
        };
        let host = host.trim_end_matches('.').to_lowercase();
        let port = address.port().unwrap_or(0);
        let choice = |server, by_name, captures| {
            Connection::Server(Choice { captures, ..self.choice(socket, port, server, by_name) })
        };
        match socket.names.as_ref().map_or(Named::Nobody, |names| names.find(&host)) {
            Named::Server(server, captures) => return choice(server, true, captures),
            Named::Unknown => return Connection::Unknown,
            Named::Nobody => {}
        }
        match socket.default {
            Some(server) if !socket.unknown_names => choice(server, false, None),
            _ => Connection::Unknown,
        }
    }

    /// The socket that accepts a connection: the address itself, or one that listens everywhere in its family.
    fn socket(&self, address: &Address) -> Option<(&Address, &Socket)> {
        let resolved = address.resolved();
        let found = match resolved.as_slice() {
            [] => self.accepting(address),
            resolved => resolved.iter().find_map(|address| self.accepting(address)),
        };
        if found.is_some() {
            return found;
        }
        let port = address.port()?;
        // A host name may stand for any address: the only one with that port is meant.
        let named = match address {
            Address::Any(..) => true,
            Address::One(host, _) => address.family().is_none() && host != "localhost",
            Address::Unix(_) | Address::Unknown => false,
        };
        if !named || self.ports.get(&port) != Some(&1) {
            return None;
        }
        let (found, socket) = self.sockets.iter().find(|(other, _)| other.port() == Some(port))?;
        Some((found, &**socket))
    }

    /// The socket that was written so.
    fn at(&self, address: &Address) -> Option<(&Address, &Socket)> {
        let (found, socket) = self.sockets.get_key_value(address)?;
        Some((found, &**socket))
    }

    /// The socket of an address. Whoever calls a name tries IPv4 here, as long as that is listened on.
    fn accepting(&self, address: &Address) -> Option<(&Address, &Socket)> {
        if let Some(found) = self.at(address) {
            return Some(found);
        }
        let port = address.port()?;
        let every = |family| self.at(&Address::Any(family, port));
        match address.family() {
            Some(Family::V4) => every(Family::V4).or(every(Family::V6).filter(|(_, socket)| socket.dual)),
            Some(Family::V6) => every(Family::V6),
            None => every(Family::V4).or(every(Family::V6)),
        }
    }
}

/// Whose name a host is.
enum Named {
    /// A server's, with what its expression captures.
    Server(ContextId, Option<Captures>),
    /// Nobody's.
    Nobody,
    /// It cannot be told.
    Unknown,
}

impl Names {
    /// Each name with its server.
    fn all(&self) -> Vec<(ContextId, String)> {
        let leading = self.leading.iter().map(|(name, server)| (*server, format!("*.{name}")));
        let trailing = self.trailing.iter().map(|(name, server)| (*server, format!("{name}.*")));
        let exact = self.exact.iter().map(|(name, server)| (*server, name.clone()));
        let patterns = self.patterns.iter().map(|(name, server)| (*server, format!("~{name}")));
        exact.chain(leading).chain(trailing).chain(patterns).collect()
    }

    /// The server that has the name of a host, in nginx's order.
    fn find(&self, host: &str) -> Named {
        let dots = || host.match_indices('.').map(|(at, _)| at);
        // The longest wildcard wins: for leading ones the first dot leaves the longest rest.
        let leading = || dots().find_map(|at| self.leading.get(&host[at + 1..]));
        let trailing = || dots().rev().find_map(|at| self.trailing.get(&host[..at]));
        if let Some(&server) = self.exact.get(host).or_else(leading).or_else(trailing) {
            return Named::Server(server, None);
        }
        for (expression, server) in &self.patterns {
            match pattern::matches(expression, true, host) {
                Match::Yes(captures) => return Named::Server(*server, Some(captures)),
                Match::Unknown => return Named::Unknown,
                Match::No => {}
            }
        }
        Named::Nobody
    }

    fn add(&mut self, name: &str, server: ContextId) {
        if let Some(expression) = name.strip_prefix('~') {
            self.patterns.push((expression.to_owned(), server));
        } else if let Some(rest) = name.strip_prefix("*.") {
            self.leading.entry(rest.to_owned()).or_insert(server);
        } else if let Some(rest) = name.strip_prefix('.') {
            self.exact.entry(rest.to_owned()).or_insert(server);
            self.leading.entry(rest.to_owned()).or_insert(server);
        } else if let Some(rest) = name.strip_suffix(".*") {
            self.trailing.entry(rest.to_owned()).or_insert(server);
        } else {
            self.exact.entry(name.to_owned()).or_insert(server);
        }
    }
}

impl Socket {
    fn add(&mut self, server: ContextId, listen: &Listen, names: &[Known<String>]) {
        self.tls |= listen.tls;
        self.plain_http2 |= listen.http2 && !listen.tls;
        self.proxy_protocol |= listen.proxy_protocol;
        self.dual |= listen.dual;
        self.unsure |= listen.unsure;
        self.line = self.line.or(listen.line);
        if self.default.is_none() || (listen.default && !self.declared_default) {
            self.default = Some(server);
            self.declared_default = listen.default;
        }
        for name in names {
            match name {
                Known::Known(name) => self.names.get_or_insert_default().add(name, server),
                Known::Unknown => self.unknown_names = true,
            }
        }
    }
}
