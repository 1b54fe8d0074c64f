//! `bind` lines: where a frontend listens (manual, section 4.2 "bind" and 5.1).

use crate::keywords;
use crate::statement::Statement;

/// One address of a `bind` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The host: empty for any address, or a socket with its prefix.
    pub(crate) host: String,
    /// First and last port; `None` for a socket.
    pub(crate) ports: Option<(u16, u16)>,
}

/// A `bind` line.
#[derive(Clone, Debug)]
pub(crate) struct Bind {
    /// The addresses; `None` where a placeholder hides them.
    pub(crate) addresses: Option<Vec<Address>>,
    /// The addresses as written.
    pub(crate) text: String,
    /// `ssl`.
    pub(crate) tls: bool,
    /// `alpn`.
    pub(crate) alpn: Option<String>,
    /// `proto`.
    pub(crate) proto: Option<String>,
    /// `accept-proxy`.
    pub(crate) accept_proxy: bool,
    /// `v6only`.
    pub(crate) only_v6: bool,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
}

impl Bind {
    /// Reads a `bind` line.
    pub(crate) fn parse(statement: &Statement<'_>, index: usize) -> Self {
        let addresses = statement.known(1).map(|text| text.split(',').filter_map(address).collect());
        let mut bind = Self {
            addresses,
            text: statement.word(1).to_owned(),
            tls: false,
            alpn: None,
            proto: None,
            accept_proxy: false,
            only_v6: false,
            statement: index,
        };
        let mut at = 2;
        while at < statement.words.len() {
            let value = statement.word(at + 1);
            match statement.word(at) {
                "ssl" => bind.tls = true,
                "accept-proxy" => bind.accept_proxy = true,
                "v6only" => bind.only_v6 = true,
                "v4v6" => bind.only_v6 = false,
                "alpn" => bind.alpn = Some(value.to_owned()),
                "no-alpn" => bind.alpn = Some(String::new()),
                "proto" => bind.proto = Some(value.to_owned()),
                _ => {}
            }
            let rest = statement.words[at + 1..].iter().map(|word| word.text.as_ref());
            at += keywords::BIND
                .named(statement.word(at))
                .first()
                .map_or(1, |known| keywords::width(known, rest));
        }
        bind
    }

    /// Whether a connection to that address arrives here: `Some(true)` for an exact address, `Some(false)` for
    /// none, `None` where it cannot be told.
    pub(crate) fn takes(&self, host: Option<&str>, port: u16) -> Option<bool> {
        let Some(addresses) = &self.addresses else { return None };
        let takes = addresses.iter().any(|address| {
            let Some((low, high)) = address.ports else {
                return host.is_some_and(|host| same_socket(&address.host, host));
            };
            let port_fits = (low..=high).contains(&port);
            let host_fits = match host {
                Some(host) => address.covers(host, self.only_v6) || same_host(&address.host, host),
                None => true,
            };
            port_fits && host_fits
        });
        Some(takes)
    }

    /// All ports that the line takes; `None` for sockets, wide ranges and hidden addresses.
    pub(crate) fn few_ports(&self) -> Option<Vec<u16>> {
        const FEW: u16 = 16;
        let mut ports = Vec::new();
        for address in self.addresses.as_ref()? {
            let (low, high) = address.ports.filter(|(low, high)| high.saturating_sub(*low) < FEW)?;
            ports.extend(low..=high);
        }
        Some(ports)
    }

    /// Whether HTTP/2 may be negotiated: by ALPN, or by default from 2.8 on for TLS (measured).
    pub(crate) fn offers_h2(&self, default_alpn: bool) -> bool {
        if self.proto.as_deref() == Some("h2") {
            return true;
        }
        match &self.alpn {
            Some(list) => self.tls && list.split(',').any(|name| name == "h2"),
            None => self.tls && default_alpn,
        }
    }
}

impl Address {
    /// Whether the address stands for every address of the machine.
    pub(crate) fn is_any(&self) -> bool {
        super::server::is_any(&self.host)
    }

    /// Whether the address stands for every address of that host's kind: `[::]` may stand for both kinds.
    fn covers(&self, host: &str, only_v6: bool) -> bool {
        let of_v6 = self.host.contains(':');
        let asked_v6 = host.contains(':');
        self.is_any() && if asked_v6 { of_v6 } else { !of_v6 || !only_v6 }
    }
}

/// Whether two spellings name one host: `localhost` is the loopback address.
pub(crate) fn same_host(one: &str, other: &str) -> bool {
    fn canonical(host: &str) -> &str {
        match host.trim_start_matches('[').trim_end_matches(']') {
            "localhost" => "127.0.0.1",
            host => host,
        }
    }
    canonical(one).eq_ignore_ascii_case(canonical(other))
}

/// Whether two spellings name one socket: `unix@` is what a path means anyway.
pub(crate) fn same_socket(one: &str, other: &str) -> bool {
    fn path(text: &str) -> &str {
        text.strip_prefix("unix@").unwrap_or(text)
    }
    path(one) == path(other)
}

fn address(text: &str) -> Option<Address> {
    let text = text.strip_prefix("ipv4@").or(text.strip_prefix("ipv6@")).unwrap_or(text);
    if text.starts_with('/') || text.contains('@') {
        return Some(Address { host: text.to_owned(), ports: None });
    }
    let (host, ports) = text.rsplit_once(':')?;
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    Some(Address { host: host.to_owned(), ports: Some((low.parse().ok()?, high.parse().ok()?)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, host, ports) in [
            (":80", "", Some((80, 80))),
            ("*:80", "*", Some((80, 80))),
            ("[::]:443", "[::]", Some((443, 443))),
            (":::443", "::", Some((443, 443))),
            ("10.0.0.1:1000-2000", "10.0.0.1", Some((1000, 2000))),
            ("/run/x.sock", "/run/x.sock", None),
            ("abns@x", "abns@x", None),
        ] {
            assert_eq!(address(text), Some(Address { host: host.to_owned(), ports }), "{text}");
        }
        assert_eq!(address("nonsense"), None);
    }
}
