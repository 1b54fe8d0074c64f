//! What lies behind a Service: how many pods, and at which line that is said.

use wslint_model::Site;

use crate::controller::Controller;
use crate::objects::{Backend, ConfigMap, Meta, Objects, Service};
use crate::select::{Selection, of_chart};

/// The objects of a tree, and which controllers read them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster<'o> {
    pub(crate) objects: &'o Objects,
    pub(crate) selection: &'o Selection,
}

/// How many pods are behind a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pods {
    /// So many, as this place says.
    Some {
        /// How many.
        count: u64,
        /// The line of `replicas`, or the name of what has one pod.
        site: Site,
        /// What that place says.
        words: String,
    },
    /// Nobody can tell from the files at hand.
    Unknown,
}

/// How many pods of one Service are written out, at most.
pub(crate) const MOST_PODS: u64 = 16;

impl<'o> Cluster<'o> {
    /// The Service that a backend of an object names.
    pub(crate) fn service(&self, meta: &Meta, backend: &Backend) -> Option<&'o Service> {
        let named = |service: &&Service| {
            service.meta.name.text == backend.service.text
                && meta.shares_namespace(service.meta.namespace.as_deref())
        };
        let all = || self.objects.services.iter().filter(named);
        // Another environment may have one of the same name.
        all().find(|service| service.meta.name.site.file == meta.name.site.file).or_else(|| all().next())
    }

    /// How many pods answer for a backend.
    pub(crate) fn pods(&self, meta: &Meta, backend: &Backend) -> Pods {
        let Some(service) = self.service(meta, backend) else { return Pods::Unknown };
        if service.kind.as_ref().is_some_and(|kind| kind.text == "ExternalName") {
            return Pods::Unknown;
        }
        let chosen = || self.objects.workloads.iter().filter(|workload| service.said.chooses(&workload.said));
        let near =
            |workload: &&crate::objects::Workload| workload.name.site.file == service.meta.name.site.file;
        let beside = chosen().any(|workload| near(&workload));
        let chosen = chosen().filter(|workload| !beside || near(workload));
        let mut total: Option<(u64, Site, String)> = None;
        for workload in chosen {
            let Some((count, site, words)) = self.replicas(workload) else { return Pods::Unknown };
            total = Some(match total {
                None => (count, site, words),
                Some((sum, site, words)) => (sum.saturating_add(count), site, words),
            });
        }
        match total {
            Some((count @ 1.., site, words)) => Pods::Some { count, site, words },
            _ => Pods::Unknown,
        }
    }

    fn replicas(&self, workload: &crate::objects::Workload) -> Option<(u64, Site, String)> {
        let scaler = self.objects.scalers.iter().find(|scaler| {
            scaler.target.text == workload.name.text
                && (scaler.namespace.is_none()
                    || workload.said.namespace.is_none()
                    || scaler.namespace == workload.said.namespace)
        });
        if let Some(scaler) = scaler {
            let number = |word: &Option<crate::word::Word>| {
                let word = word.as_ref().filter(|word| !word.open)?;
                Some((word.text.parse::<u64>().ok()?, word.site))
            };
            let least = number(&scaler.least).filter(|(least, _)| *least > 1);
            let (count, site) = least.or_else(|| number(&scaler.most))?;
            let called = &workload.name.text;
            return Some((count, site, format!("`{called}` is scaled to {count} pods")));
        }
        let scales = self.objects.scales.iter().filter(|scale| scale.name.text == workload.name.text);
        let scales =
            scales.filter_map(|scale| Some((scale.count.text.parse::<u64>().ok()?, scale.count.site)));
        if let Some((count, site)) = scales.max_by_key(|(count, _)| *count) {
            return Some((count, site, format!("`{}` is scaled to {count} pods", workload.name.text)));
        }
        match (workload.said.kind.as_str(), &workload.replicas) {
            ("Pod", _) => Some((1, workload.name.site, "one pod".to_owned())),
            ("DaemonSet", _) => None,
            (_, None) => Some((1, workload.name.site, "one pod, for nothing says more".to_owned())),
            (_, Some(word)) if word.open => None,
            (kind, Some(word)) => {
                let count = word.text.parse().ok()?;
                Some((count, word.site, format!("this {kind} has {count} pods")))
            }
        }
    }

    /// The ConfigMap of a controller: the one that its workload names, or the one that is called as its chart calls it, or
    /// what its chart makes of its values.
    pub(crate) fn config_map(&self, controller: Controller) -> Option<&'o ConfigMap> {
        let runs = |workload: &&crate::objects::Workload| {
            workload.images.iter().any(|image| Controller::of_image(&image.text) == Some(controller))
        };
        let arguments = self.objects.workloads.iter().filter(runs).flat_map(|workload| &workload.arguments);
        let named = arguments.filter_map(|argument| {
            let text = argument.text.trim_start_matches('-');
            let value =
                ["configmap=", "nginx-configmaps="].iter().find_map(|start| text.strip_prefix(start))?;
            Some(value.rsplit('/').next().unwrap_or(value).to_owned())
        });
        let named: Vec<String> = named.collect();
        let usual: &[&str] = match controller {
            Controller::IngressNginx => &["ingress-nginx-controller", "nginx-configuration"],
            Controller::NginxIngress => &["nginx-config", "nginx-ingress"],
            Controller::Haproxytech => &["haproxy-kubernetes-ingress", "haproxy-configmap"],
            Controller::HaproxyIngress => &["haproxy-ingress"],
            Controller::Openshift | Controller::GatewayFabric => &[],
        };
        let maps = &self.objects.config_maps;
        let is_named = |map: &&ConfigMap| named.contains(&map.meta.name.text);
        let is_usual = |map: &&ConfigMap| {
            let name = &map.meta.name.text;
            usual.iter().any(|usual| name == usual || name.ends_with(&format!("-{usual}")))
        };
        // What several installations say differently is not known.
        let of_values = || {
            let mut values =
                self.objects.values.iter().filter(|values| of_chart(&values.chart) == Some(controller));
            let first = &values.next()?.config_map;
            values.all(|other| other.config_map.says_the_same(first)).then_some(first)
        };
        maps.iter().find(is_named).or_else(|| maps.iter().find(is_usual)).or_else(of_values)
    }
}
