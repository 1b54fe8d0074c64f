//! `server`, `default-server` and `server-template` lines (manual, section 5.2).

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::keywords;
use crate::statement::Statement;
use wslint_model::Version;

/// A server with everything that its line and the `default-server` lines above it say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    /// The name.
    pub(crate) name: Box<str>,
    /// The address without its family, `host:port`, a host alone or a socket; `None` where it is hidden.
    written: Option<Box<str>>,
    /// How many bytes of it are the host or the socket.
    host_length: u32,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
    /// How many servers the line makes: more than one for `server-template`.
    pub(crate) count: usize,
    /// `weight`; 1 without the keyword.
    pub(crate) weight: Option<u64>,
    /// `cookie`.
    pub(crate) cookie: Option<Arc<str>>,
    /// The other settings, which servers share that have the same.
    pub(crate) settings: Arc<ServerSettings>,
}

/// What the keywords of a server line set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerSettings {
    /// `backup`.
    pub(crate) backup: bool,
    /// `disabled`.
    pub(crate) disabled: bool,
    /// `ssl`.
    pub(crate) tls: bool,
    /// Whether it is settled how the certificate of the server is verified: `ca-file` or `verify none`.
    pub(crate) verified: bool,
    /// `check`.
    pub(crate) check: bool,
    /// `check-ssl`: checks speak TLS wherever they go.
    pub(crate) check_tls: bool,
    /// `port`: checks go to another port, or to the same one, in clear unless `check-ssl` stands beside it.
    pub(crate) check_port: Option<String>,
    /// `addr`: checks go to another address, in clear unless `check-ssl` stands beside it.
    pub(crate) check_elsewhere: bool,
    /// `agent-check`.
    pub(crate) agent: bool,
    /// `send-proxy` and its kin.
    pub(crate) send_proxy: bool,
    /// `init-addr`: where the address of a name comes from at first.
    pub(crate) init_addr: Option<String>,
    /// Whether a `resolvers` section finds the address again and again.
    pub(crate) resolvers: bool,
    /// `sni`: the expression that yields the server name that is indicated.
    pub(crate) sni: Option<String>,
    /// `weight`, for the servers below a `default-server` line: each has its own.
    weight: Option<u64>,
    /// `maxconn`; 0 or none is no limit.
    pub(crate) maxconn: Option<u64>,
    /// `minconn`.
    pub(crate) minconn: Option<u64>,
    /// `cookie`, for the servers below a `default-server` line.
    cookie: Option<Arc<str>>,
    /// `alpn`.
    pub(crate) alpn: Option<String>,
    /// `proto`.
    pub(crate) proto: Option<String>,
    /// `ws`: `auto`, `h1` or `h2`.
    pub(crate) ws: Option<String>,
    /// `on-marked-down shutdown-sessions`.
    pub(crate) shutdown_when_down: bool,
    /// `redir`: requests without a body are redirected there instead of being sent.
    pub(crate) redirects: bool,
    /// `track`: the server, perhaps of another backend, whose checks decide about this one too.
    pub(crate) track: Option<String>,
    /// `id`, which is where `balance first` begins.
    pub(crate) id: Option<u64>,
    /// Whether a word of the line is hidden, so that anything may be set.
    pub(crate) unknown: bool,
}

/// What the words behind the addresses of servers say, each read once: most servers of a configuration have those of others.
#[derive(Debug, Default)]
pub(crate) struct ServerTails<'p>(HashMap<&'p [u8], Tail, RandomState>);

/// What the words behind an address say.
#[derive(Clone, Debug)]
struct Tail {
    /// What was set before.
    defaults: Arc<ServerSettings>,
    weight: Option<u64>,
    cookie: Option<Arc<str>>,
    settings: Arc<ServerSettings>,
}

impl<'p> ServerTails<'p> {
    /// How many are kept in mind.
    const MOST: usize = 4096;

    fn read(
        &mut self,
        statement: &Statement<'p>,
        from: usize,
        defaults: &Arc<ServerSettings>,
        like: &Arc<ServerSettings>,
    ) -> Tail {
        let written = statement.words.written(from);
        let known = written.and_then(|written| self.0.get(written));
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.defaults, defaults)) {
            return known.clone();
        }
        let mut settings = ServerSettings::clone(defaults);
        settings.apply(statement, from);
        let (weight, cookie) = (settings.weight.take(), settings.cookie.take());
        let settings = if settings == **like { Arc::clone(like) } else { Arc::new(settings) };
        let tail = Tail { defaults: Arc::clone(defaults), weight, cookie, settings };
        if let Some(written) = written.filter(|_| self.0.len() < Self::MOST) {
            self.0.insert(written, tail.clone());
        }
        tail
    }
}

/// The first version that asks for HTTP/1.1 where a handshake goes out by TLS, and knows `ws`.
pub(crate) const KNOWS_WS: Version = Version(2, 4, 9);

impl ServerSettings {
    /// Applies the keywords of a statement from a word on; later ones override earlier ones.
    pub(crate) fn apply(&mut self, statement: &Statement<'_>, from: usize) {
        let mut index = from;
        while index < statement.words.len() {
            let keyword = statement.word(index);
            let value = statement.word(index + 1);
            self.unknown |= statement.known(index).is_none();
            match keyword {
                "backup" => self.backup = true,
                "no-backup" => self.backup = false,
                "disabled" => self.disabled = true,
                "enabled" => self.disabled = false,
                "ssl" => self.tls = true,
                "no-ssl" => self.tls = false,
                "ca-file" => self.verified = true,
                "verify" if statement.known(index + 1).is_none_or(|how| how == "none") => {
                    self.verified = true
                }
                "check" => self.check = true,
                "no-check" => self.check = false,
                "check-ssl" => self.check_tls = true,
                "no-check-ssl" => self.check_tls = false,
                "port" => self.check_port = Some(value.to_owned()),
                "addr" => self.check_elsewhere = true,
                "agent-check" => self.agent = true,
                "no-agent-check" => self.agent = false,
                "send-proxy" | "send-proxy-v2" | "send-proxy-v2-ssl" | "send-proxy-v2-ssl-cn" => {
                    self.send_proxy = true;
                }
                "no-send-proxy" | "no-send-proxy-v2" => self.send_proxy = false,
                "init-addr" => self.init_addr = Some(value.to_owned()),
                "resolvers" => self.resolvers = true,
                "sni" => self.sni = statement.known(index + 1).map(str::to_owned),
                "weight" => self.weight = value.parse().ok(),
                "maxconn" => self.maxconn = value.parse().ok(),
                "minconn" => self.minconn = value.parse().ok(),
                "cookie" => self.cookie = Some(value.into()),
                "alpn" => self.alpn = Some(value.to_owned()),
                "proto" => self.proto = Some(value.to_owned()),
                "ws" => self.ws = Some(value.to_owned()),
                "redir" => self.redirects = true,
                "track" => self.track = statement.known(index + 1).map(str::to_owned),
                "id" => self.id = value.parse().ok(),
                "on-marked-down" => self.shutdown_when_down = value == "shutdown-sessions",
                _ => {}
            }
            let rest = statement.words.iter().skip(index + 1).map(|word| word.text);
            index += keywords::SERVER.named(keyword).first().map_or(1, |known| keywords::width(known, rest));
        }
    }

    /// Whether the ALPN list offers HTTP/2.
    pub(crate) fn offers_h2(&self) -> bool {
        self.tls && self.alpn.as_deref().is_some_and(|list| list.split(',').any(|name| name == "h2"))
    }

    /// Whether the ALPN list offers HTTP/1.1.
    pub(crate) fn offers_h1(&self) -> bool {
        self.alpn.as_deref().is_none_or(|list| list.split(',').any(|name| name.starts_with("http/1")))
    }

    /// Whether the server line sends a WebSocket as an extended CONNECT over HTTP/2 (RFC 8441).
    pub(crate) fn websocket_over_h2(&self) -> bool {
        match self.ws.as_deref() {
            Some("h1") => false,
            Some("h2") => true,
            _ => self.proto.as_deref() == Some("h2") || self.offers_h2() && !self.offers_h1(),
        }
    }
}

impl Server {
    /// Whether it starts without an address, and no resolver is to find one.
    pub(crate) fn waits_for_address(&self) -> bool {
        let settings = &self.settings;
        settings.init_addr.as_deref() == Some("none")
            && !settings.unknown
            && !settings.resolvers
            && self.has_name()
    }

    /// Whether its address is a name, which is looked up.
    pub(crate) fn has_name(&self) -> bool {
        let host = self.host().unwrap_or_default();
        !host.is_empty() && !host.contains(['/', '@']) && !is_any(host) && host.parse::<IpAddr>().is_err()
    }

    /// Whether a check over HTTP goes in clear to a port that speaks TLS: the one that the server line speaks TLS to, or
    /// a port of HTTPS. With `port` or `addr` checks do not take TLS over from the line (manual, section 5.2
    /// "check-ssl").
    pub(crate) fn is_checked_in_clear(&self, tls_ports: &[u16]) -> bool {
        let settings = &self.settings;
        let own = self.port();
        let port = settings.check_port.as_deref().or(own);
        let of_tls = port.and_then(|port| port.parse().ok()).is_some_and(|port| tls_ports.contains(&port));
        let inherits = settings.tls && settings.check_port.is_none();
        let plain = !settings.check_tls && !inherits;
        let speaks_tls = of_tls || settings.tls && port.is_some() && port == own;
        settings.check && !settings.unknown && !settings.check_elsewhere && plain && speaks_tls
    }

    /// Reads a `server` or `server-template` line over what the `default-server` lines above it set. `like` are the
    /// settings of the server before, and `tails` what the words of other lines were read to.
    pub(crate) fn parse<'p>(
        statement: &Statement<'p>,
        index: usize,
        defaults: &Arc<ServerSettings>,
        like: &Arc<ServerSettings>,
        tails: &mut ServerTails<'p>,
    ) -> Self {
        let template = statement.word(0) == "server-template";
        let at = if template { 3 } else { 2 };
        let count = if template { template_count(statement.word(2)) } else { 1 };
        let (written, host_length) = match statement.known(at) {
            Some(address) => {
                let address = without_family(address);
                (Some(address.into()), split(address).0.len() as u32)
            }
            None => (None, 0),
        };
        let Tail { weight, cookie, settings, .. } = tails.read(statement, at + 1, defaults, like);
        let name = statement.word(1).into();
        Self { name, written, host_length, statement: index, count, weight, cookie, settings }
    }

    /// The host part of the address; `None` where it is hidden.
    pub(crate) fn host(&self) -> Option<&str> {
        self.written.as_deref().map(|written| &written[..self.host_length as usize])
    }

    /// The port; `None` where the line gives none, so that the client's own port is used.
    pub(crate) fn port(&self) -> Option<&str> {
        let behind = self.written.as_deref()?.get(self.host_length as usize + 1..)?;
        Some(behind).filter(|port| !port.is_empty())
    }

    /// The address as the configuration would show it: `host:port`, or a socket's path. What the line leaves to the
    /// client, a port or any address, is taken from where the client connected to.
    pub(crate) fn address(&self, client: Destination<'_>) -> Option<Cow<'_, str>> {
        let written = self.written.as_deref()?;
        let (host, port) = (self.host()?, self.port());
        let is_socket = host.starts_with('/') || host.contains('@');
        let is_plain = |port: &str| port != "0" && !port.starts_with(['+', '-']);
        if is_socket || !is_any(host) && port.is_some_and(is_plain) {
            return Some(Cow::Borrowed(written));
        }
        let host = match is_any(host) {
            true if client.host?.contains(':') => format!("[{}]", client.host?),
            true => client.host?.to_owned(),
            false => host.to_owned(),
        };
        let port = match port {
            Some(port) => match port.strip_prefix(['+', '-']) {
                None if port == "0" => client.port?.to_string(),
                None => port.to_string(),
                Some(offset) => {
                    let offset: i64 = offset.parse().ok()?;
                    let sign = if port.starts_with('-') { -1 } else { 1 };
                    (i64::from(client.port?) + sign * offset).to_string()
                }
            },
            None => client.port?.to_string(),
        };
        Some(Cow::Owned(format!("{host}:{port}")))
    }
}

/// Where a client connected to, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Destination<'a> {
    /// The address, without brackets.
    pub(crate) host: Option<&'a str>,
    /// The port.
    pub(crate) port: Option<u16>,
}

/// Whether a host stands for every address of a machine.
pub(crate) fn is_any(host: &str) -> bool {
    matches!(host, "" | "*" | "0.0.0.0" | "::" | "[::]")
}

fn template_count(range: &str) -> usize {
    let number = |text: &str| text.parse::<usize>().ok();
    match range.split_once('-') {
        Some((low, high)) => match (number(low), number(high)) {
            (Some(low), Some(high)) if high >= low => (high - low + 1).min(100_000),
            _ => 1,
        },
        None => number(range).unwrap_or(1).max(1),
    }
}

/// An address without the family that may stand in front of it.
fn without_family(address: &str) -> &str {
    address.strip_prefix("ipv4@").or(address.strip_prefix("ipv6@")).unwrap_or(address)
}

/// Splits `host:port`, `[::1]:80`, `ipv4@host:port` or a socket's path.
pub(crate) fn split_address(address: &str) -> (&str, Option<&str>) {
    split(without_family(address))
}

/// The same of one without a family.
fn split(address: &str) -> (&str, Option<&str>) {
    if address.starts_with('/') || address.contains('@') {
        return (address, None);
    }
    match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port).filter(|port| !port.is_empty())),
        _ => (address, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_split() {
        for (address, host, port) in [
            ("127.0.0.1:80", "127.0.0.1", Some("80")),
            ("app.example", "app.example", None),
            ("[::1]:443", "[::1]", Some("443")),
            ("ipv6@[::1]:443", "[::1]", Some("443")),
            ("unix@/run/x.sock", "unix@/run/x.sock", None),
            ("/run/x.sock", "/run/x.sock", None),
            ("10.0.0.1:", "10.0.0.1", None),
            ("ipv4@ipv6@[::1]:80", "ipv6@[::1]:80", None),
            ("ipv4@ipv4@éééé:80", "ipv4@éééé:80", None),
        ] {
            assert_eq!(split_address(address), (host, port), "{address}");
            let written = Some(without_family(address).into());
            let host_length = split(without_family(address)).0.len() as u32;
            let server = Server { written, host_length, ..Server::default() };
            assert_eq!((server.host(), server.port()), (Some(host), port), "{address}");
        }
    }
}
