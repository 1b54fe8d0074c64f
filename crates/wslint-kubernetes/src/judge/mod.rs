//! What never reaches a configuration: annotations that do nothing, objects that are refused, balancers in front. Each is a
//! route of its own with the answers that the rules of `rules/k8s` test.

mod annotation;
mod balancer;
mod collision;
mod declared;
mod object;
mod subject;
mod translate;

use wslint_model::{Endpoint, Route, Site};

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::controllers;
use crate::evidence::{self, of_words};
use crate::objects::{Meta, Objects};
use crate::select::{Reader, Selection};
use declared::Declared;
use subject::{Subject, of_ingress};

/// An object of which it is not known what becomes of it.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Its name.
    pub site: Site,
    /// Why, as a clause.
    pub words: String,
    /// What to do about it.
    pub help: &'static str,
}

/// The objects of which it is not known what becomes of them, for nothing tells who reads them, or another product does.
pub fn unread(objects: &Objects, selection: &Selection) -> Vec<Unread> {
    let unread = |meta: &Meta, reader: &Reader| {
        let called = meta.called();
        let (words, help) = match reader {
            Reader::Known(_) => return None,
            Reader::Other => (
                format!("`{called}` is read by another product"),
                "wslint knows controllers that run nginx or HAProxy; docs/kubernetes.md has all of them",
            ),
            Reader::Unknown => (
                format!("nothing tells which controller reads `{called}`"),
                "name it below `controllers:` in wslint.yaml, or lint the class with it",
            ),
        };
        Some(Unread { site: meta.name.site, words, help })
    };
    let ingresses = objects.ingresses.iter().map(|one| unread(&one.meta, &selection.of_ingress(one)));
    let gateway = if controllers::reads_http_routes(objects) { None } else { Some(Reader::Unknown) };
    let routes = objects.http_routes.iter().map(|one| unread(&one.meta, gateway.as_ref()?));
    ingresses.chain(routes).flatten().collect()
}

/// The routes that stand for what never reaches a configuration. `endpoints` are those that the user declares.
pub fn judge(objects: &Objects, selection: &Selection, endpoints: &[Endpoint]) -> Vec<Route> {
    let cluster = Cluster { objects, selection };
    let declared = Declared::new(objects, endpoints);
    let mut routes = Vec::new();
    for ingress in &objects.ingresses {
        let Some(evidence) = of_ingress(&cluster, &declared, ingress) else { continue };
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
    for route in objects.http_routes.iter().filter(|_| controllers::reads_http_routes(objects)) {
        object::http_route(&cluster, route, &mut routes);
    }
    collision::judge(&cluster, &declared, &mut routes);
    balancer::judge(&cluster, &declared, &mut routes);
    routes
}
