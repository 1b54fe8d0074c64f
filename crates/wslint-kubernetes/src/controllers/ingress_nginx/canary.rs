//! Canaries: Ingresses that take a share of the requests of another one.

use std::collections::BTreeMap;

use wslint_model::Site;

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Backend, Ingress, Path, is_exact};
use crate::settings::Settings;

/// A Service that a share of the requests of a path goes to, each picked by itself.
#[derive(Clone, Copy)]
pub(super) struct Canary<'o> {
    pub(super) ingress: &'o Ingress,
    pub(super) backend: &'o Backend,
    /// The place of `canary-weight`.
    pub(super) site: Site,
    /// How many of a hundred requests it gets, as it is written.
    pub(super) weight: &'o str,
}

/// The canaries of all paths, by the host, the path, and whether it is for itself only.
#[derive(Default)]
pub(super) struct Canaries<'o>(BTreeMap<(&'o str, &'o str, bool), Vec<Canary<'o>>>);

impl<'o> Canaries<'o> {
    /// Those among some Ingresses. What a header or a cookie decides alone is the same for all requests of a client.
    pub(super) fn of(cluster: &Cluster<'o>, ingresses: &[&'o Ingress]) -> Self {
        let mut canaries = Self::default();
        for &ingress in ingresses {
            let settings = Settings::of(cluster, Controller::IngressNginx, &ingress.meta);
            let Some(weight) = settings.own("canary-weight").filter(|_| settings.flag("canary", false).0)
            else {
                continue;
            };
            let number = |short: &str| settings.word(short).and_then(|word| word.text.parse::<u64>().ok());
            let share = number("canary-weight").filter(|share| *share > 0);
            if share.is_none_or(|share| share >= number("canary-weight-total").unwrap_or(100)) {
                continue;
            }
            for rule in &ingress.rules {
                let host = rule.host.as_ref().map_or("", |host| host.text.as_str());
                for path in &rule.paths {
                    let Some(backend) = &path.backend else { continue };
                    let key = (host, path.path.text.as_str(), is_exact(path.kind.as_ref()));
                    let canary = Canary { ingress, backend, site: weight.site(), weight: &weight.value.text };
                    canaries.0.entry(key).or_default().push(canary);
                }
            }
        }
        canaries
    }

    /// Those of a path of a host.
    pub(super) fn of_path(&self, host: &str, path: &Path) -> Vec<Canary<'o>> {
        let key = (host, path.path.text.as_str(), is_exact(path.kind.as_ref()));
        self.0.get(&key).cloned().unwrap_or_default()
    }
}
