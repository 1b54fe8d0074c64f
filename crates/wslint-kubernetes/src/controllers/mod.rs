//! The controllers as compilers: from objects to the text of a configuration.

mod gateway_fabric;
mod haproxy_ingress;
mod haproxytech;
mod haproxy;
mod ingress_nginx;
mod nginx;
mod nginx_ingress;
mod openshift;
mod virtual_server;

use std::collections::BTreeMap;

use wslint_model::Mapped;
use wslint_syntax::Span;

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Ingress, Objects};
use crate::select::{Chosen, Reader, Selection};
use crate::text::{Related, Text};

/// What a controller would generate.
#[derive(Debug)]
pub struct Generated {
    /// The controller, and why it is the one.
    pub chosen: Chosen,
    /// The configuration.
    pub text: Mapped,
    /// What a finding says at a piece of the text, in place of that it is set there.
    pub notes: Vec<(Span, String)>,
    /// Places that explain what rules say of pieces of the text.
    pub related: Vec<Related>,
}

impl Generated {
    fn new(chosen: Chosen, text: Text) -> Self {
        let (text, notes, related) = text.finish();
        Self { chosen, text, notes, related }
    }
}

/// Writes what the controllers would generate, one configuration for each controller.
pub fn compile(objects: &Objects, selection: &Selection) -> Vec<Generated> {
    let cluster = Cluster { objects, selection };
    let mut readers: BTreeMap<Controller, (Chosen, Vec<&Ingress>)> = BTreeMap::new();
    for ingress in &objects.ingresses {
        if let Reader::Known(chosen) = selection.of_ingress(ingress) {
            readers.entry(chosen.controller).or_insert_with(|| (chosen, Vec::new())).1.push(ingress);
        }
    }
    let sure = |controller: Controller, because: &str| Chosen { controller, because: because.to_owned(), site: None };
    if !objects.virtual_servers.is_empty() {
        let chosen = sure(Controller::NginxIngress, "only it reads VirtualServers");
        readers.entry(Controller::NginxIngress).or_insert_with(|| (chosen, Vec::new()));
    }
    if !objects.routes.is_empty() {
        let chosen = sure(Controller::Openshift, "only it reads Routes");
        readers.entry(Controller::Openshift).or_insert_with(|| (chosen, Vec::new()));
    }
    let mut generated: Vec<Generated> = readers
        .into_values()
        .filter_map(|(chosen, ingresses)| {
            let text = match chosen.controller {
                Controller::IngressNginx => ingress_nginx::compile(&cluster, &ingresses),
                Controller::NginxIngress => nginx_ingress::compile(&cluster, &ingresses),
                Controller::Haproxytech => haproxytech::compile(&cluster, &ingresses),
                Controller::HaproxyIngress => haproxy_ingress::compile(&cluster, &ingresses),
                Controller::Openshift => openshift::compile(&cluster, &ingresses),
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
