//! `upstream {}`: the servers behind a name, and how one of them is picked.

use std::collections::{HashMap, HashSet};

use super::config::{Config, ContextId, ContextKind, Line};
use super::names::Directive;
use crate::trace::Known;

/// How a server is picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Method {
    RoundRobin,
    LeastConn,
    Random,
    IpHash,
    /// The key as written.
    Hash(String),
    Sticky,
    /// A method of a module that the model does not know, or behind a placeholder.
    Unknown,
}

/// A `server` line of an upstream.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Host and port, or `unix:` and a path.
    pub(super) address: Known<String>,
    weight: u64,
    /// Whether it takes requests while the others do.
    active: bool,
}

/// The servers behind one name.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    pub(super) name: String,
    /// The `upstream` line.
    pub(super) line: Line,
    pub(super) members: Vec<Member>,
    /// The addresses that take requests, each once.
    pub(super) active: Vec<Known<String>>,
    /// The active server that weighted turns begin with.
    heaviest: Option<usize>,
    pub(super) method: Method,
    /// The line that chooses the method.
    pub(super) method_line: Option<Line>,
    /// Whether the pool keeps connections open between requests.
    pub(super) keepalive: Option<Line>,
    /// Whether an unseen file could add servers or a method.
    pub(super) open: bool,
}

impl Pool {
    fn read(config: &Config<'_>, line: Line, block: ContextId) -> Option<Self> {
        let name = config.known_arg(line, 0)?.into_owned();
        let context = config.context(block);
        let members: Vec<Member> =
            config.own(block, Directive::Server).map(|line| Member::read(config, line)).collect();
        let mut pool = Self {
            name,
            line,
            active: active(&members),
            heaviest: heaviest(&members),
            members,
            method: Method::RoundRobin,
            method_line: None,
            keepalive: config.own_last(block, Directive::Keepalive),
            open: context.open,
        };
        for &line in &context.lines {
            let method = match line.name {
                Some(Directive::LeastConn) => Method::LeastConn,
                Some(Directive::Random) => Method::Random,
                Some(Directive::IpHash) => Method::IpHash,
                Some(Directive::Sticky) => Method::Sticky,
                Some(Directive::Hash) => match config.known_arg(line, 0) {
                    Some(key) => Method::Hash(key.into_owned()),
                    None => Method::Unknown,
                },
                None if !matches!(
                    config.name(line).as_ref(),
                    "keepalive_requests" | "keepalive_time" | "max_fails" | "queue" | "check"
                ) =>
                {
                    Method::Unknown
                }
                _ => continue,
            };
            pool.method = method;
            pool.method_line = Some(line);
        }
        Some(pool)
    }

    /// The number of servers that take requests only where no other one does.
    pub(super) fn backups(&self) -> usize {
        self.members.iter().filter(|member| !member.active && member.weight > 0).count()
    }

    /// The server that a first request goes to, where the config determines it.
    pub(super) fn first(&self) -> Known<Option<String>> {
        let picked = match (self.active.as_slice(), &self.method) {
            _ if self.open => return Known::Unknown,
            ([], _) => match self.members.iter().find(|member| member.weight > 0) {
                Some(backup) => &backup.address,
                None => return Known::Known(None),
            },
            ([only], _) => only,
            (_, Method::RoundRobin | Method::LeastConn | Method::Sticky) => match self.heaviest {
                Some(heaviest) => &self.members[heaviest].address,
                None => return Known::Unknown,
            },
            _ => return Known::Unknown,
        };
        match picked {
            Known::Known(address) => Known::Known(Some(address.clone())),
            Known::Unknown => Known::Unknown,
        }
    }
}

/// The addresses of the servers that take requests, each once. A name may stand for several addresses.
fn active(members: &[Member]) -> Vec<Known<String>> {
    let mut seen = HashSet::new();
    let mut addresses = Vec::new();
    for Member { address, .. } in members.iter().filter(|member| member.active) {
        let counts = match address {
            Known::Known(address) => seen.insert(address),
            Known::Unknown => true,
        };
        if counts {
            addresses.push(address.clone());
        }
    }
    addresses
}

/// Of equal weights the first server is picked, else the heaviest.
fn heaviest(members: &[Member]) -> Option<usize> {
    let active = members.iter().enumerate().filter(|(_, member)| member.active);
    let heaviest = active.reduce(|best, next| if next.1.weight > best.1.weight { next } else { best });
    heaviest.map(|(place, _)| place)
}

impl Member {
    fn read(config: &Config<'_>, line: Line) -> Self {
        let words = config.args(line);
        let mut member = Self { address: Known::Unknown, weight: 1, active: true };
        if let Some(Known::Known(address)) = words.first() {
            let port_given = address.rfind(':') > address.rfind(']') || address.starts_with("unix:");
            let address = if port_given { address.to_string() } else { format!("{address}:80") };
            member.address = Known::Known(address);
        }
        for word in words.iter().skip(1) {
            let Known::Known(word) = word else { continue };
            match word.as_ref() {
                "backup" => member.active = false,
                "down" => {
                    member.active = false;
                    member.weight = 0;
                }
                word => {
                    let weight = word.strip_prefix("weight=").and_then(|weight| weight.parse().ok());
                    member.weight = weight.unwrap_or(member.weight);
                }
            }
        }
        member
    }
}

/// The upstreams of `http {}` or `stream {}` by name, in lower case as nginx compares them.
pub(super) fn pools(config: &Config<'_>, kind: ContextKind) -> HashMap<String, Pool> {
    let mut pools = HashMap::new();
    for (id, context) in config.contexts().filter(|(_, context)| context.kind == kind) {
        let Some(pool) = context.opener.and_then(|line| Pool::read(config, line, id)) else { continue };
        pools.entry(pool.name.to_lowercase()).or_insert(pool);
    }
    pools
}
