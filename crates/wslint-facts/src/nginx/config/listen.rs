//! `listen` and `server_name`: which server answers a connection.

use std::collections::HashMap;

use super::names::Directive;
use super::pattern::{self, Match};
use crate::nginx::config::{Config, ContextId, ContextKind, Line};
use crate::trace::Known;

/// Where a socket listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::nginx) enum Address {
    /// Every IPv4 or IPv6 address.
    Any(u16),
    /// One address.
    One(String, u16),
    /// A socket in the file system.
    Unix(String),
    /// It cannot be told: a placeholder stands in its place.
    Unknown,
}

impl Address {
    /// Reads the first argument of `listen`, or an address that people write.
    pub(in crate::nginx) fn read(text: &str) -> Self {
        if let Some(path) = text.strip_prefix("unix:") {
            return Self::Unix(path.to_owned());
        }
        if let Ok(port) = text.parse() {
            return Self::Any(port);
        }
        let bracket = text.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match text[bracket..].find(':') {
            Some(colon) => match text[bracket + colon + 1..].parse() {
                Ok(port) => (&text[..bracket + colon], port),
                Err(_) => return Self::Unknown,
            },
            None => (text, 80),
        };
        match host {
            "*" | "0.0.0.0" | "[::]" | "" => Self::Any(port),
            "localhost" => Self::One("127.0.0.1".to_owned(), port),
            host if host.contains('$') => Self::Unknown,
            host => Self::One(host.to_ascii_lowercase(), port),
        }
    }

    /// The port, where there is one.
    pub(in crate::nginx) fn port(&self) -> Option<u16> {
        match self {
            Self::Any(port) | Self::One(_, port) => Some(*port),
            Self::Unix(_) | Self::Unknown => None,
        }
    }
}

/// One `listen` of one server.
#[derive(Clone, Debug)]
pub(in crate::nginx) struct Listen {
    /// The line; none for the implicit `listen 80`.
    pub(in crate::nginx) line: Option<Line>,
    pub(in crate::nginx) address: Address,
    pub(in crate::nginx) tls: bool,
    pub(in crate::nginx) http2: bool,
    /// Whether a placeholder hides a part of the line.
    pub(in crate::nginx) unsure: bool,
    default: bool,
}

/// Reads the `listen` lines of a server.
pub(in crate::nginx) fn listens(config: &Config<'_>, server: ContextId) -> Vec<Listen> {
    let ssl_on = config
        .own_last(server, Directive::Ssl)
        .and_then(|line| config.known_arg(line, 0))
        .is_some_and(|value| value == "on");
    let mut found: Vec<Listen> = config
        .own(server, Directive::Listen)
        .map(|line| {
            let words = config.args(line);
            let has = |wanted: &str| {
                words.iter().skip(1).any(|word| matches!(word, Known::Known(word) if word.as_ref() == wanted))
            };
            Listen {
                line: Some(line),
                address: match words.first() {
                    Some(Known::Known(text)) => Address::read(text),
                    _ => Address::Unknown,
                },
                tls: has("ssl") || has("quic") || ssl_on,
                http2: has("http2"),
                unsure: words.contains(&Known::Unknown),
                default: has("default_server") || has("default"),
            }
        })
        .collect();
    if found.is_empty() && !config.context(server).open {
        found.push(Listen {
            line: None,
            address: Address::Any(80),
            tls: ssl_on,
            http2: false,
            unsure: false,
            default: false,
        });
    }
    found
}

/// The servers behind one socket.
#[derive(Debug, Default)]
struct Socket {
    default: Option<ContextId>,
    declared_default: bool,
    exact: HashMap<String, ContextId>,
    /// `*.example.com` and `.example.com`, by what follows the dot.
    leading: HashMap<String, ContextId>,
    /// `mail.*`, by what precedes the dot.
    trailing: HashMap<String, ContextId>,
    patterns: Vec<(String, ContextId, Line)>,
    unknown_names: bool,
    tls: bool,
    plain_http2: bool,
    line: Option<Line>,
}

/// All sockets of a config.
#[derive(Debug, Default)]
pub(in crate::nginx) struct Listeners {
    sockets: HashMap<Address, Socket>,
    /// Whether an unseen file could add servers.
    open: bool,
}

/// The server that answers, and what decided it.
#[derive(Clone, Debug)]
pub(in crate::nginx) struct Choice {
    /// The server.
    pub(in crate::nginx) server: ContextId,
    /// The server for requests without a name that any has.
    pub(in crate::nginx) default: ContextId,
    /// Whether its own name decided, rather than that it is the default.
    pub(in crate::nginx) by_name: bool,
    /// Whether the socket speaks TLS.
    pub(in crate::nginx) tls: bool,
    /// Whether the socket speaks HTTP/2 without TLS.
    pub(in crate::nginx) plain_http2: bool,
    /// The `listen` line of the socket.
    pub(in crate::nginx) listen: Option<Line>,
    /// The port.
    pub(in crate::nginx) port: u16,
    /// What a regular expression in `server_name` captured.
    pub(in crate::nginx) captures: Option<super::pattern::Captures>,
}

/// What becomes of a connection.
#[derive(Clone, Debug)]
pub(in crate::nginx) enum Connection {
    /// A server answers.
    Server(Choice),
    /// Nothing listens there.
    Refused,
    /// It cannot be told which server answers.
    Unknown,
}

impl Listeners {
    /// Reads the servers of `http {}` or of `stream {}`, in order.
    pub(in crate::nginx) fn new(config: &Config<'_>, kind: ContextKind) -> Self {
        let mut listeners = Self::default();
        for (server, context) in config.contexts().filter(|(_, context)| context.kind == kind) {
            let around = context.parent.map(|parent| config.context(parent));
            listeners.open |= context.open || around.is_some_and(|around| around.open);
            let names: Vec<(Known<String>, Line)> = config
                .own(server, Directive::ServerName)
                .flat_map(|line| {
                    let words = config.args(line);
                    words.into_iter().map(move |word| match word {
                        Known::Known(word) => (Known::Known(word.to_lowercase()), line),
                        Known::Unknown => (Known::Unknown, line),
                    })
                })
                .collect();
            for listen in listens(config, server) {
                let socket = listeners.sockets.entry(listen.address.clone()).or_default();
                socket.add(server, &listen, &names);
            }
        }
        listeners
    }

    /// The servers that a connection to an address, and a request for a host, reach.
    pub(in crate::nginx) fn connect(&self, address: &Address, host: &str) -> Connection {
        let Some((address, socket)) = self.socket(address) else {
            let unknown = self.open || self.sockets.contains_key(&Address::Unknown);
            return if unknown { Connection::Unknown } else { Connection::Refused };
        };
        let host = host.trim_end_matches('.').to_lowercase();
        let port = address.port().unwrap_or(0);
        let choice = |server, by_name, captures| {
            Connection::Server(Choice {
                server,
                default: socket.default.unwrap_or(server),
                by_name,
                tls: socket.tls,
                plain_http2: socket.plain_http2,
                listen: socket.line,
                port,
                captures,
            })
        };
        if let Some(&server) = socket.exact.get(&host) {
            return choice(server, true, None);
        }
        let dots = || host.match_indices('.').map(|(at, _)| at);
        // The longest wildcard wins: for leading ones the first dot leaves the longest rest.
        if let Some(&server) = dots().find_map(|at| socket.leading.get(&host[at + 1..])) {
            return choice(server, true, None);
        }
        if let Some(&server) = dots().rev().find_map(|at| socket.trailing.get(&host[..at])) {
            return choice(server, true, None);
        }
        for (expression, server, _) in &socket.patterns {
            match pattern::matches(expression, true, &host) {
                Match::Yes(captures) => return choice(*server, true, Some(captures)),
                Match::Unknown => return Connection::Unknown,
                Match::No => {}
            }
        }
        match socket.default {
            Some(server) if !socket.unknown_names => choice(server, false, None),
            _ => Connection::Unknown,
        }
    }

    /// The socket that accepts a connection: the address itself, or one that listens everywhere.
    fn socket(&self, address: &Address) -> Option<(&Address, &Socket)> {
        if let Some(found) = self.sockets.get_key_value(address) {
            return Some(found);
        }
        let port = address.port()?;
        if let Some(found) = self.sockets.get_key_value(&Address::Any(port)) {
            return Some(found);
        }
        // A host name may stand for any address: the only one with that port is meant.
        let named = match address {
            Address::Any(_) => true,
            Address::One(host, _) => !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err(),
            Address::Unix(_) | Address::Unknown => false,
        };
        let mut same_port = self.sockets.iter().filter(|(other, _)| other.port() == Some(port));
        let only = same_port.next().filter(|_| named)?;
        same_port.next().is_none().then_some(only)
    }
}

impl Socket {
    fn add(&mut self, server: ContextId, listen: &Listen, names: &[(Known<String>, Line)]) {
        self.tls |= listen.tls;
        self.plain_http2 |= listen.http2 && !listen.tls;
        self.line = self.line.or(listen.line);
        if self.default.is_none() || (listen.default && !self.declared_default) {
            self.default = Some(server);
            self.declared_default = listen.default;
        }
        for (name, line) in names {
            let Known::Known(name) = name else {
                self.unknown_names = true;
                continue;
            };
            if let Some(expression) = name.strip_prefix('~') {
                self.patterns.push((expression.to_owned(), server, *line));
            } else if let Some(rest) = name.strip_prefix("*.") {
                self.leading.entry(rest.to_owned()).or_insert(server);
            } else if let Some(rest) = name.strip_prefix('.') {
                self.exact.entry(rest.to_owned()).or_insert(server);
                self.leading.entry(rest.to_owned()).or_insert(server);
            } else if let Some(rest) = name.strip_suffix(".*") {
                self.trailing.entry(rest.to_owned()).or_insert(server);
            } else {
                self.exact.entry(name.clone()).or_insert(server);
            }
        }
    }
}
