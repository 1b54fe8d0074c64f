//! The controllers as compilers: from objects to the text of a configuration.

mod gateway_fabric;
mod haproxy;
mod haproxy_ingress;
mod haproxytech;
mod ingress_nginx;
mod nginx;
mod nginx_ingress;
mod openshift;
mod rounds;
mod virtual_server;

use std::collections::BTreeMap;

use wslint_model::{Maker, Mapped};

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Ingress, Objects};
use crate::proxy_version::of_release;
use crate::select::{Chosen, Reader, Selection};
use crate::text::Text;
use crate::word::Word;
use rounds::rounds;

/// What a controller would generate.
#[derive(Debug)]
pub struct Generated {
    /// The controller, and why it is the one.
    pub chosen: Chosen,
    /// The configuration.
    pub text: Mapped,
    /// What the controller says of it.
    pub maker: Maker,
}

impl Generated {
    fn new(chosen: Chosen, text: Text, selection: &Selection, hosts: Vec<String>) -> Self {
        let release = selection.version(chosen.controller);
        let version = release.and_then(|release| of_release(chosen.controller, release));
        let (text, maker) = text.finish(&chosen, version, hosts);
        Self { chosen, text, maker }
    }
}

/// Whether the HTTPRoutes of a tree are read by a controller that is known.
pub(crate) fn reads_http_routes(objects: &Objects) -> bool {
    gateway_fabric::reader(objects).is_some()
}

/// Writes what the controllers would generate, one configuration for each controller.
pub fn compile(objects: &Objects, selection: &Selection) -> Vec<Generated> {
    let cluster = Cluster { objects, selection };
    // Two Ingresses of one name are never in one cluster: each environment has its own.
    let mut readers: BTreeMap<(Controller, usize), (Chosen, Vec<&Ingress>)> = BTreeMap::new();
    let mut seen: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    for ingress in &objects.ingresses {
        if let Reader::Known(chosen) = selection.of_ingress(ingress) {
            let name = (ingress.meta.namespace.as_deref(), ingress.meta.name.text.as_str());
            let before = seen.entry(name).and_modify(|before| *before += 1).or_insert(0);
            let key = (chosen.controller, *before);
            readers.entry(key).or_insert_with(|| (chosen, Vec::new())).1.push(ingress);
        }
    }
    let sure = |controller: Controller, because: &str| Chosen {
        controller,
        because: because.to_owned(),
        site: None,
    };
    for round in 0..rounds(&objects.virtual_servers, virtual_server::address) {
        let chosen = sure(Controller::NginxIngress, "only it reads VirtualServers");
        readers.entry((Controller::NginxIngress, round)).or_insert_with(|| (chosen, Vec::new()));
    }
    for round in 0..rounds(&objects.routes, openshift::address) {
        let chosen = sure(Controller::Openshift, "only it reads Routes");
        readers.entry((Controller::Openshift, round)).or_insert_with(|| (chosen, Vec::new()));
    }
    let mut generated: Vec<Generated> = readers
        .into_iter()
        .filter_map(|((_, round), (chosen, ingresses))| {
            let text = match chosen.controller {
                Controller::IngressNginx => ingress_nginx::compile(&cluster, &ingresses),
                Controller::NginxIngress => nginx_ingress::compile(&cluster, &ingresses, round),
                Controller::Haproxytech => haproxytech::compile(&cluster, &ingresses),
                Controller::HaproxyIngress => haproxy_ingress::compile(&cluster, &ingresses),
                Controller::Openshift => openshift::compile(&cluster, &ingresses, round),
                Controller::GatewayFabric => return None,
            };
            let hosts = hosts(objects, chosen.controller, &ingresses);
            Some(Generated::new(chosen, text, selection, hosts))
        })
        .collect();
    if let Some(chosen) = gateway_fabric::reader(objects) {
        let hosts = hosts(objects, chosen.controller, &[]);
        generated.push(Generated::new(chosen, gateway_fabric::compile(&cluster), selection, hosts));
    }
    generated
}

/// The hosts that a controller serves; the empty one for whatever host.
fn hosts(objects: &Objects, controller: Controller, ingresses: &[&Ingress]) -> Vec<String> {
    let text = |word: Option<&Word>| word.map_or(String::new(), |word| word.text.clone());
    let rules = ingresses.iter().flat_map(|ingress| &ingress.rules).map(|rule| text(rule.host.as_ref()));
    let defaults =
        ingresses.iter().filter(|ingress| ingress.default_backend.is_some()).map(|_| String::new());
    let mut hosts: Vec<String> = rules.chain(defaults).collect();
    match controller {
        Controller::NginxIngress => {
            let servers = objects.virtual_servers.iter().filter(|one| one.meta.kind == "VirtualServer");
            hosts.extend(servers.map(|one| text(one.host.as_ref())));
        }
        Controller::Openshift => hosts.extend(objects.routes.iter().map(|one| text(one.host.as_ref()))),
        Controller::GatewayFabric => {
            for route in &objects.http_routes {
                hosts.extend(route.hosts.iter().map(|host| host.text.clone()));
                hosts.extend(route.hosts.is_empty().then(String::new));
            }
        }
        Controller::IngressNginx | Controller::Haproxytech | Controller::HaproxyIngress => {}
    }
    hosts.sort();
    hosts.dedup();
    hosts
}
