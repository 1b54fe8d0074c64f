//! What the clients try through the proxy.

use std::time::Duration;

use serde::Serialize;
use wslint_wire::Browser;

use crate::Application;

/// One client, or `count` of the same kind one after the other, all of them kept until the last is through.
#[derive(Clone, Debug, Serialize)]
pub struct Client {
    /// What it does.
    pub ask: Ask,
    /// The path and query that it asks for, such as `/ws?room=1`. For Socket.IO the client's `path` option.
    pub path: String,
    /// The number of the setup that it connects to, among those that run together.
    pub proxy: usize,
    /// What it expects behind the proxy; for [`Peer::Application`](crate::Peer::Application).
    pub serves: Application,
    /// The listening address, as the configuration writes it (`443`, `127.0.0.1:8080`, `*:80`, `:80`); the first
    /// one without TLS if not given, else the first.
    pub listen: Option<String>,
    /// Whether it speaks TLS; if not given, whether the listener does.
    pub tls: Option<bool>,
    /// The name of the host that it calls: the `Host` header, and SNI under TLS.
    pub host: String,
    /// Headers in addition to its own; one of the same name replaces its own.
    pub headers: Vec<(String, String)>,
    /// How many.
    pub count: usize,
    /// For how long the connection is then held, in the configuration's time. Nobody but a heartbeat says
    /// anything meanwhile; at the end a message goes there and back. Not for requests.
    pub hold: Option<Hold>,
    /// Whether the proxy gets a new configuration (the same one) while the connections are held: `nginx -s
    /// reload`, and for HAProxy the soft stop that a reload sends to the old process.
    pub reload: bool,
}

/// For how long a connection is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// For this time.
    For(Duration),
    /// For as long as it takes to see a cut after this time, or after the longest time that the configurations name.
    UntilCut(Option<Duration>),
}

/// The kinds of clients.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ask {
    /// A browser's WebSocket: its handshake byte for byte, its checks of the answer, then an echo.
    WebSocket {
        /// Whose header lines are sent.
        browser: Browser,
        /// The subprotocol that it insists on.
        subprotocol: Option<String>,
        /// The interval of pings from the client's side, if any.
        ping: Option<Duration>,
    },
    /// npm's `socket.io-client`, connected when its first event came back.
    SocketIo {
        /// The transports in the order given to the client.
        transports: Transports,
        /// Whether it keeps cookies, as a browser on the same origin does and other clients do not.
        cookies: bool,
    },
    /// What Engine.IO's clients do before they have a WebSocket: they open a session by long polling, send in it and read
    /// from it, each request on a connection of its own, with a cookie jar.
    Polling {
        /// How many messages are sent and read.
        messages: usize,
        /// Whether it goes on by WebSocket then, as clients of Socket.IO do.
        upgrades: bool,
    },
    /// One request.
    Http {
        /// The method.
        method: String,
        /// The body, sent with its length.
        body: Option<String>,
    },
    /// What a browser does for a page of another origin: one GET with `Origin`, then the CORS check with
    /// credentials (WHATWG Fetch, section 4.10).
    Cors {
        /// The page's origin, such as `https://app.example`.
        origin: String,
    },
    /// A stream of server-sent events; for [`Peer::Events`](crate::Peer::Events).
    Events,
}

/// Socket.IO's `transports` option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transports {
    /// `["polling", "websocket"]`, the default: polling first, then an upgrade.
    Both,
    /// `["polling"]`.
    Polling,
    /// `["websocket"]`.
    WebSocket,
}

impl Client {
    fn new(ask: Ask, path: &str) -> Self {
        Self {
            ask,
            path: path.into(),
            proxy: 0,
            serves: Application::default(),
            listen: None,
            tls: None,
            host: "app.example.com".into(),
            headers: Vec::new(),
            count: 1,
            hold: None,
            reload: false,
        }
    }

    /// Chrome's WebSocket to `path`.
    pub fn websocket(path: &str) -> Self {
        Self::new(Ask::WebSocket { browser: Browser::Chrome, subprotocol: None, ping: None }, path)
    }

    /// Firefox's WebSocket to `path`.
    pub fn firefox(path: &str) -> Self {
        Self::new(Ask::WebSocket { browser: Browser::Firefox, subprotocol: None, ping: None }, path)
    }

    /// A Socket.IO client with a cookie jar, on its default path `/socket.io/`.
    pub fn socketio(transports: Transports) -> Self {
        Self::new(Ask::SocketIo { transports, cookies: true }, "/socket.io/")
    }

    /// A client that polls Engine.IO at `path`, which has no query.
    pub fn polling(path: &str) -> Self {
        Self::new(Ask::Polling { messages: 2, upgrades: false }, path)
    }

    /// The same client, which goes on by WebSocket once it has a session.
    pub fn upgrading(path: &str) -> Self {
        Self::new(Ask::Polling { messages: 2, upgrades: true }, path)
    }

    /// A plain GET, as a browser loads a page.
    pub fn get(path: &str) -> Self {
        Self::new(Ask::Http { method: "GET".into(), body: None }, path)
    }

    /// A request that a browser's page from `origin` makes for `path`.
    pub fn cors(path: &str, origin: &str) -> Self {
        Self::new(Ask::Cors { origin: origin.into() }, path)
    }

    /// A stream of server-sent events.
    pub fn events(path: &str) -> Self {
        Self::new(Ask::Events, path)
    }

    /// Expects this application behind the proxy.
    pub fn serves(mut self, application: Application) -> Self {
        self.serves = application;
        self
    }

    /// Connects to this listening address of the configuration.
    pub fn listen(mut self, address: &str) -> Self {
        self.listen = Some(address.into());
        self
    }

    /// Calls this host.
    pub fn host(mut self, host: &str) -> Self {
        self.host = host.into();
        self
    }

    /// Sends this header too.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Does it `count` times.
    pub fn count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Holds the connection for `hold` of the configuration's time.
    pub fn hold(mut self, hold: Duration) -> Self {
        self.hold = Some(Hold::For(hold));
        self
    }

    /// Reloads the proxy while the connection is held.
    pub fn reload(mut self) -> Self {
        self.reload = true;
        self
    }
}
