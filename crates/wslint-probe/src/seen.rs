//! What was seen, without an opinion on it.

use std::net::SocketAddr;
use std::time::Duration;

use wslint_wire::{Browser, Headers, joined};

/// All that was seen. What was not tried is absent.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The way to the service.
    pub reach: Reach,
    /// A plain request for the same path, without any header of a handshake.
    pub plain: Option<Reply>,
    /// The handshakes of browsers.
    pub handshakes: Vec<Handshake>,
    /// Chrome's handshake once more without `Origin`, where it was refused with 403.
    pub without_origin: Option<Handshake>,
    /// A ping through an open WebSocket.
    pub talk: Option<Talk>,
    /// Engine.IO, which carries Socket.IO.
    pub engine: Option<Engine>,
    /// What browsers ask before a page of another origin may poll.
    pub cors: Option<Cors>,
    /// A WebSocket over HTTP/2.
    pub http2: Option<Http2>,
    /// A connection on which nobody but the server says anything.
    pub quiet: Option<Held>,
    /// The same with pings of the client.
    pub pinged: Option<Held>,
    /// A poll that waits for news.
    pub poll: Option<Waited>,
}

/// The way to the service.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Why the name leads nowhere, if so.
    pub unresolved: Option<String>,
    /// The addresses that it leads to, at most four of them, in the order of the system's resolver.
    pub addresses: Vec<Address>,
    /// Why TLS was not tried, if so: the name fits no certificate, or no authority is there to be trusted.
    pub unprepared: Option<String>,
    /// What came of TLS, where it is spoken.
    pub tls: Option<Result<Tls, String>>,
    /// Whether TLS failed because of the certificate.
    pub untrusted: bool,
    /// Whether the other side did not speak TLS.
    pub not_tls: bool,
}

/// One address, and what a connection to it comes to.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address.
    pub address: SocketAddr,
    /// How long it took to connect, or why it failed.
    pub connected: Result<Duration, String>,
}

/// A session of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Its version, such as `TLSv1.3`.
    pub version: String,
    /// Which protocol the server took of `h2` and `http/1.1`, if it took one.
    pub alpn: Option<String>,
}

/// What came back for one request.
pub type Reply = Result<Answer, Silence>;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header lines.
    pub headers: Headers,
    /// The beginning of the body.
    pub body: String,
    /// From the request to the head of the answer.
    pub took: Duration,
}

impl Answer {
    /// The value of a header, several lines of one name joined as a list.
    pub fn header(&self, name: &str) -> Option<String> {
        joined(&self.headers, name)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// No connection.
    Unconnected(String),
    /// The other side closed the connection.
    Closed,
    /// The other side broke it off.
    Reset,
    /// Nothing came for so long.
    TimedOut(Duration),
    /// What came is not HTTP; these are its first bytes.
    NotHttp(Vec<u8>),
    /// What came begins as HTTP and has a head that is too large or no head.
    BadHead,
}

/// One handshake.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// Whose.
    pub browser: Browser,
    /// What came back.
    pub reply: Reply,
    /// Why the browser fails the connection in spite of a 101.
    pub refusal: Option<String>,
}

impl Handshake {
    /// Whether the browser has a WebSocket now.
    pub fn succeeded(&self) -> bool {
        self.refusal.is_none() && self.reply.as_ref().is_ok_and(|answer| answer.status == 101)
    }
}

/// A ping through an open WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Talk {
    /// The pong came after so long.
    Pong(Duration),
    /// The connection ended before it.
    Cut(Cut),
    /// Nothing came for so long.
    Nothing(Duration),
}

/// The end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// After so much silence.
    pub after: Duration,
    /// How.
    pub how: How,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// With a close frame, which servers send and proxies do not.
    CloseFrame {
        /// Its code (RFC 6455, section 7.4), if it has one.
        code: Option<u16>,
        /// Its reason.
        reason: String,
    },
    /// It was closed without one.
    Closed,
    /// Nobody closed it, and no pong comes through it any more.
    Dead,
    /// It was broken off, or what came was no frame.
    Broken(String),
}

/// A connection that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// For how long it was to be held.
    pub hold: Duration,
    /// The interval of the client's pings, if it sent any.
    pub pings: Option<Duration>,
    /// How many frames the server sent by itself: its heartbeat, or messages.
    pub heard: usize,
    /// How it ended, if it did.
    pub cut: Option<Cut>,
}

/// Engine.IO, which carries Socket.IO.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    /// The protocol that the sessions below speak: 4, or 3 where the server knows no 4; none where no session opened.
    pub protocol: Option<u8>,
    /// The opening by polling, for each protocol of clients that was tried: 4 (Socket.IO 3 and 4), 3 (Socket.IO 1 and 2).
    pub polling: Vec<Opened>,
    /// The opening by WebSocket.
    pub websocket: Option<Opened>,
    /// One request of each of a few sessions, on a connection of its own.
    pub polls: Vec<Reply>,
    /// The upgrade of a polling session to WebSocket.
    pub upgrade: Option<Upgrade>,
    /// The cookies that the server or a proxy has set.
    pub cookies: Vec<Cookie>,
}

/// The opening of a session.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The client's protocol.
    pub protocol: u8,
    /// What came back.
    pub reply: Reply,
    /// What the server says of the session.
    pub open: Option<Open>,
    /// The protocol in which it says so.
    pub speaks: Option<u8>,
}

/// What a server says of a new session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The session's name.
    pub sid: String,
    /// The interval of its heartbeat.
    pub ping_interval: Duration,
    /// Whether it takes the upgrade to WebSocket.
    pub upgrades: bool,
}

/// The upgrade of a polling session.
#[derive(Clone, Debug)]
pub struct Upgrade {
    /// What came back for the handshake.
    pub handshake: Handshake,
    /// Whether the server answered the client's `probe` on it.
    pub probed: bool,
}

/// A cookie as it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its attributes as they were sent, without the value.
    pub attributes: String,
    /// Why a browser does not send it with the next request of the page, if so.
    pub kept_back: Option<String>,
}

/// What browsers ask before a page of another origin may poll.
#[derive(Clone, Debug)]
pub struct Cors {
    /// The pre-flight, for a request with a header of its own.
    pub preflight: Reply,
    /// A poll with `Origin`.
    pub poll: Reply,
}

/// A WebSocket over HTTP/2 (RFC 8441).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Http2 {
    /// The server takes `h2` in TLS and does not speak it.
    Broken(String),
    /// It offers no extended CONNECT.
    NotOffered,
    /// It offers extended CONNECT, and this is the status that it answers it with.
    Answered(u16),
    /// It offers extended CONNECT and breaks it off.
    Refused(String),
    /// It answers 200, and then no pong came.
    Silent,
    /// A pong came through it.
    Works,
}

/// A poll that waits for news.
#[derive(Clone, Debug)]
pub struct Waited {
    /// For how long it waited.
    pub waited: Duration,
    /// What came back; none if it waited as long as connections are held.
    pub reply: Option<Reply>,
    /// The interval of the heartbeat, after which the server answers it.
    pub ping_interval: Duration,
}
