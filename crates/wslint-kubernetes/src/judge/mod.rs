//! What never reaches a configuration: annotations that do nothing, objects that are refused, balancers in front. Each is a
//! route of its own with the answers that the rules of `rules/k8s` test.

mod annotation;
mod balancer;
mod object;
mod subject;
mod translate;

use wslint_model::Route;

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::Objects;
use crate::select::{Reader, Selection};
use subject::{Subject, of_ingress, of_words};

/// The routes that stand for what never reaches a configuration.
pub fn judge(objects: &Objects, selection: &Selection) -> Vec<Route> {
    let cluster = Cluster { objects, selection };
    let mut routes = Vec::new();
    for ingress in &objects.ingresses {
        let Some(evidence) = of_ingress(&cluster, ingress) else { continue };
        match selection.of_ingress(ingress) {
            Reader::Known(chosen) => {
                let subject = Subject { controller: chosen.controller, meta: &ingress.meta, evidence };
                object::ingress(&cluster, &subject, ingress, &mut routes);
            }
            Reader::Unknown => routes.push(object::unread(ingress, &evidence)),
            Reader::Other => {}
        }
    }
    for route in &objects.routes {
        let backend = route.backend();
        let service = cluster.service(&route.meta, &backend);
        let path = route.path.as_ref().map(|path| (path.text.as_str(), path.site));
        let of_path = path.and_then(|(path, site)| of_words(path, site));
        if let Some(evidence) = of_path.or_else(|| evidence::of_path(&route.meta, Some(&backend), service)) {
            let subject = Subject { controller: Controller::Openshift, meta: &route.meta, evidence };
            object::route(&cluster, &subject, route, &mut routes);
        }
    }
    balancer::judge(&cluster, &mut routes);
    routes
}
