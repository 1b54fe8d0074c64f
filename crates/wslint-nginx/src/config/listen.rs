//! `listen`: where the sockets of a server listen, and what they speak.

use std::fmt;

use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use wslint_model::Known;
use wslint_model::way;

/// The two families of IP addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Family {
    V4,
    V6,
}

/// Where a socket listens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Address {
    /// Every address of a family.
    Any(Family, u16),
    /// One address.
    One(String, u16),
    /// A socket in the file system.
    Unix(String),
    /// It cannot be told: a placeholder stands in its place.
    Unknown,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any(Family::V4, port) => write!(f, "*:{port}"),
            Self::Any(Family::V6, port) => write!(f, "[::]:{port}"),
            Self::One(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{path}"),
            Self::Unknown => f.write_str("an address that is not known"),
        }
    }
}

impl Address {
    /// Reads the first argument of `listen`, or an address that people write.
    pub(crate) fn read(text: &str) -> Self {
        if let Some(path) = text.strip_prefix("unix:") {
            return Self::Unix(path.to_owned());
        }
        if let Ok(port) = text.parse() {
            return Self::Any(Family::V4, port);
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
            "*" | "0.0.0.0" | "" => Self::Any(Family::V4, port),
            "[::]" => Self::Any(Family::V6, port),
            "localhost" => Self::One("127.0.0.1".to_owned(), port),
            host if host.contains('$') => Self::Unknown,
            host => Self::One(host.to_ascii_lowercase(), port),
        }
    }

    /// An address as the shared way has it.
    pub(crate) fn of(address: &way::Address) -> Self {
        match address {
            way::Address::Unix(path) => Self::Unix(path.clone()),
            way::Address::Port { host, port } => match host.as_str() {
                "*" | "0.0.0.0" | "" => Self::Any(Family::V4, *port),
                "::" => Self::Any(Family::V6, *port),
                host if host.contains(':') => Self::One(format!("[{host}]"), *port),
                host => Self::One(host.to_owned(), *port),
            },
        }
    }

    /// The port, where there is one.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::Any(_, port) | Self::One(_, port) => Some(*port),
            Self::Unix(_) | Self::Unknown => None,
        }
    }

    /// The family, where it is one of IP addresses: a name may stand for addresses of both.
    pub(crate) fn family(&self) -> Option<Family> {
        match self {
            Self::Any(family, _) => Some(*family),
            Self::One(host, _) if host.starts_with('[') => Some(Family::V6),
            Self::One(host, _) => host.parse::<std::net::Ipv4Addr>().is_ok().then_some(Family::V4),
            Self::Unix(_) | Self::Unknown => None,
        }
    }

    /// The same of the other family, where it is every address of one.
    pub(crate) fn twin(&self) -> Option<Self> {
        match self {
            Self::Any(Family::V4, port) => Some(Self::Any(Family::V6, *port)),
            Self::Any(Family::V6, port) => Some(Self::Any(Family::V4, *port)),
            _ => None,
        }
    }

    /// The address as the shared way has it; none where it cannot be told.
    pub(crate) fn shared(&self) -> Option<way::Address> {
        match self {
            Self::Any(Family::V4, port) => Some(way::Address::port("0.0.0.0", *port)),
            Self::Any(Family::V6, port) => Some(way::Address::port("::", *port)),
            Self::One(host, port) => Some(way::Address::port(host, *port)),
            Self::Unix(path) => Some(way::Address::Unix(path.clone())),
            Self::Unknown => None,
        }
    }

    /// The addresses that a name stands for, in the order in which they are tried: `localhost` is known on every machine.
    /// None for what is no such name.
    pub(super) fn resolved(&self) -> Vec<Self> {
        match self {
            Self::One(host, port) if host == "localhost" => {
                ["127.0.0.1", "[::1]"].map(|host| Self::One(host.to_owned(), *port)).to_vec()
            }
            _ => Vec::new(),
        }
    }
}

/// One `listen` of one server.
#[derive(Clone, Debug)]
pub(crate) struct Listen {
    /// The line; none for the implicit `listen 80`.
    pub(crate) line: Option<Line>,
    pub(crate) address: Address,
    pub(crate) tls: bool,
    pub(crate) http2: bool,
    /// Whether a placeholder hides a part of the line.
    pub(crate) unsure: bool,
    /// Whether a PROXY header comes first.
    pub(super) proxy_protocol: bool,
    /// Whether the server is the default one there.
    pub(super) default: bool,
    /// Whether a socket of every IPv6 address takes IPv4 as well (`ipv6only=off`).
    pub(super) dual: bool,
}

/// Reads the `listen` lines of a server.
pub(crate) fn listens(config: &Config<'_>, server: ContextId) -> Vec<Listen> {
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
                proxy_protocol: has("proxy_protocol"),
                default: has("default_server") || has("default"),
                dual: has("ipv6only=off"),
            }
        })
        .collect();
    if found.is_empty() && !config.context(server).open {
        found.push(Listen {
            line: None,
            address: Address::Any(Family::V4, 80),
            tls: ssl_on,
            http2: false,
            unsure: false,
            proxy_protocol: false,
            default: false,
            dual: false,
        });
    }
    found
}
