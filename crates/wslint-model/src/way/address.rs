//! Where a connection goes: a host with a port, or a socket in the file system.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The other end of a connection, as whoever connects calls it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A host and a port.
    Port {
        /// A name or an IP address, without brackets, in lower case.
        host: String,
        /// The port.
        port: u16,
    },
    /// A unix socket, by its path. Sockets of the abstract namespace begin with `@`.
    Unix(String),
}

impl Address {
    /// Reads `host:port`, `[::1]:port`, `unix:/path`, `unix@/path`, `abns@name` or `/path`; `None` for a host without a
    /// port and for what is no address.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("abns@") {
            return Some(Self::Unix(format!("@{name}")));
        }
        if let Some(path) = text.strip_prefix("unix:").or(text.strip_prefix("unix@")) {
            return Some(Self::Unix(path.to_owned()));
        }
        if text.starts_with('/') {
            return Some(Self::Unix(text.to_owned()));
        }
        let text = ["ipv4@", "ipv6@"].iter().find_map(|family| text.strip_prefix(family)).unwrap_or(text);
        let (host, port) = text.rsplit_once(':')?;
        Some(Self::port(host, port.parse().ok()?))
    }

    /// A host, with or without brackets, and a port.
    pub fn port(host: &str, port: u16) -> Self {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        Self::Port { host: bare.to_ascii_lowercase(), port }
    }

    /// The IP address, where the host is one; `localhost` is 127.0.0.1.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Port { host, .. } if host == "localhost" => Some(IpAddr::from([127, 0, 0, 1])),
            Self::Port { host, .. } => host.parse().ok(),
            Self::Unix(_) => None,
        }
    }

    /// The address that a connection to it comes from, where only the same machine can make one: the first of the
    /// loopback addresses, whichever of them it goes to.
    pub fn local_peer(&self) -> Option<IpAddr> {
        self.ip().filter(IpAddr::is_loopback).map(|ip| match ip {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        })
    }

    /// Whether it cannot be reached but from the same machine.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Unix(_) => true,
            Self::Port { .. } => self.ip().is_some_and(|ip| ip.is_loopback()),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Port { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{path}"),
        }
    }
}

/// Whether a host was meant as an IPv4 address and is none: more than four numbers, or four of which one is above 255 or
/// no number. No resolver knows such a name.
pub fn is_broken_ipv4(host: &str) -> bool {
    if host.parse::<Ipv4Addr>().is_ok() {
        return false;
    }
    let is_number = |label: &[u8]| !label.is_empty() && label.iter().all(u8::is_ascii_digit);
    let mut labels = host.as_bytes().split(|&byte| byte == b'.');
    let first = labels.next().is_some_and(is_number);
    let (mut others, mut numbers) = (0, 0);
    for label in labels {
        others += 1;
        numbers += usize::from(is_number(label));
    }
    let fits = |label: &str| label.parse::<u8>().is_ok();
    match others {
        // What begins with a letter may be somebody's name all the same.
        3 => {
            numbers == 3
                && !host.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && !host.split('.').all(fits)
        }
        others => others > 3 && first && numbers == others,
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_are_read_as_both_proxies_write_them() {
        let check = |text: &str, shown: Option<&str>, local: bool| {
            let read = Address::read(text);
            assert_eq!(read.as_ref().map(ToString::to_string).as_deref(), shown, "{text}");
            assert_eq!(read.is_some_and(|address| address.is_local()), local, "{text}");
        };
        check("127.0.0.1:80", Some("127.0.0.1:80"), true);
        check("LocalHost:80", Some("localhost:80"), true);
        check("[::1]:8080", Some("[::1]:8080"), true);
        check("ipv4@10.0.0.1:80", Some("10.0.0.1:80"), false);
        check("app:3000", Some("app:3000"), false);
        check("unix:/run/app.sock", Some("unix:/run/app.sock"), true);
        check("unix@/run/app.sock", Some("unix:/run/app.sock"), true);
        check("/run/app.sock", Some("unix:/run/app.sock"), true);
        check("abns@app", Some("unix:@app"), true);
        check("app", None, false);
        check("app:$port", None, false);
    }

    #[test]
    fn connections_to_any_loopback_address_come_from_the_first() {
        let peer = |text: &str| Address::read(text).and_then(|address| address.local_peer());
        assert_eq!(peer("127.0.0.2:80"), "127.0.0.1".parse().ok());
        assert_eq!(peer("[::1]:80"), "::1".parse().ok());
        assert_eq!(peer("10.0.0.1:80"), None);
        assert_eq!(peer("unix:/run/app.sock"), None);
    }
}
