//! `upstream {}`: the servers behind a name, and how one of them is picked.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::levels::{Config, ContextId, ContextKind, Line};
use super::names::Directive;
use wslint_model::Known;

/// How a server is picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    RoundRobin,
    LeastConn,
    Random,
    IpHash,
    /// The key as written, and whether the servers stand on a ring.
    Hash {
        key: String,
        consistent: bool,
    },
    Sticky,
    /// A method of a module that the model does not know, or behind a placeholder.
    Unknown,
}

/// A `server` line of an upstream.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The line.
    pub(crate) line: Line,
    /// Host and port, or `unix:` and a path.
    pub(crate) address: Known<String>,
    /// Whether the port is written down, or is 80 for lack of one.
    pub(crate) port_given: bool,
    pub(crate) weight: u64,
    /// Whether it takes requests only where no other server does.
    pub(crate) backup: bool,
    /// Whether it takes none at all.
    pub(crate) down: bool,
}

/// The servers behind one name.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) name: String,
    /// The `upstream` line.
    pub(crate) line: Line,
    pub(crate) members: Vec<Member>,
    /// The addresses that take requests, each once.
    pub(crate) active: Vec<Known<String>>,
    pub(crate) method: Method,
    /// The line that chooses the method.
    pub(crate) method_line: Option<Line>,
    /// Whether the pool keeps connections open between requests.
    pub(crate) keepalive: Option<Line>,
    /// Whether an unseen file could add servers or a method.
    pub(crate) open: bool,
    /// Those of the active ones that are listeners of the same configuration, looked up when first asked for.
    pub(crate) own: OnceLock<Box<[String]>>,
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
            members,
            method: Method::RoundRobin,
            method_line: None,
            keepalive: config.own_last(block, Directive::Keepalive),
            open: context.open,
            own: OnceLock::new(),
        };
        for &line in &context.lines {
            let method = match line.name {
                Some(Directive::LeastConn) => Method::LeastConn,
                Some(Directive::Random) => Method::Random,
                Some(Directive::IpHash) => Method::IpHash,
                Some(Directive::Sticky) => Method::Sticky,
                Some(Directive::Hash) => match config.known_arg(line, 0) {
                    Some(key) => Method::Hash {
                        key: key.into_owned(),
                        consistent: config.known_arg(line, 1).is_some_and(|word| word == "consistent"),
                    },
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
    pub(crate) fn backups(&self) -> usize {
        self.members.iter().filter(|member| member.backup && !member.down).count()
    }
}

/// The addresses of the servers that take requests, each once. A name may stand for several addresses.
fn active(members: &[Member]) -> Vec<Known<String>> {
    let mut seen = HashSet::new();
    let mut addresses = Vec::new();
    for Member { address, .. } in members.iter().filter(|member| member.is_active()) {
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

impl Member {
    /// Whether it takes requests while the others do.
    pub(crate) fn is_active(&self) -> bool {
        !self.backup && !self.down
    }

    /// The address, unless it is behind a name, which may stand for several.
    pub(crate) fn literal_address(&self) -> Option<&str> {
        let address = self.address.as_ref()?;
        let literal = address.starts_with("unix:") || address.parse::<std::net::SocketAddr>().is_ok();
        literal.then_some(address)
    }

    fn read(config: &Config<'_>, line: Line) -> Self {
        let words = config.args(line);
        let mut member =
            Self { line, address: Known::Unknown, port_given: true, weight: 1, backup: false, down: false };
        if let Some(Known::Known(address)) = words.first() {
            let port_given = address.rfind(':') > address.rfind(']') || address.starts_with("unix:");
            let address = if port_given { address.to_string() } else { format!("{address}:80") };
            member.address = Known::Known(address);
            member.port_given = port_given;
        }
        for word in words.iter().skip(1) {
            let Known::Known(word) = word else { continue };
            match word.as_ref() {
                "backup" => member.backup = true,
                "down" => member.down = true,
                word => {
                    let weight = word.strip_prefix("weight=").and_then(|weight| weight.parse::<u32>().ok());
                    member.weight = weight.map_or(member.weight, u64::from);
                }
            }
        }
        member
    }
}

/// The upstreams of `http {}` or `stream {}` by name, in lower case as nginx compares them.
pub(crate) fn pools(config: &Config<'_>, kind: ContextKind) -> HashMap<String, Pool, RandomState> {
    let mut pools = HashMap::default();
    for (id, context) in config.contexts().filter(|(_, context)| context.kind == kind) {
        let Some(pool) = context.opener.and_then(|line| Pool::read(config, line, id)) else { continue };
        pools.entry(pool.name.to_lowercase()).or_insert(pool);
    }
    pools
}
