//! Canaries: Ingresses that take a share of the requests of another one.

use wslint_model::Site;

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Backend, Ingress, Path, is_exact};
use crate::settings::Settings;

/// A Service that a share of the requests of a path goes to, each picked by itself.
pub(super) struct Canary<'o> {
    pub(super) ingress: &'o Ingress,
    pub(super) backend: &'o Backend,
    /// The place of `canary-weight`.
    pub(super) site: Site,
    /// How many of a hundred requests it gets, as it is written.
    pub(super) weight: &'o str,
}

/// The canaries of a path. What a header or a cookie decides alone is the same for all requests of a client.
pub(super) fn canaries<'o>(
    cluster: &Cluster<'o>,
    ingresses: &[&'o Ingress],
    host: &str,
    path: &Path,
) -> Vec<Canary<'o>> {
    let mut found = Vec::new();
    for &ingress in ingresses {
        let settings = Settings::of(cluster, Controller::IngressNginx, &ingress.meta);
        if !settings.flag("canary", false).0 {
            continue;
        }
        let number = |short: &str| settings.word(short).and_then(|word| word.text.parse::<u64>().ok());
        let Some(weight) = settings.own("canary-weight") else { continue };
        let share = number("canary-weight").filter(|share| *share > 0);
        if share.is_none_or(|share| share >= number("canary-weight-total").unwrap_or(100)) {
            continue;
        }
        let rules = ingress.rules.iter();
        let rules = rules.filter(|rule| rule.host.as_ref().map_or("", |host| host.text.as_str()) == host);
        let same = |other: &&Path| {
            other.path.text == path.path.text && is_exact(other.kind.as_ref()) == is_exact(path.kind.as_ref())
        };
        let backends =
            rules.flat_map(|rule| &rule.paths).filter(same).filter_map(|path| path.backend.as_ref());
        found.extend(backends.map(|backend| Canary {
            ingress,
            backend,
            site: weight.site(),
            weight: &weight.value.text,
        }));
    }
    found
}
