//! The controllers as compilers: from objects to the text of a configuration.

mod gateway_fabric;
mod haproxy;
mod haproxy_ingress;
mod haproxytech;
mod ingress_nginx;
mod nginx;
mod nginx_ingress;
mod openshift;
mod virtual_server;

use std::collections::BTreeMap;

use wslint_model::{Maker, Mapped};

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Ingress, Objects};
use crate::select::{Chosen, Reader, Selection};
use crate::text::Text;

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
    fn new(chosen: Chosen, text: Text) -> Self {
        let (text, notes, related) = text.finish();
        let (name, because) = (chosen.controller.name(), chosen.because.clone());
        Self { chosen, text, maker: Maker { name, because, notes, related } }
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
    if !objects.virtual_servers.is_empty() {
        let chosen = sure(Controller::NginxIngress, "only it reads VirtualServers");
        readers.entry((Controller::NginxIngress, 0)).or_insert_with(|| (chosen, Vec::new()));
    }
    if !objects.routes.is_empty() {
        let chosen = sure(Controller::Openshift, "only it reads Routes");
        readers.entry((Controller::Openshift, 0)).or_insert_with(|| (chosen, Vec::new()));
    }
    let mut generated: Vec<Generated> = readers
        .into_iter()
        .filter_map(|((_, before), (chosen, ingresses))| {
            let first = before == 0;
            let text = match chosen.controller {
                Controller::IngressNginx => ingress_nginx::compile(&cluster, &ingresses),
                Controller::NginxIngress => nginx_ingress::compile(&cluster, &ingresses, first),
                Controller::Haproxytech => haproxytech::compile(&cluster, &ingresses),
                Controller::HaproxyIngress => haproxy_ingress::compile(&cluster, &ingresses),
                Controller::Openshift => openshift::compile(&cluster, &ingresses, first),
                Controller::GatewayFabric => return None,
            };
            Some(Generated::new(chosen, text))
        })
        .collect();
    if let Some(chosen) = gateway_fabric::reader(objects) {
        generated.push(Generated::new(chosen, gateway_fabric::compile(&cluster)));
    }
    generated
}
