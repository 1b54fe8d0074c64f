//! What says that a path carries WebSocket traffic, beside the path itself.

use wslint_model::Site;
use wslint_model::traffic::{self, Confidence};

use crate::annotations::milliseconds;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Annotation, Backend, Ingress, Meta, Path, Service};

/// What says that a path carries WebSocket traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// The place that says so.
    pub(crate) site: Site,
}

/// From so many milliseconds on a timeout was set for connections that stay open.
const LONG: u64 = 600_000;
/// From so many on it was not set for uploads.
const VERY_LONG: u64 = 3_600_000;

/// What says it of a path of an object that leads to a backend: the surest of annotations, ports and names.
pub(crate) fn of_path(meta: &Meta, backend: Option<&Backend>, service: Option<&Service>) -> Option<Evidence> {
    told(meta, backend, service).or_else(|| by_timeout(meta)).or_else(|| by_name(backend))
}

/// The same of a path of an Ingress, whose timeouts were meant for those of its paths that tell by themselves, if any does.
pub(crate) fn of_ingress_path(
    cluster: &Cluster<'_>,
    ingress: &Ingress,
    backend: &Backend,
) -> Option<Evidence> {
    let service = cluster.service(&ingress.meta, backend);
    let meta = &ingress.meta;
    let telling = || {
        *ingress.telling.get_or_init(|| {
            let paths = || ingress.rules.iter().flat_map(|rule| &rule.paths);
            let says = |path: &Path| {
                let backend = path.backend.as_ref();
                let service = backend.and_then(|backend| cluster.service(meta, backend));
                is_strong(of_words(&path.path.text, path.site)) || told(meta, backend, service).is_some()
            };
            paths().nth(1).is_some() && paths().any(says)
        })
    };
    let told = told(meta, Some(backend), service);
    told.or_else(|| by_timeout(meta).filter(|_| !telling())).or_else(|| by_name(Some(backend)))
}

/// What the words of a path say, of which patterns are read as if they were words.
pub(crate) fn of_words(path: &str, site: Site) -> Option<Evidence> {
    let plain: String = path.chars().filter(|c| !"()|$*^?+[]\\".contains(*c)).collect();
    let sign = traffic::sign_of_path(path).or_else(|| traffic::sign_of_path(&plain))?;
    Some(Evidence { confidence: sign.confidence, site })
}

fn is_strong(evidence: Option<Evidence>) -> bool {
    evidence.is_some_and(|evidence| evidence.confidence > Confidence::Weak)
}

/// An annotation or a port that says so.
fn told(meta: &Meta, backend: Option<&Backend>, service: Option<&Service>) -> Option<Evidence> {
    let site = by_annotation(meta, backend).or_else(|| by_port(backend, service))?;
    Some(Evidence { confidence: Confidence::Strong, site })
}

/// The name of a Service.
fn by_name(backend: Option<&Backend>) -> Option<Evidence> {
    let name = &backend?.service;
    let sign = traffic::sign_of_name(&name.text);
    sign.map(|_| Evidence { confidence: Confidence::Weak, site: name.site })
}

/// An annotation that speaks of WebSockets: of this Service, where it names some, and else of the whole object.
fn by_annotation(meta: &Meta, backend: Option<&Backend>) -> Option<Site> {
    let speaks = |one: &&Annotation| {
        let says = one.short().to_ascii_lowercase().contains("websocket");
        says && !matches!(one.value.text.as_str(), "false" | "off" | "no" | "")
    };
    let names = |one: &&Annotation| {
        if one.short() != "websocket-services" {
            return true;
        }
        let mut services = one.value.text.split(',').map(str::trim);
        one.value.open || backend.is_none_or(|backend| services.any(|name| name == backend.service.text))
    };
    let snippet = |one: &&Annotation| {
        let text = &one.value.text;
        one.short().contains("snippet") && (text.contains("$http_upgrade") || sets_upgrade(text))
    };
    let annotations = || meta.annotations.iter();
    let found = annotations().filter(speaks).find(names).or_else(|| annotations().find(snippet));
    found.map(Annotation::site)
}

/// Whether a line of nginx sends an `Upgrade` of its own.
fn sets_upgrade(snippet: &str) -> bool {
    snippet.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("proxy_set_header")
            && words.next().is_some_and(|name| name.eq_ignore_ascii_case("upgrade"))
            && words.next().is_some_and(|value| !matches!(value.trim_end_matches(';'), "\"\"" | "''"))
    })
}

/// A port that is called by what is spoken there.
fn by_port(backend: Option<&Backend>, service: Option<&Service>) -> Option<Site> {
    let named = backend?.port.as_ref();
    let says = |text: &str| {
        text.split(['-', '_', '.', '/']).any(|part| {
            ["ws", "wss", "websocket", "websockets"].iter().any(|word| part.eq_ignore_ascii_case(word))
        })
    };
    if let Some(word) = named.filter(|word| says(&word.text)) {
        return Some(word.site);
    }
    let port = service?.port(named)?;
    let words = [&port.name, &port.protocol];
    words.into_iter().flatten().find(|word| says(&word.text)).map(|word| word.site)
}

/// A timeout that was meant for connections that stay open, whether or not the controller takes it.
fn by_timeout(meta: &Meta) -> Option<Evidence> {
    let uploads = meta.annotations.iter().any(|one| {
        matches!(one.short(), "proxy-body-size" | "client-max-body-size" | "proxy-request-buffering")
    });
    // A stream of gRPC stays open as well.
    let other = meta.annotations.iter().any(|one| {
        let value = one.value.text.to_ascii_uppercase();
        one.short() == "grpc-services"
            || one.short() == "backend-protocol" && (value.starts_with("GRPC") || value == "FCGI")
    });
    if other {
        return None;
    }
    let meant = |one: &Annotation| {
        let of = ["proxy-read-timeout", "proxy-send-timeout", "timeout-tunnel"];
        if !of.contains(&one.short()) {
            return None;
        }
        let time = milliseconds(Controller::NginxIngress, &one.value.text)?;
        let enough = one.short() == "timeout-tunnel" || time >= if uploads { VERY_LONG } else { LONG };
        enough.then(|| Evidence { confidence: Confidence::Strong, site: one.site() })
    };
    meta.annotations.iter().find_map(meant)
}
