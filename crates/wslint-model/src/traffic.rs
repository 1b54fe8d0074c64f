//! Knowing that a route carries WebSocket traffic, what serves it, and how often its heartbeat speaks.

use crate::choice::{Choice, Word};
use crate::choices::IdleVerdict;

crate::choices! {
    /// How sure it is that a route carries WebSocket traffic, from the weakest on.
    #[derive(PartialOrd, Ord)]
    pub enum Confidence {
        /// A word says so that other paths and names have as well.
        Weak "weak",
        /// A path or a name says so that little else has.
        Strong "strong",
        /// The configuration handles handshakes on it, or the user declared it.
        Certain "certain",
    }
}

/// Idle limits up to this one, in milliseconds, cut silent connections within a minute.
const SHORT: u64 = 60_000;

/// The answer to [`crate::questions::IDLE_VERDICT`]; all times in milliseconds. A limit that is at or above the accepted minimum is long,
/// unless the heartbeat is slower still.
pub fn idle_verdict(limit: u64, heartbeat: Option<u64>, minimum: u64) -> IdleVerdict {
    match heartbeat {
        Some(heartbeat) if limit <= heartbeat => IdleVerdict::BelowHeartbeat,
        _ if limit >= minimum => IdleVerdict::Long,
        Some(_) if limit <= SHORT => IdleVerdict::KeptAlive,
        Some(_) => IdleVerdict::Long,
        None if limit <= SHORT => IdleVerdict::Short,
        None => IdleVerdict::Moderate,
    }
}

/// A framework or product with a known endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Framework(&'static Known);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Known {
    name: &'static str,
    title: &'static str,
    /// Milliseconds between two signs of life, by the framework's defaults; `None` for no heartbeat.
    heartbeat: Option<u64>,
    /// Whether clients begin with long polling, which needs affinity.
    polls: bool,
    /// Whether the framework refuses an upgrade over HTTP/1.0.
    refuses_http10: bool,
    /// Whether it compares the host in `Origin` with `Host` unless it is told not to.
    compares_origin: bool,
}

impl Framework {
    /// Finds a framework by the name that wslint.yaml and `wslint facts` use.
    pub fn named(name: &str) -> Option<Self> {
        FRAMEWORKS.iter().find(|known| known.name == name).map(Framework)
    }

    /// The name that rules, wslint.yaml and `wslint facts` use.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The name as its makers write it.
    pub fn title(self) -> &'static str {
        self.0.title
    }

    /// Milliseconds between two signs of life, by the framework's defaults.
    pub fn heartbeat(self) -> Option<u64> {
        self.0.heartbeat
    }

    /// Whether clients begin with long polling, so that all their requests must reach one server.
    pub fn polls(self) -> bool {
        self.0.polls
    }

    /// Whether the framework is known to refuse an upgrade that arrives over HTTP/1.0.
    pub fn refuses_http10(self) -> bool {
        self.0.refuses_http10
    }

    /// Whether the framework is known to refuse a handshake whose `Origin` names another host than `Host`, unless it is
    /// configured otherwise.
    pub fn compares_origin(self) -> bool {
        self.0.compares_origin
    }
}

macro_rules! frameworks {
    ($($name:literal $title:literal heartbeat $heartbeat:expr, polls $polls:literal, refuses_http10 $refuses:literal, compares_origin $compares:literal;)*) => {
        static FRAMEWORKS: &[Known] = &[$(Known {
            name: $name, title: $title, heartbeat: $heartbeat, polls: $polls, refuses_http10: $refuses,
            compares_origin: $compares,
        }),*];

        impl Choice for Framework {
            const WORDS: &'static [Word] = &[$(Word { word: $name, means: $title }),*];

            fn word(self) -> &'static str {
                self.name()
            }

            fn of_word(word: &str) -> Option<Self> {
                Self::named(word)
            }
        }
    };
}

// The heartbeats are the defaults in the frameworks' own code; what refuses HTTP/1.0 was measured behind nginx 1.22. What
// compares `Origin` with `Host`: `check_origin` of Jupyter Server, Grafana's documentation of `[live] allowed_origins`,
// Action Cable's `allow_same_origin_as_host`, Mattermost's check of WebSocket origins.
frameworks! {
    "socket.io" "Socket.IO" heartbeat Some(25_000), polls true, refuses_http10 false, compares_origin false;
    "sockjs" "SockJS" heartbeat Some(25_000), polls true, refuses_http10 false, compares_origin false;
    "phoenix" "Phoenix" heartbeat Some(30_000), polls false, refuses_http10 false, compares_origin false;
    "actioncable" "Action Cable" heartbeat Some(3_000), polls false, refuses_http10 false, compares_origin true;
    "signalr" "SignalR" heartbeat Some(15_000), polls true, refuses_http10 false, compares_origin false;
    "vite" "Vite" heartbeat Some(30_000), polls false, refuses_http10 false, compares_origin false;
    "graphql-ws" "graphql-ws" heartbeat Some(12_000), polls false, refuses_http10 false, compares_origin false;
    "home-assistant" "Home Assistant" heartbeat Some(55_000), polls false, refuses_http10 false, compares_origin false;
    "mattermost" "Mattermost" heartbeat Some(30_000), polls false, refuses_http10 false, compares_origin true;
    "mqtt" "MQTT over WebSocket" heartbeat Some(60_000), polls false, refuses_http10 false, compares_origin false;
    "bokeh" "Bokeh" heartbeat Some(37_000), polls false, refuses_http10 true, compares_origin false;
    "pusher" "Pusher protocol" heartbeat Some(120_000), polls false, refuses_http10 false, compares_origin false;
    "grafana" "Grafana Live" heartbeat Some(25_000), polls false, refuses_http10 false, compares_origin true;
    "jupyter" "Jupyter" heartbeat Some(30_000), polls false, refuses_http10 true, compares_origin true;
    "streamlit" "Streamlit" heartbeat Some(20_000), polls false, refuses_http10 true, compares_origin false;
    "collabora" "Collabora Online" heartbeat Some(18_000), polls false, refuses_http10 false, compares_origin false;
    "guacamole" "Apache Guacamole" heartbeat Some(500), polls false, refuses_http10 false, compares_origin false;
}

/// What a path says by itself, in the order in which the table is searched. The shares of real WebSocket traffic
/// behind these paths were counted on public configs; below 90 % a path is weak.
pub struct Sign {
    /// How sure it is.
    pub confidence: Confidence,
    /// What serves the path, if the path tells.
    pub framework: Option<Framework>,
}

/// The last words of paths beside an endpoint that are asked for with plain requests.
const ASIDE: [&str; 11] = [
    "health",
    "healthz",
    "healthcheck",
    "ready",
    "readyz",
    "status",
    "metrics",
    "stats",
    "ping",
    "info",
    "negotiate",
];

/// What the path of a request, or of a location, says about WebSocket traffic.
pub fn sign_of_path(path: &str) -> Option<Sign> {
    let path = path.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let last = segments.last().copied().unwrap_or_default();
    if last.ends_with(".js") || last.ends_with(".map") || ASIDE.contains(&last) {
        return None;
    }
    let has = |name: &str| segments.contains(&name);
    let pair = |first: &str, second: &str| segments.windows(2).any(|two| two == [first, second]);
    let sign =
        |confidence, framework: &str| Some(Sign { confidence, framework: Framework::named(framework) });
    if has("socket.io") || has("engine.io") {
        return sign(Confidence::Certain, "socket.io");
    }
    if has("sockjs") || has("sockjs-node") {
        return sign(Confidence::Strong, "sockjs");
    }
    // Home Assistant answers at the top only; other products have an `/api/websocket/…` of their own.
    if segments == ["api", "websocket"] {
        return sign(Confidence::Strong, "home-assistant");
    }
    if path.ends_with("/api/v4/websocket") {
        return sign(Confidence::Strong, "mattermost");
    }
    if path.ends_with("/live/websocket") || path.ends_with("/socket/websocket") {
        return sign(Confidence::Strong, "phoenix");
    }
    if pair("live", "ws") && has("api") {
        return sign(Confidence::Strong, "grafana");
    }
    if last == "cable" {
        return sign(Confidence::Strong, "actioncable");
    }
    if has("hubs") || has("_blazor") || pair("notifications", "hub") || has("signalr") {
        return sign(Confidence::Strong, "signalr");
    }
    if pair("api", "kernels") || pair("terminals", "websocket") {
        return sign(Confidence::Strong, "jupyter");
    }
    if pair("_stcore", "stream") {
        return sign(Confidence::Strong, "streamlit");
    }
    if last == "ws" && (has("cool") || has("lool")) {
        return sign(Confidence::Strong, "collabora");
    }
    // Its clients fall back to plain requests, so that the path alone says nothing of WebSockets.
    if has("guacamole") {
        return sign(Confidence::Weak, "guacamole");
    }
    if last == "mqtt" {
        return sign(Confidence::Strong, "mqtt");
    }
    let raw = [
        "ws",
        "wss",
        "websocket",
        "websockets",
        "websockify",
        "livekit",
        "colibri-ws",
        "vncwebsocket",
        "webpack-hmr",
    ];
    if segments.iter().any(|segment| raw.contains(segment) || segment.ends_with("-websocket")) {
        return sign(Confidence::Strong, "");
    }
    let weak =
        ["graphql", "live", "hub", "realtime", "socket", "sockets", "stream", "push", "cable", "stomp"];
    if segments.iter().any(|segment| weak.contains(segment)) {
        return sign(Confidence::Weak, "");
    }
    None
}
