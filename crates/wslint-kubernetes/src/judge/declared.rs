//! The paths of Ingresses that the endpoints come to which the user declares.

use std::collections::{HashMap, HashSet};

use wslint_model::{Endpoint, Site};

use crate::objects::{Objects, Path, Rule, is_exact};

/// These paths, by their lines.
#[derive(Debug, Default)]
pub(super) struct Declared(HashSet<Site>);

impl Declared {
    /// Those of some endpoints. Where a path is meant for an endpoint, those that take everything are not.
    pub(super) fn new(objects: &Objects, endpoints: &[Endpoint]) -> Self {
        let paths = || {
            let rules = objects.ingresses.iter().flat_map(|ingress| &ingress.rules);
            rules.flat_map(|rule| rule.paths.iter().map(move |path| (rule, path)))
        };
        let mut taking = HashSet::new();
        for endpoint in endpoints {
            // Of the paths of a host the nearest takes it.
            let rank =
                |path: &Path| (is_exact(path.kind.as_ref()), path.path.text.trim_end_matches('/').len());
            let mut nearest: HashMap<Option<&str>, &Path> = HashMap::new();
            for (rule, path) in paths().filter(|(rule, path)| takes(rule, path, endpoint)) {
                let of_host =
                    nearest.entry(rule.host.as_ref().map(|host| host.text.as_str())).or_insert(path);
                if rank(path) > rank(of_host) {
                    *of_host = path;
                }
            }
            let own = |path: &Path| path.path.text.len() > 1;
            let meant = nearest.values().any(|path| own(path));
            taking.extend(nearest.values().filter(|path| !meant || own(path)).map(|path| path.site));
        }
        Self(taking)
    }

    /// Whether one of the endpoints comes to a path.
    pub(super) fn comes_to(&self, path: &Path) -> bool {
        self.0.contains(&path.site)
    }
}

/// Whether a path takes an endpoint. What is written as an expression is not asked.
fn takes(rule: &Rule, path: &Path, endpoint: &Endpoint) -> bool {
    let of_host = match (&rule.host, &endpoint.host) {
        (Some(host), Some(called)) if !host.open => match host.text.strip_prefix('*') {
            Some(suffix) => called.ends_with(suffix),
            None => host.text.eq_ignore_ascii_case(called),
        },
        _ => true,
    };
    let asked = endpoint.path.split('?').next().unwrap_or_default();
    let written = path.path.text.trim_end_matches('/');
    let below = asked.strip_prefix(written).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    of_host && !path.path.open && if is_exact(path.kind.as_ref()) { asked == path.path.text } else { below }
}
