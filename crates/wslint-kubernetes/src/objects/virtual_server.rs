//! F5's VirtualServers and VirtualServerRoutes.

use wslint_deploy::yaml::Id;
use wslint_model::Site;

use super::ingress::Backend;
use super::meta::Meta;
use crate::word::{Page, Word};

/// A VirtualServer, or a VirtualServerRoute, which holds routes of one.
#[derive(Clone, Debug)]
pub struct VirtualServer {
    /// Its name and annotations.
    pub meta: Meta,
    /// The host.
    pub host: Option<Word>,
    /// Whether it has a certificate.
    pub tls: bool,
    /// Where it redirects plain HTTP to TLS.
    pub redirects: Option<Word>,
    /// The upstreams.
    pub upstreams: Vec<Upstream>,
    /// The routes, or the subroutes.
    pub routes: Vec<VirtualRoute>,
    /// `server-snippets`.
    pub snippets: Option<Word>,
}

/// An upstream of a VirtualServer.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name in the VirtualServer.
    pub name: Word,
    /// The Service.
    pub backend: Backend,
    /// `read-timeout`.
    pub read_timeout: Option<Word>,
    /// `send-timeout`.
    pub send_timeout: Option<Word>,
    /// `connect-timeout`.
    pub connect_timeout: Option<Word>,
    /// `lb-method`.
    pub method: Option<Word>,
    /// `sessionCookie.enable`, where it is `true`.
    pub cookie: Option<Word>,
    /// Whether it is spoken TLS to.
    pub tls: bool,
    /// `type`, where it is `grpc`.
    pub grpc: Option<Word>,
    /// `use-cluster-ip`, where it is `true`.
    pub cluster_ip: Option<Word>,
}

/// A route of a VirtualServer.
#[derive(Clone, Debug)]
pub struct VirtualRoute {
    /// The path: `/p`, `=/p`, `~ p`, `~* p`, `^~ /p`.
    pub path: Word,
    /// What is done with it.
    pub action: Option<Action>,
    /// The VirtualServerRoute that it leads to.
    pub route: Option<Word>,
    /// `location-snippets`.
    pub snippets: Option<Word>,
}

/// What a route does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Hands requests to an upstream.
    Pass(Word),
    /// Hands them to an upstream, changed.
    Proxy {
        /// The upstream.
        upstream: Word,
        /// `rewritePath`.
        rewrite: Option<Word>,
        /// `requestHeaders.pass: false`.
        drops_headers: Option<Word>,
        /// `requestHeaders.set`.
        sets: Vec<(Word, Word)>,
    },
    /// Redirects.
    Redirect(Site),
    /// Answers.
    Return(Site),
    /// Hands each request to one of several upstreams, by weight.
    Split(Site, Vec<Word>),
    /// Hands requests to one of several, by conditions.
    Divided(Site),
}

impl VirtualServer {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Self {
        let routes = ["routes", "subroutes"].iter().flat_map(|key| page.items(object, &["spec", key]));
        let tls = page.document.at(object, &["spec", "tls"]);
        Self {
            host: page.at(object, &["spec", "host"]),
            tls: tls.is_some(),
            redirects: page
                .at(object, &["spec", "tls", "redirect", "enable"])
                .filter(|enable| enable.text == "true"),
            upstreams: page
                .items(object, &["spec", "upstreams"])
                .into_iter()
                .filter_map(|id| Upstream::read(page, id))
                .collect(),
            routes: routes.filter_map(|id| VirtualRoute::read(page, id)).collect(),
            snippets: page.at(object, &["spec", "server-snippets"]),
            meta,
        }
    }
}

impl Upstream {
    fn read(page: Page<'_>, id: Id) -> Option<Self> {
        let is_true = |way: &[&str]| page.at(id, way).filter(|word| word.text == "true");
        Some(Self {
            name: page.get(id, "name")?,
            backend: Backend { service: page.get(id, "service")?, port: page.get(id, "port") },
            read_timeout: page.get(id, "read-timeout"),
            send_timeout: page.get(id, "send-timeout"),
            connect_timeout: page.get(id, "connect-timeout"),
            method: page.get(id, "lb-method"),
            cookie: is_true(&["sessionCookie", "enable"]),
            tls: is_true(&["tls", "enable"]).is_some(),
            grpc: page.get(id, "type").filter(|kind| kind.text == "grpc"),
            cluster_ip: is_true(&["use-cluster-ip"]),
        })
    }
}

impl VirtualRoute {
    fn read(page: Page<'_>, id: Id) -> Option<Self> {
        let place =
            |name: &str| page.document.entry(id, name).map(|(key, _)| page.site(page.document.span(key)));
        let action = page.document.get(id, "action").and_then(|action| Action::read(page, action));
        let divided = place("matches").map(Action::Divided);
        let divided = divided.or_else(|| place("splits").map(|site| Action::split(page, id, site)));
        Some(Self {
            path: page.get(id, "path")?,
            action: divided.or(action),
            route: page.get(id, "route"),
            snippets: page.get(id, "location-snippets"),
        })
    }
}

impl Action {
    /// `splits` of a route; what one of them does beside handing requests on is not known.
    fn split(page: Page<'_>, route: Id, site: Site) -> Self {
        let splits = page.items(route, &["splits"]);
        let shares = splits.iter().map(|&id| {
            let nothing = page.get(id, "weight").is_some_and(|weight| weight.text == "0");
            (
                nothing,
                page.at(id, &["action", "pass"]).or_else(|| page.at(id, &["action", "proxy", "upstream"])),
            )
        });
        let shares = shares.filter(|(nothing, _)| !nothing).map(|(_, upstream)| upstream);
        match shares.collect::<Option<Vec<Word>>>() {
            Some(upstreams) if upstreams.len() > 1 => Self::Split(site, upstreams),
            _ => Self::Divided(site),
        }
    }

    fn read(page: Page<'_>, action: Id) -> Option<Self> {
        if let Some(upstream) = page.get(action, "pass") {
            return Some(Self::Pass(upstream));
        }
        let entry = |key| page.document.entry(action, key);
        if let Some((key, _)) = entry("redirect") {
            return Some(Self::Redirect(page.site(page.document.span(key))));
        }
        if let Some((key, _)) = entry("return") {
            return Some(Self::Return(page.site(page.document.span(key))));
        }
        let (_, proxy) = entry("proxy")?;
        let sets = page.items(proxy, &["requestHeaders", "set"]).into_iter();
        let sets = sets.filter_map(|id| Some((page.get(id, "name")?, page.get(id, "value")?)));
        Some(Self::Proxy {
            upstream: page.get(proxy, "upstream")?,
            rewrite: page.get(proxy, "rewritePath"),
            drops_headers: page.at(proxy, &["requestHeaders", "pass"]).filter(|pass| pass.text == "false"),
            sets: sets.collect(),
        })
    }
}
