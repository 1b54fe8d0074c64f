//! What each host serves: its locations, in the order in which nginx looks at them.

use std::collections::BTreeMap;

use wslint_model::Site;

use super::canary::{Canaries, Canary};
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Backend, Ingress, is_exact};
use crate::quoted;
use crate::settings::Settings;
use crate::word::Word;

/// A location before it is written.
pub(super) struct Location<'o> {
    pub(super) ingress: &'o Ingress,
    pub(super) path: Word,
    pub(super) kind: Option<&'o Word>,
    pub(super) backend: &'o Backend,
    pub(super) site: Site,
    /// The canaries that a share of its requests goes to.
    pub(super) canaries: Vec<Canary<'o>>,
}

/// What one host serves.
#[derive(Default)]
pub(super) struct Host<'o> {
    pub(super) locations: Vec<Location<'o>>,
    pub(super) ingresses: Vec<&'o Ingress>,
    /// Whether every location is a pattern, because one is.
    pub(super) regex: bool,
}

/// A location as it is written: its head, and whether its path is a pattern.
pub(super) struct Head {
    pub(super) words: String,
    pub(super) pattern: bool,
}

/// The hosts with their locations, in the order in which nginx looks at patterns.
pub(super) fn hosts<'o>(cluster: &Cluster<'o>, ingresses: &[&'o Ingress]) -> BTreeMap<String, Host<'o>> {
    let canaries = Canaries::of(cluster, ingresses);
    let mut hosts: BTreeMap<String, Host<'o>> = BTreeMap::new();
    for &ingress in ingresses {
        let settings = Settings::of(cluster, Controller::IngressNginx, &ingress.meta);
        if settings.flag("canary", false).0 {
            continue;
        }
        let mut add = |name: &str, location: Location<'o>| {
            let host = hosts.entry(name.to_owned()).or_default();
            if !host.ingresses.iter().any(|other| std::ptr::eq(*other, ingress)) {
                host.ingresses.push(ingress);
            }
            let target = settings.word("rewrite-target").map(|word| word.text.as_str());
            host.regex |= settings.flag("use-regex", false).0
                || target.is_some_and(|target| target != location.path.text);
            let taken = host.locations.iter().any(|other| {
                other.path.text == location.path.text && is_exact(other.kind) == is_exact(location.kind)
            });
            // Of two, the older Ingress wins.
            if !taken {
                host.locations.push(location);
            }
        };
        for rule in &ingress.rules {
            let name = rule.host.as_ref().map_or("", |host| host.text.as_str());
            for path in &rule.paths {
                let Some(backend) = &path.backend else { continue };
                let location = || Location {
                    ingress,
                    path: path.path.clone(),
                    kind: path.kind.as_ref(),
                    backend,
                    site: path.site,
                    canaries: canaries.of_path(name, path),
                };
                add(name, location());
                let aliases =
                    settings.word("server-alias").map(|word| word.text.as_str()).unwrap_or_default();
                for alias in aliases.split(',').map(str::trim).filter(|alias| !alias.is_empty()) {
                    add(alias, location());
                }
            }
        }
        if let Some((site, backend)) = &ingress.default_backend {
            let path = Word::unwritten("/", *site);
            add("", Location { ingress, path, kind: None, backend, site: *site, canaries: Vec::new() });
        }
    }
    for host in hosts.values_mut() {
        host.locations.sort_by(|one, other| {
            let key = |location: &Location<'_>| location.path.text.len();
            key(other).cmp(&key(one)).then_with(|| other.path.text.cmp(&one.path.text))
        });
    }
    hosts
}

/// The heads of the locations of a path.
pub(super) fn heads(location: &Location<'_>, regex: bool) -> Vec<Head> {
    let path = &location.path.text;
    let head = |words: String| Head { words, pattern: regex };
    if regex {
        return vec![head(format!("~* {}", quoted::nginx(&format!("^{path}"))))];
    }
    if is_exact(location.kind) {
        return vec![head(format!("= {}", quoted::nginx(path)))];
    }
    if path.ends_with('/') {
        return vec![head(quoted::nginx(path))];
    }
    vec![head(quoted::nginx(&format!("{path}/"))), head(format!("= {}", quoted::nginx(path)))]
}
