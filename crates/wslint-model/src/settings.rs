//! What the user says beside the config: target versions and the WebSocket endpoints that are known.

use std::net::IpAddr;

use crate::choices::Polls;
use crate::fact::{Cause, Mark, Origin};
use crate::proxy::Proxy;
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
    /// Whether these versions are predicted of text, too, that a program makes which brings its own: where everything is
    /// run by the proxies at hand.
    pub versions_hold: bool,
    /// Declared endpoints (`--websocket PATH`, `websockets:` in wslint.yaml).
    pub endpoints: Vec<Endpoint>,
    /// Heartbeat of every endpoint that declares none, in milliseconds.
    pub heartbeat: Option<u64>,
    /// The shortest idle limit that is accepted without a finding, in milliseconds.
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
            versions_hold: false,
            endpoints: Vec::new(),
            heartbeat: None,
            minimum_idle: 3_600_000,
            source: None,
        }
    }
}

impl Settings {
    /// The version to predict of text whose maker brings a version of its own, or none, along.
    pub fn version_of(&self, maker: Option<Version>, own: Version) -> Version {
        maker.filter(|_| !self.versions_hold).unwrap_or(own)
    }

    /// Predicts this version of a proxy unless the user named one.
    pub fn assume(&mut self, proxy: Proxy, version: Version) {
        match proxy {
            Proxy::Nginx if !self.nginx_version_given => self.nginx_version = version,
            Proxy::Haproxy if !self.haproxy_version_given => self.haproxy_version = version,
            Proxy::Nginx | Proxy::Haproxy => {}
        }
    }
}

/// An endpoint that certainly carries WebSocket traffic: the user declares it, or the deployment shows it.
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
    /// What is known of the heartbeat where no time is.
    pub keeping: Keeping,
    /// What plain requests clients send beside the handshake, where it is not what clients of the framework do.
    pub polls: Option<Polls>,
    /// The shortest idle limit that is accepted here without a finding, in milliseconds, if not [`Settings::minimum_idle`].
    pub minimum_idle: Option<u64>,
    /// The lines that show it; none where the user declares it.
    pub marks: Vec<Mark>,
    /// The line of code that sets the heartbeat.
    pub beat: Option<Mark>,
    /// The line of code that says by which transports clients come.
    pub asked: Option<Mark>,
}

/// What is known of the heartbeat of an endpoint for which no time is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// It is that of what serves it.
    #[default]
    Usual,
    /// What serves it sends nothing by itself.
    Off,
    /// It is set, and nobody knows to what.
    Unknown,
}

impl Endpoint {
    /// Whether the user says what serves it, who knows better than a deployment.
    pub fn says_what_serves_it(&self) -> bool {
        self.marks.is_empty() && self.framework.is_some()
    }

    /// An endpoint of which nothing but the path is known.
    pub fn at(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            host: None,
            framework: None,
            heartbeat: None,
            keeping: Keeping::Usual,
            polls: None,
            minimum_idle: None,
            marks: Vec::new(),
            beat: None,
            asked: None,
        }
    }

    /// Why it is known to be one.
    pub fn cause(&self) -> Cause {
        match self.marks.is_empty() {
            true => Cause::nowhere(Origin::Declared),
            false => Cause { origin: Origin::Derived, marks: self.marks.clone() },
        }
    }
}
