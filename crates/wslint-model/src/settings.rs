//! What the user says beside the config: target versions and the WebSocket endpoints that are known.

use std::net::IpAddr;

use crate::traffic::Framework;
use crate::version::Version;

/// The user's word on endpoints and versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The nginx to predict.
    pub nginx_version: Version,
    /// The HAProxy to predict.
    pub haproxy_version: Version,
    /// Whether the user named the version of nginx. Otherwise it is an assumption: that a config uses something newer
    /// shows that the assumption is wrong, not the config.
    pub nginx_version_given: bool,
    /// Whether the user named the version of HAProxy.
    pub haproxy_version_given: bool,
    /// Declared endpoints (`--websocket PATH`, `websockets:` in wslint.yaml).
    pub endpoints: Vec<Endpoint>,
    /// Heartbeat of every endpoint that declares none, in milliseconds.
    pub heartbeat: Option<u64>,
    /// The shortest idle limit that is accepted without a word, in milliseconds.
    pub minimum_idle: u64,
    /// The address that clients connect from, for rules that look at it (`--source ADDRESS`).
    pub source: Option<IpAddr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nginx_version: Version::NGINX_DEFAULT,
            haproxy_version: Version::HAPROXY_DEFAULT,
            nginx_version_given: false,
            haproxy_version_given: false,
            endpoints: Vec::new(),
            heartbeat: None,
            minimum_idle: 3_600_000,
            source: None,
        }
    }
}

/// An endpoint that the user declares to carry WebSocket traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The path of the handshake, beginning with `/`; may carry a query.
    pub path: String,
    /// Host name, if the endpoint lives on one virtual host only.
    pub host: Option<String>,
    /// What serves it, if known.
    pub framework: Option<Framework>,
    /// The longest silence that the heartbeat allows, in milliseconds, if known.
    pub heartbeat: Option<u64>,
    /// The shortest idle limit that is accepted here without a word, in milliseconds, if not [`Settings::minimum_idle`].
    pub minimum_idle: Option<u64>,
}

impl Endpoint {
    /// An endpoint of which nothing but the path is known.
    pub fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), host: None, framework: None, heartbeat: None, minimum_idle: None }
    }
}
