//! `bind` lines: where a frontend listens (manual, section 4.2 "bind" and 5.1).

use std::net::IpAddr;

use wslint_model::way::{self, Listens};

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
    /// `verify required`: clients have to show a certificate.
    pub(crate) demands_certificate: bool,
    /// `v6only`.
    pub(crate) only_v6: bool,
    /// The statement's place among the proxy's statements.
    pub(crate) statement: usize,
}

impl Bind {
    /// An address that it is reached at, by this port if it has it; `None` where it has none of IPv4.
    pub(crate) fn reached_at(&self, port: Option<u16>) -> Option<String> {
        let addresses = || self.addresses.iter().flatten().filter(|address| !address.host.contains(':'));
        let mut by_port = addresses().filter_map(|address| {
            let (first, last) = address.ports?;
            let port = port.filter(|port| (first..=last).contains(port))?;
            Some((address, port))
        });
        let (address, port) =
            by_port.next().or_else(|| addresses().find_map(|address| Some((address, address.ports?.0))))?;
        let host = match address.host.as_str() {
            "" | "*" | "0.0.0.0" => "127.0.0.1",
            host => host,
        };
        Some(format!("{host}:{port}"))
    }

    /// Reads a `bind` line.
    pub(crate) fn parse(statement: &Statement<'_>, index: usize) -> Self {
        let addresses = statement.known(1).map(|text| {
            let mut addresses: Vec<Address> = text.split(',').filter_map(address).collect();
            addresses.shrink_to_fit();
            addresses
        });
        let mut bind = Self {
            addresses,
            text: statement.word(1).to_owned(),
            tls: false,
            alpn: None,
            proto: None,
            accept_proxy: false,
            demands_certificate: false,
            only_v6: false,
            statement: index,
        };
        let mut at = 2;
        while at < statement.words.len() {
            let value = statement.word(at + 1);
            match statement.word(at) {
                "ssl" => bind.tls = true,
                "accept-proxy" => bind.accept_proxy = true,
                "verify" => bind.demands_certificate = value == "required",
                "v6only" => bind.only_v6 = true,
                "v4v6" => bind.only_v6 = false,
                "alpn" => bind.alpn = Some(value.to_owned()),
                "no-alpn" => bind.alpn = Some(String::new()),
                "proto" => bind.proto = Some(value.to_owned()),
                _ => {}
            }
            let rest = statement.words.iter().skip(at + 1).map(|word| word.text);
            at += keywords::BIND
                .named(statement.word(at))
                .first()
                .map_or(1, |known| keywords::width(known, rest));
        }
        bind
    }

    /// How the line listens at an address. A name may be that of any address of the machine.
    pub(crate) fn listens(&self, at: &way::Address) -> Listens {
        let Some(addresses) = &self.addresses else { return Listens::Perhaps };
        let all = addresses.iter().map(|address| address.listens(at, self.only_v6));
        all.max().unwrap_or(Listens::No)
    }

    /// Whether the line may take connections to a port.
    pub(crate) fn takes_port(&self, port: u16) -> bool {
        let takes = |address: &Address| address.ports.is_some_and(|(low, high)| (low..=high).contains(&port));
        self.addresses.as_ref().is_some_and(|addresses| addresses.iter().any(takes))
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

    fn listens(&self, at: &way::Address, only_v6: bool) -> Listens {
        match (at, self.ports) {
            (way::Address::Unix(_), None) if way::Address::read(&self.host).as_ref() == Some(at) => {
                Listens::Exactly
            }
            (way::Address::Port { host, port }, Some((low, high))) if (low..=high).contains(port) => {
                let own = way::Address::port(&self.host, *port);
                let asked = at.ip();
                match (self.is_any(), asked, own.ip()) {
                    (true, None, _) => Listens::AtEvery,
                    (true, Some(asked), _) => match self.covers(asked, only_v6) {
                        true => Listens::AtEvery,
                        false => Listens::No,
                    },
                    (false, Some(asked), Some(own)) if asked == own => Listens::Exactly,
                    (false, Some(_), _) => Listens::No,
                    (false, None, None) if own == *at => Listens::Exactly,
                    // The name may stand for that address.
                    (false, None, _) if !host.is_empty() => Listens::Perhaps,
                    (false, None, _) => Listens::No,
                }
            }
            _ => Listens::No,
        }
    }

    /// Whether an address for every address of a machine stands for that one: `[::]` may stand for both kinds.
    fn covers(&self, asked: IpAddr, only_v6: bool) -> bool {
        let of_v6 = self.host.contains(':');
        if asked.is_ipv6() { of_v6 } else { !of_v6 || !only_v6 }
    }
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

    #[test]
    fn a_listener_takes_what_comes_to_its_address() {
        let check = |own: &str, only_v6: bool, asked: &str, expected: Listens| {
            let asked = way::Address::read(asked).expect("an address");
            let listens = address(own).expect("an address").listens(&asked, only_v6);
            assert_eq!(listens, expected, "{own} at {asked}");
        };
        check(":80", false, "127.0.0.1:80", Listens::AtEvery);
        check("*:80", false, "app.example:80", Listens::AtEvery);
        check(":80", false, "127.0.0.1:81", Listens::No);
        check(":80", false, "[::1]:80", Listens::No);
        check("[::]:80", false, "127.0.0.1:80", Listens::AtEvery);
        check("[::]:80", true, "127.0.0.1:80", Listens::No);
        check("[::]:80", true, "[::1]:80", Listens::AtEvery);
        check("127.0.0.1:8000-8100", false, "localhost:8050", Listens::Exactly);
        check("10.0.0.1:80", false, "10.0.0.2:80", Listens::No);
        check("10.0.0.1:80", false, "app.example:80", Listens::Perhaps);
        check("app.example:80", false, "app.example:80", Listens::Exactly);
        check("/run/x.sock", false, "unix@/run/x.sock", Listens::Exactly);
        check("abns@x", false, "abns@x", Listens::Exactly);
        check("abns@x", false, "127.0.0.1:80", Listens::No);
    }
}
