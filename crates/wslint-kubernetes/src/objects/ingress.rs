//! Ingresses and their classes.

use std::sync::OnceLock;

use wslint_deploy::yaml::Id;
use wslint_model::Site;

use super::meta::{Annotation, Meta};
use crate::word::{Page, Word};

/// An Ingress: which paths of which hosts lead to which Services.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// Its name and annotations.
    pub meta: Meta,
    /// `spec.ingressClassName`.
    pub class: Option<Word>,
    /// What takes whatever no rule names.
    pub default_backend: Option<(Site, Backend)>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The hosts that it has certificates for; an empty list means whatever host.
    pub tls: Option<Vec<String>>,
    /// Whether one of its paths tells by itself that it carries WebSockets, once somebody asked.
    pub(crate) telling: OnceLock<bool>,
}

/// What one host serves.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The host; none for whatever host.
    pub host: Option<Word>,
    /// The paths.
    pub paths: Vec<Path>,
}

/// A path and what it leads to.
#[derive(Clone, Debug)]
pub struct Path {
    /// Its line: the path, or the backend where it has none.
    pub site: Site,
    /// The path; `/` where none stands.
    pub path: Word,
    /// `pathType`.
    pub kind: Option<Word>,
    /// The Service.
    pub backend: Option<Backend>,
}

/// A Service and a port of it.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The Service's name.
    pub service: Word,
    /// The port's number or name.
    pub port: Option<Word>,
}

/// An IngressClass.
#[derive(Clone, Debug)]
pub struct IngressClass {
    /// Its name.
    pub name: Word,
    /// The controller that serves it.
    pub controller: Word,
    /// Whether Ingresses without a class are of it.
    pub is_default: bool,
}

impl Ingress {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Self {
        let spec = page.document.get(object, "spec");
        let items = |way: &[&str]| spec.map_or_else(Vec::new, |spec| page.items(spec, way));
        let default = spec.and_then(|spec| {
            let backends = ["defaultBackend", "backend"].map(|key| page.document.get(spec, key));
            backends.into_iter().flatten().next()
        });
        let default_backend = default.and_then(|id| {
            let backend = Backend::read(page, id)?;
            Some((backend.service.site, backend))
        });
        let tls = spec.and_then(|spec| page.document.get(spec, "tls")).map(|_| {
            let hosts = items(&["tls"]).into_iter().flat_map(|entry| page.items(entry, &["hosts"]));
            hosts.filter_map(|host| page.word(host)).map(|host| host.text).collect()
        });
        Self {
            class: spec.and_then(|spec| page.get(spec, "ingressClassName")),
            default_backend,
            rules: items(&["rules"]).into_iter().map(|rule| Rule::read(page, rule)).collect(),
            tls,
            meta,
            telling: OnceLock::new(),
        }
    }

    /// One that adds annotations to another one of its name.
    pub(crate) fn patch(name: Word, annotations: Vec<Annotation>) -> Self {
        let meta = Meta { annotations, ..Meta::unwritten("Ingress", name) };
        Self {
            meta,
            class: None,
            default_backend: None,
            rules: Vec::new(),
            tls: None,
            telling: OnceLock::new(),
        }
    }

    /// Whether it leads nowhere, so that it changes another one of its name.
    pub fn is_patch(&self) -> bool {
        self.rules.iter().all(|rule| rule.paths.is_empty()) && self.default_backend.is_none()
    }

    /// All backends with the places of their paths.
    pub fn backends(&self) -> impl Iterator<Item = &Backend> {
        let paths = self.rules.iter().flat_map(|rule| &rule.paths);
        paths.filter_map(|path| path.backend.as_ref()).chain(self.default_backend.iter().map(|(_, one)| one))
    }

    /// Whether it has a certificate for a host.
    pub fn has_certificate(&self, host: &str) -> bool {
        let covers = |name: &String| {
            name == host
                || name
                    .strip_prefix("*.")
                    .is_some_and(|rest| host.split_once('.').is_some_and(|(_, parent)| parent == rest))
        };
        self.tls.as_ref().is_some_and(|hosts| hosts.is_empty() || hosts.iter().any(covers))
    }
}

/// Whether a path of this type is for itself only.
pub(crate) fn is_exact(kind: Option<&Word>) -> bool {
    kind.is_some_and(|kind| kind.text == "Exact")
}

impl Rule {
    fn read(page: Page<'_>, rule: Id) -> Self {
        let paths = page.items(rule, &["http", "paths"]);
        Self {
            host: page.get(rule, "host").filter(|host| host.text != "*"),
            paths: paths.into_iter().filter_map(|path| Path::read(page, path)).collect(),
        }
    }
}

impl Path {
    fn read(page: Page<'_>, path: Id) -> Option<Self> {
        let backend = page.document.get(path, "backend").and_then(|id| Backend::read(page, id));
        let word = page.get(path, "path");
        let site = word.as_ref().or(backend.as_ref().map(|backend| &backend.service))?.site;
        let word = word.unwrap_or(Word::unwritten("/", site));
        Some(Self { site, path: word, kind: page.get(path, "pathType"), backend })
    }
}

impl Backend {
    fn read(page: Page<'_>, backend: Id) -> Option<Self> {
        let service = page.at(backend, &["service", "name"]).or_else(|| page.get(backend, "serviceName"))?;
        let port = page
            .at(backend, &["service", "port", "number"])
            .or_else(|| page.at(backend, &["service", "port", "name"]))
            .or_else(|| page.get(backend, "servicePort"));
        Some(Self { service, port })
    }
}

impl IngressClass {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Option<Self> {
        let default = meta.annotation("ingressclass.kubernetes.io/is-default-class");
        let is_default = default.is_some_and(|annotation| annotation.value.text == "true");
        Some(Self { controller: page.at(object, &["spec", "controller"])?, name: meta.name, is_default })
    }
}
