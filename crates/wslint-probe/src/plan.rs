//! What is to be asked of whom.

use std::time::Duration;

use wslint_wire::Headers;
use wslint_wire::browser::without;

/// The service, and how far the asking goes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whether TLS is spoken.
    pub tls: bool,
    /// The name of the host, as `Host` and SNI say it; an IPv6 address in brackets.
    pub host: String,
    /// The port of the URL.
    pub port: u16,
    /// Path and query as they are sent, beginning with `/`; printable ASCII.
    pub target: String,
    /// `host:port` to connect to, where it is not the URL's: one server behind a balancer, or a host whose name does not
    /// lead there yet.
    pub connect: Option<String>,
    /// Headers in place of those that a browser sends; without a value that header is left out.
    pub headers: Vec<(String, Option<String>)>,
    /// The origin of the page that asks, such as `https://app.example`; by default the service's own.
    pub origin: Option<String>,
    /// Whose certificates are trusted.
    pub trust: Trust,
    /// How long each step may take.
    pub patience: Duration,
    /// For how long connections are held to see whether silence cuts them.
    pub hold: Option<Duration>,
    /// What the service speaks.
    pub service: Service,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Of the authorities that the system trusts.
    System,
    /// Of those in a PEM file, whose bytes these are, and of no others.
    Authorities(Vec<u8>),
    /// Anybody's.
    Anyone,
}

/// What the service speaks on its WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// What the path and the first answer tell.
    Told,
    /// Socket.IO, or another server on Engine.IO.
    SocketIo,
}

impl Plan {
    /// The host as a browser writes it: with the port unless it is the scheme's own.
    pub fn authority(&self) -> String {
        let own = if self.tls { 443 } else { 80 };
        if self.port == own { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The origin of the page that asks.
    pub fn page(&self) -> String {
        self.origin.clone().unwrap_or_else(|| self.own_origin())
    }

    /// The origin of the service itself.
    pub fn own_origin(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }

    /// Whether a page of another origin asks, which is when browsers look at CORS headers.
    pub fn crosses_origins(&self) -> bool {
        !self.page().eq_ignore_ascii_case(&self.own_origin())
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether credentials come with the requests.
    pub fn has_credentials(&self) -> bool {
        let is_one = |name: &str| ["authorization", "cookie"].contains(&name.to_ascii_lowercase().as_str());
        self.headers.iter().any(|(name, value)| value.is_some() && is_one(name))
    }

    /// Puts the user's headers over those of a request.
    pub(crate) fn put_over(&self, headers: &mut Headers) {
        for (name, value) in &self.headers {
            match value {
                Some(value) => wslint_wire::browser::over(headers, &[(name.clone(), value.clone())]),
                None => without(headers, name),
            }
        }
    }
}
