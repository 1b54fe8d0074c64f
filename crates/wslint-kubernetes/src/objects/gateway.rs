//! Objects of the Gateway API, as far as NGINX Gateway Fabric reads them.

use wslint_deploy::yaml::Id;
use wslint_model::Site;

use super::ingress::Backend;
use super::meta::Meta;
use crate::word::{Page, Word};

/// An HTTPRoute.
#[derive(Clone, Debug)]
pub struct HttpRoute {
    /// Its name.
    pub meta: Meta,
    /// The names of its Gateways.
    pub parents: Vec<Word>,
    /// The hosts.
    pub hosts: Vec<Word>,
    /// The rules.
    pub rules: Vec<HttpRule>,
}

/// A rule of an HTTPRoute.
#[derive(Clone, Debug)]
pub struct HttpRule {
    /// Its place: that of its first path, or of its first backend.
    pub site: Site,
    /// The paths with their types; `/` by prefix where none stands.
    pub paths: Vec<(Word, Option<Word>)>,
    /// Whether more than the path decides: headers, methods, parameters.
    pub conditional: bool,
    /// The Services.
    pub backends: Vec<Backend>,
    /// `timeouts` or `retry`, which the controller refuses: the place and the name.
    pub refused: Option<(Site, &'static str)>,
    /// `sessionPersistence`.
    pub persistence: Option<Site>,
    /// Whether a filter redirects.
    pub redirects: Option<Site>,
    /// `replacePrefixMatch` of a filter that rewrites.
    pub replaces: Option<Word>,
    /// `replaceFullPath` of a filter that rewrites.
    pub rewrites: Option<Word>,
}

/// A ProxySettingsPolicy.
#[derive(Clone, Debug)]
pub struct ProxySettings {
    /// The names of the Gateways or routes that it is for.
    pub targets: Vec<Word>,
    /// `timeout.read`.
    pub read: Option<Word>,
    /// `timeout.send`.
    pub send: Option<Word>,
}

impl HttpRoute {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Self {
        let words = |way: &[&str]| {
            page.items(object, way).into_iter().filter_map(|id| page.word(id)).collect::<Vec<_>>()
        };
        let parents = page.items(object, &["spec", "parentRefs"]).into_iter();
        let rules = page.items(object, &["spec", "rules"]).into_iter();
        let place = meta.name.site;
        Self {
            parents: parents.filter_map(|id| page.get(id, "name")).collect(),
            hosts: words(&["spec", "hostnames"]),
            rules: rules.map(|id| HttpRule::read(page, id, place)).collect(),
            meta,
        }
    }
}

impl HttpRule {
    fn read(page: Page<'_>, rule: Id, place: Site) -> Self {
        let matches = page.items(rule, &["matches"]);
        let path = |&id: &Id| {
            let path = page.at(id, &["path", "value"])?;
            Some((path, page.at(id, &["path", "type"])))
        };
        let backend = |id: Id| {
            let nothing = page.get(id, "weight").is_some_and(|weight| weight.text == "0");
            let service = page.get(id, "name").filter(|_| !nothing)?;
            Some(Backend { service, port: page.get(id, "port") })
        };
        let backends: Vec<Backend> =
            page.items(rule, &["backendRefs"]).into_iter().filter_map(backend).collect();
        let mut paths: Vec<_> = matches.iter().filter_map(path).collect();
        let first = paths.first().map(|(path, _)| path.site);
        let site = first.or(backends.first().map(|one| one.service.site)).unwrap_or(place);
        if paths.is_empty() {
            paths.push((Word::unwritten("/", site), None));
        }
        let more = |&id: &Id| {
            ["headers", "method", "queryParams"].iter().any(|key| page.document.get(id, key).is_some())
        };
        let key =
            |name: &str| page.document.entry(rule, name).map(|(key, _)| page.site(page.document.span(key)));
        let filters = page.items(rule, &["filters"]);
        let of_kind = |name: &str| {
            filters
                .iter()
                .find_map(|&id| page.get(id, "type").filter(|kind| kind.text == name))
                .map(|kind| kind.site)
        };
        let rewrite =
            |field: &str| filters.iter().find_map(|&id| page.at(id, &["urlRewrite", "path", field]));
        Self {
            site,
            paths,
            conditional: matches.iter().any(more),
            backends,
            refused: ["timeouts", "retry"].into_iter().find_map(|name| Some((key(name)?, name))),
            persistence: key("sessionPersistence"),
            redirects: of_kind("RequestRedirect"),
            replaces: rewrite("replacePrefixMatch"),
            rewrites: rewrite("replaceFullPath"),
        }
    }
}

impl ProxySettings {
    pub(crate) fn read(page: Page<'_>, object: Id) -> Self {
        let targets = page.items(object, &["spec", "targetRefs"]).into_iter();
        Self {
            targets: targets.filter_map(|id| page.get(id, "name")).collect(),
            read: page.at(object, &["spec", "timeout", "read"]),
            send: page.at(object, &["spec", "timeout", "send"]),
        }
    }
}
