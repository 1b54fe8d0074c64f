//! What to run: one proxy, its files, and who answers at the addresses that the files name.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::Pace;

/// Which proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// nginx.
    Nginx,
    /// HAProxy.
    Haproxy,
}

impl Kind {
    /// The name of the program: `nginx` or `haproxy`.
    pub fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
        }
    }

    /// The environment variable that names the program to run: `WSLINT_NGINX` or `WSLINT_HAPROXY`.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Nginx => "WSLINT_NGINX",
            Self::Haproxy => "WSLINT_HAPROXY",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "HAProxy",
        })
    }
}

/// One proxy with its files and peers. All durations, here and in [`Client`](crate::Client), are those of the
/// configuration: the lab shortens them, and the timeouts in the files, as [`pace`](Self::pace) says.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The proxy that runs the files.
    pub proxy: Kind,
    /// Path and bytes. The first is the main file; the others are found by its includes, `-f` files of ACLs and
    /// maps. A path is relative to the prefix (`/etc/nginx`, `/etc/haproxy`) or starts with it. For nginx the main
    /// file may be a fragment (`server {}`, `location {}`, http-level or location-level directives): it is wrapped
    /// in what it needs. For HAProxy it must be whole enough to load.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    /// Who answers at an address, written as in the configuration: `127.0.0.1:3000`, `app:3000`, `app` (port 80
    /// in nginx), `unix:/run/app.sock`. Each address that the files name gets a peer of its own.
    pub peers: Vec<(String, Peer)>,
    /// Who answers at the addresses that `peers` does not list.
    pub default_peer: Peer,
    /// How timeouts and durations are shortened.
    pub pace: Pace,
    /// What nginx's includes read, where that is known. Otherwise they are looked for among the files.
    pub reading: Option<Reading>,
    /// Environment variables that the proxy sees beside those of the lab.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What nginx reads.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Where the outermost directives of the main file belong.
    pub level: Level,
    /// The numbers of the files that an include reads, by the number of its own file and the byte at which it begins. One
    /// that is not listed reads what is not at hand.
    pub includes: HashMap<(usize, usize), Vec<usize>>,
}

/// Where a file's outermost directives belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A whole file, or one that is included where it fits.
    Main,
    /// Inside of `http`.
    Http,
    /// Inside of `server`, but for what only `http` may hold.
    Server,
    /// Inside of `location`, but for what only `http` may hold.
    Location,
    /// Inside of `stream`.
    Stream,
}

impl Level {
    /// Whether a `server` has to be written around it.
    pub(crate) fn needs_server(self) -> bool {
        matches!(self, Self::Server | Self::Location)
    }
}

impl Setup {
    /// One nginx file, a WebSocket echo server behind every address, at scale 30.
    pub fn nginx(config: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Nginx, "nginx.conf", config.into())
    }

    /// One HAProxy file, a WebSocket echo server behind every address, at scale 30.
    pub fn haproxy(config: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Haproxy, "haproxy.cfg", config.into())
    }

    fn new(proxy: Kind, main: &str, config: Vec<u8>) -> Self {
        Self {
            proxy,
            files: vec![(main.into(), config)],
            peers: Vec::new(),
            default_peer: Peer::websocket(),
            pace: Pace::Divided(30.0),
            reading: None,
            environment: Vec::new(),
        }
    }

    /// Adds a file.
    pub fn file(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.into(), bytes.into()));
        self
    }

    /// Puts `peer` behind `address`.
    pub fn peer(mut self, address: impl Into<String>, peer: Peer) -> Self {
        self.peers.push((address.into(), peer));
        self
    }

    /// Puts `peer` behind every address that has no peer of its own.
    pub fn default_peer(mut self, peer: Peer) -> Self {
        self.default_peer = peer;
        self
    }

    /// Divides timeouts and durations by `scale`.
    pub fn scale(mut self, scale: f64) -> Self {
        self.pace = Pace::Divided(scale);
        self
    }
}

/// Who answers behind the proxy. Every peer but [`Peer::Dead`] speaks TLS to whoever starts a TLS handshake, so
/// `proxy_pass https://` and `server … ssl` meet a server too (Socket.IO peers excepted).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Peer {
    /// A WebSocket server that echoes what it gets. A plain request is answered 200, for a real application has
    /// pages as well; a handshake that lost its way (it has `Sec-WebSocket-Key`, yet no usable `Upgrade` or
    /// `Connection`) is refused as `handshake` says.
    WebSocket {
        /// What it takes for a handshake.
        handshake: Handshake,
        /// The interval of its pings, if it sends any.
        heartbeat: Option<Duration>,
    },
    /// The real Socket.IO server of npm. It echoes the event `echo`.
    SocketIo(SocketIo),
    /// An HTTP server without WebSocket: it answers everything alike, also requests to upgrade.
    Http {
        /// The status of each answer.
        status: u16,
        /// Headers added to each answer, such as an application's own `Access-Control-Allow-Origin`.
        headers: Vec<(String, String)>,
    },
    /// Server-sent events: chunked to an HTTP/1.1 request, until the connection closes to an HTTP/1.0 one, as Node
    /// and most servers do. It sends each event only after the client has seen the one before, until it gives up.
    Events,
    /// What the client that is at work says with [`Client::serves`](crate::Client::serves): one application after the other.
    Application,
    /// Nothing listens: connections are refused.
    Dead,
}

impl Peer {
    /// A strict WebSocket echo server without pings.
    pub fn websocket() -> Self {
        Self::WebSocket { handshake: Handshake::Strict, heartbeat: None }
    }

    /// A Socket.IO server with the defaults of npm's: path `/socket.io/`, a ping every 25 s.
    pub fn socketio() -> Self {
        Self::SocketIo(SocketIo::default())
    }

    /// An HTTP server that answers 200.
    pub fn http() -> Self {
        Self::Http { status: 200, headers: Vec::new() }
    }
}

/// A server with WebSockets, as a client expects it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Application {
    /// What it takes for a handshake.
    pub handshake: Handshake,
    /// The path that its Engine.IO is at, if it has one: that of Socket.IO is `/socket.io/`. It serves nothing else then.
    pub engine: Option<String>,
    /// The address that it is at, as the configuration writes it; at others then answer pages only.
    pub at: Option<String>,
}

impl Default for Application {
    /// A strict echo server at every path.
    fn default() -> Self {
        Self { handshake: Handshake::Strict, engine: None, at: None }
    }
}

/// How a WebSocket server treats a handshake that is not as RFC 6455 section 4.1 asks. Each is what a widespread
/// server was seen to do behind nginx.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handshake {
    /// As Python's `websockets`: 505 for HTTP/1.0, 426 without `Upgrade: websocket` and `Connection: upgrade`,
    /// 400 for a bad key or version.
    Strict,
    /// As Node's `ws`, aiohttp, uvicorn: the same, but HTTP/1.0 will do.
    TakesHttp10,
    /// As gorilla/websocket and Tornado by default: strict, and 403 where the host of `Origin` is not `Host`.
    ChecksOrigin,
    /// As tungstenite: it closes without an answer.
    Closes,
}

/// A Socket.IO server.
#[derive(Clone, Debug, PartialEq)]
pub struct SocketIo {
    /// Its `pingInterval`. `pingTimeout` never matters behind a proxy: a cut is seen at once.
    pub heartbeat: Duration,
    /// Its `path`.
    pub path: String,
    /// The origin that its own CORS headers allow, if it sends any.
    pub cors: Option<String>,
    /// The name of its session cookie, if it sets one (`io` by convention).
    pub cookie: Option<String>,
}

impl Default for SocketIo {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(25), path: "/socket.io/".into(), cors: None, cookie: None }
    }
}
