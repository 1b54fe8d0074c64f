//! A route: the way that a request takes through the proxy.

use crate::fact::Facts;
use crate::proxy::Proxy;
use crate::questions;
use crate::request::Request;
use crate::site::Site;
use crate::traffic::Confidence;

/// One way through a proxy that carries, or may carry, WebSocket traffic, with its answers.
#[derive(Clone, Debug)]
pub struct Route {
    /// The proxy.
    pub proxy: Proxy,
    /// The route in the config's own words: `location /ws` or `frontend fe → backend app`.
    pub label: String,
    /// The virtual host or listener that the route belongs to, for people: `app.example.com`, `*:443`.
    pub server: Option<String>,
    /// The host that clients call, where the configuration or the user names one.
    pub host: Option<String>,
    /// The line that stands for the route: the location, the `use_backend`, the section.
    pub site: Site,
    /// The path of a request that takes this route.
    pub path: String,
    /// The handshake of a browser that stands for the route; none where nothing tells of WebSocket traffic.
    pub request: Option<Box<Request>>,
    /// The answers. A route without any sign of WebSocket traffic answers no question.
    pub facts: Facts,
    /// The route's number in the model that made it, which is how the model finds it again to fix it.
    pub index: usize,
}

/// Which routes of a configuration answer questions, and which of them.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// The lines, of locations, servers or sections, whose routes answer.
    pub lines: &'w dyn Fn(Site) -> bool,
    /// Whether they answer the [`questions::DETAILS`] too.
    pub details: bool,
}

impl Wanted<'_> {
    /// All routes, with all of their answers.
    pub const ALL: Self = Self { lines: &|_| true, details: true };
}

impl Route {
    /// The number of a route that the model does not find again, since nothing can be fixed about it.
    pub const NOT_FIXED: usize = usize::MAX;

    /// What stands for all ways of a configuration that the proxy refuses to load. `site` is the line that is refused.
    pub fn of_configuration(proxy: Proxy, site: Site, facts: Facts) -> Self {
        let label = "the configuration".to_owned();
        let (server, host, path) = (None, None, String::new());
        Self { proxy, label, server, host, site, path, request: None, facts, index: Self::NOT_FIXED }
    }

    /// Whether it is certain or very likely that it carries WebSocket traffic.
    pub fn carries_websocket(&self) -> bool {
        self.facts.value(&questions::WEBSOCKET).is_some_and(|confidence| confidence > Confidence::Weak)
    }
}
