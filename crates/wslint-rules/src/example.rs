//! The examples of a rule. Each is a test three times over: the marked line of `bad` must fire, `good` must be
//! clean under all rules, and the real proxy must do with both what `proof` claims.

use wslint_model::{Proxy, Version};

/// What marks, at the end of a line of `bad`, the line on which the finding stands.
pub const MARK: &str = "# <- here";

/// One example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The proxy whose configuration it is.
    pub proxy: Proxy,
    /// What it shows, in one sentence.
    pub about: Option<String>,
    /// Paths that the user declares as WebSocket endpoints.
    pub websocket: Vec<String>,
    /// The host that these endpoints live on, where they live on one only.
    pub host: Option<String>,
    /// The version of the proxy, if the example depends on it.
    pub version: Option<Version>,
    /// A config on which the rule fires.
    pub bad: Option<String>,
    /// A config on which no rule fires above info, and this rule not at all.
    pub good: Option<String>,
    /// How the lab shows both.
    pub proof: Proof,
}

impl Example {
    /// The 1-based lines of `bad` that are marked: the finding stands on each of them.
    pub fn marked_lines(&self) -> Vec<u32> {
        let lines = self.bad.as_deref().unwrap_or_default().lines();
        (1..)
            .zip(lines)
            .filter(|(_, line)| line.trim_end().ends_with(MARK))
            .map(|(number, _)| number)
            .collect()
    }
}

/// How the lab shows that an example tells the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By this run.
    Run(Box<Run>),
    /// This machine cannot show it, for this reason.
    Unprovable(String),
}

/// What is run against the real proxy, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Who connects.
    pub client: Client,
    /// The request target. Of a Socket.IO client the path of its server.
    pub path: String,
    /// How long the connection is then left in silence, in milliseconds of the config's time.
    pub hold: Option<u64>,
    /// How many clients connect, one after the other.
    pub clients: u64,
    /// The method of an HTTP client.
    pub method: String,
    /// Whose handshake it is.
    pub browser: Browser,
    /// Whether a Socket.IO client keeps cookies, as a browser does.
    pub cookies: bool,
    /// Whether the proxy is reloaded while the connection is held.
    pub reload: bool,
    /// Whether the client speaks TLS although the socket does not end it: it hands the connection on.
    pub tls: bool,
    /// The listening address that is called, as the config writes it.
    pub listen: Option<String>,
    /// The host that is called.
    pub host: Option<String>,
    /// Header lines beside the client's own.
    pub headers: Vec<(String, String)>,
    /// Who answers at an address of the config.
    pub peers: Vec<(String, Peer)>,
    /// What becomes of it with `bad`.
    pub bad: Fate,
    /// What becomes of it with `good`.
    pub good: Fate,
}

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// A browser's WebSocket.
    WebSocket,
    /// socket.io-client: polling first, then an upgrade.
    SocketIo,
    /// socket.io-client that only polls.
    SocketIoPolling,
    /// socket.io-client that only speaks WebSocket.
    SocketIoWebSocket,
    /// One request.
    Http,
    /// A stream of server-sent events.
    Events,
    /// A cross-origin `GET` of a browser, with its check of the answer.
    Cors,
    /// A browser's `OPTIONS` before a cross-origin request.
    Preflight,
}

impl Client {
    /// The words that rules use.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("websocket", Self::WebSocket),
        ("socketio", Self::SocketIo),
        ("socketio-polling", Self::SocketIoPolling),
        ("socketio-websocket", Self::SocketIoWebSocket),
        ("http", Self::Http),
        ("sse", Self::Events),
        ("cors", Self::Cors),
        ("preflight", Self::Preflight),
    ];

    /// Whether it is socket.io-client.
    pub fn is_socketio(self) -> bool {
        matches!(self, Self::SocketIo | Self::SocketIoPolling | Self::SocketIoWebSocket)
    }
}

/// Whose handshake it is. They differ in the `Connection` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// `Connection: Upgrade`.
    Chrome,
    /// `Connection: keep-alive, Upgrade`.
    Firefox,
}

impl Browser {
    /// The words that rules use.
    pub const WORDS: &[(&'static str, Self)] = &[("chrome", Self::Chrome), ("firefox", Self::Firefox)];
}

/// Who answers behind the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A WebSocket server that echoes and takes only a handshake as RFC 6455 asks for.
    Echo,
    /// The same, but it takes an HTTP/1.0 handshake too, as Node's `ws` and most servers do.
    LenientEcho,
    /// The same as `Echo`, but it refuses pages whose `Origin` is not its `Host`, as gorilla/websocket and Tornado do.
    OriginEcho,
    /// npm's Socket.IO server.
    SocketIo,
    /// The same, with CORS headers of its own.
    SocketIoCors,
    /// An HTTP server without WebSocket.
    Http,
    /// The same, with CORS headers of its own.
    HttpCors,
    /// A server of server-sent events.
    Events,
    /// Nobody.
    Dead,
}

impl Peer {
    /// The words that rules use.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("echo", Self::Echo),
        ("lenient-echo", Self::LenientEcho),
        ("origin-echo", Self::OriginEcho),
        ("socketio", Self::SocketIo),
        ("socketio-cors", Self::SocketIoCors),
        ("http", Self::Http),
        ("http-cors", Self::HttpCors),
        ("sse", Self::Events),
        ("dead", Self::Dead),
    ];
}

/// What becomes of the clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Everyone gets what it came for and keeps it.
    Works,
    /// Everyone gets what it came for, but not as it should: a fallback, some of several clients, late events.
    Degrades,
    /// Everyone connects and is cut in the silence.
    Drops,
    /// Nobody gets what it came for.
    Fails,
    /// Nobody keeps what it came for: before or after the handshake is done, which is a race.
    Breaks,
    /// The proxy refuses to load the config.
    Rejected,
}

impl Fate {
    /// The words that rules use.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("works", Self::Works),
        ("degrades", Self::Degrades),
        ("drops", Self::Drops),
        ("fails", Self::Fails),
        ("breaks", Self::Breaks),
        ("rejected", Self::Rejected),
    ];

    /// Whether what happened is what is claimed.
    #[must_use]
    pub fn is(self, happened: Self) -> bool {
        self == happened || self == Self::Breaks && matches!(happened, Self::Drops | Self::Fails)
    }
}
