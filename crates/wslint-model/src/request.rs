//! Requests that are followed through a model.

use std::net::IpAddr;

/// The scheme of a request's URL, which says what is asked for and whether TLS is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// A WebSocket handshake without TLS.
    Ws,
    /// A WebSocket handshake over TLS.
    Wss,
    /// A plain request, such as a Socket.IO poll.
    Http,
    /// A plain request over TLS.
    Https,
}

impl Scheme {
    /// As it stands in a URL.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::Wss => "wss",
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Whether a handshake is made.
    pub fn is_websocket(self) -> bool {
        matches!(self, Self::Ws | Self::Wss)
    }

    /// Whether TLS is spoken.
    pub fn is_tls(self) -> bool {
        matches!(self, Self::Wss | Self::Https)
    }

    /// The port that the scheme stands for.
    pub fn default_port(self) -> u16 {
        if self.is_tls() { 443 } else { 80 }
    }
}

/// Whose handshake it is: browsers differ in the `Connection` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Browser {
    /// `Connection: Upgrade`.
    Chrome,
    /// `Connection: keep-alive, Upgrade`.
    Firefox,
}

/// A request as it arrives at the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub scheme: Scheme,
    /// Host name without the port.
    pub host: String,
    /// The port of the URL.
    pub port: u16,
    /// Path and query as sent, beginning with `/`.
    pub target: String,
    /// The method.
    pub method: String,
    /// The headers in order; names as sent. A handshake carries those of its browser.
    pub headers: Vec<(String, String)>,
    /// The address that the request arrives at, where it differs from the URL's: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// The address that the client connects from, where the user says it.
    pub source: Option<IpAddr>,
    /// `1.0`, `1.1` or `2`.
    pub http: String,
}

impl Request {
    /// The handshake that a browser sends for `ws://host[:port]target`, RFC 6455 section 4.1.
    pub fn handshake(scheme: Scheme, host: &str, port: u16, target: &str, browser: Browser) -> Self {
        let mut request = Self::plain(scheme, host, port, target);
        let connection = match browser {
            Browser::Chrome => "Upgrade",
            Browser::Firefox => "keep-alive, Upgrade",
        };
        for (name, value) in [
            ("Connection", connection),
            ("Upgrade", "websocket"),
            ("Origin", "https://app.example"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
        request
    }

    /// A plain `GET`.
    pub fn plain(scheme: Scheme, host: &str, port: u16, target: &str) -> Self {
        let authority =
            if port == scheme.default_port() { host.to_owned() } else { format!("{host}:{port}") };
        Self {
            scheme,
            host: host.to_owned(),
            port,
            target: target.to_owned(),
            method: "GET".to_owned(),
            headers: vec![("Host".to_owned(), authority)],
            listen: None,
            source: None,
            http: "1.1".to_owned(),
        }
    }

    /// The value of the first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Sets a header, replacing all of that name.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// The URL that a client asks for, with its port where the scheme does not stand for it.
    pub fn url(&self) -> String {
        let scheme = self.scheme.word();
        format!("{scheme}://{}{}", self.header("Host").unwrap_or(&self.host), self.target)
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query without the `?`, if there is a `?`.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }
}
