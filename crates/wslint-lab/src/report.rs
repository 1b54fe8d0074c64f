//! What happened. Plain data, serialisable, in the configuration's addresses and times.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// What the proxy said to the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It loads; the text is what the proxy warned about, often empty.
    Accepted(String),
    /// It does not load; the text is the proxy's reason.
    Rejected(String),
}

impl Verdict {
    /// Whether the configuration loads.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// What the proxy said.
    pub fn text(&self) -> &str {
        match self {
            Self::Accepted(text) | Self::Rejected(text) => text,
        }
    }
}

/// What one run showed.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The proxy's version, such as `1.22.1`.
    pub version: String,
    /// Whether the configuration was accepted. If not, there are no observations.
    pub config: Verdict,
    /// One for each client, in their order.
    pub observations: Vec<Observation>,
    /// What the proxy wrote while it ran: nginx its error log, HAProxy its traffic log with termination states.
    pub log: String,
}

/// What one client saw, and what arrived behind the proxy because of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Observation {
    /// Whether every attempt got what it came for and kept it: a WebSocket that echoed (and still did after the
    /// hold), a connected Socket.IO client (and still connected after the hold), a 2xx answer, a readable CORS
    /// answer, events that came one by one.
    pub ok: bool,
    /// How many attempts were made.
    pub attempts: usize,
    /// How many of them were ok.
    pub succeeded: usize,
    /// The status of the first attempt's answer; none if none came, or if Socket.IO's client did not tell.
    pub status: Option<u16>,
    /// The status of each attempt's answer.
    pub statuses: Vec<Option<u16>>,
    /// The header lines of the first attempt's answer.
    pub headers: Vec<(String, String)>,
    /// Whether the first attempt's connection got through at all: the 101 with an echo, or Socket.IO's connect.
    pub connected: bool,
    /// Whether every connection still worked after the hold. None without a hold, or if none was connected.
    pub alive: Option<bool>,
    /// When the first connection was cut, counted from its last message, in the configuration's time.
    #[serde(serialize_with = "milliseconds", rename = "cut_after_ms")]
    pub cut_after: Option<Duration>,
    /// Socket.IO's transport once it settled: `polling` or `websocket`.
    pub transport: Option<String>,
    /// How many attempts ended with Socket.IO's transport being a WebSocket.
    pub upgraded: usize,
    /// Why the first client that polled, and wanted to, could not go on by WebSocket.
    pub kept_from_upgrade: Option<String>,
    /// Whether the first event was seen before the second was sent.
    pub streamed: Option<bool>,
    /// What was wrong, in words, at the first attempt that failed.
    pub error: Option<String>,
    /// The requests that came out of the proxy meanwhile, in their order.
    pub arrived: Vec<Arrived>,
}

/// A request as a peer got it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrived {
    /// The peer's address as the configuration writes it.
    pub peer: String,
    /// Counts the peer's connections from 1: two requests with the same number shared one.
    pub connection: usize,
    /// The method.
    pub method: String,
    /// The request target: path and query.
    pub uri: String,
    /// `HTTP/1.0` or `HTTP/1.1`.
    pub http: String,
    /// Whether it came over TLS.
    pub tls: bool,
    /// Header lines in their order; an address of the lab in them is written as in the configuration.
    pub headers: Vec<(String, String)>,
    /// The status that the peer answered with; none if it closed, or for Socket.IO peers.
    pub answered: Option<u16>,
}

impl Arrived {
    /// The value of a header; several lines of one name are joined by `, ` as HTTP allows.
    pub fn header(&self, name: &str) -> Option<String> {
        wslint_wire::joined(&self.headers, name)
    }
}

fn milliseconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_millis() as u64).serialize(serializer)
}
