//! The tables of `data/kubernetes`, and what is looked up in them.

use super::known::{Holds, Known, Level, Treatment};
use crate::controller::Controller;

include!(concat!(env!("OUT_DIR"), "/annotations.rs"));

/// What people write below a prefix although it is no annotation.
#[derive(Debug)]
struct Mistaken {
    name: &'static str,
    controller: &'static str,
    instead: &'static str,
}

/// What to type where a rule of a proxy fires on generated text.
#[derive(Debug)]
struct Remedy {
    rule: &'static str,
    controller: &'static str,
    help: &'static str,
}

/// The table of a controller.
pub fn table(controller: Controller) -> &'static [Known] {
    match controller {
        Controller::IngressNginx => INGRESS_NGINX,
        Controller::NginxIngress => NGINX_INGRESS,
        Controller::Haproxytech => HAPROXYTECH,
        Controller::HaproxyIngress => HAPROXY_INGRESS,
        Controller::Openshift => OPENSHIFT,
        Controller::GatewayFabric => &[],
    }
}

/// What a controller knows of an annotation, by its prefix and its name behind that.
pub fn known(controller: Controller, prefix: &str, short: &str) -> Option<&'static Known> {
    let full = |name: &str| name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) == Some(short);
    let is = |known: &&Known| match known.name.contains('/') {
        true => full(known.name),
        false => {
            known.name == short || known.name.strip_suffix('*').is_some_and(|start| short.starts_with(start))
        }
    };
    table(controller).iter().find(is)
}

/// What to write in place of a name that is no annotation of a controller, if that is known.
pub fn instead(controller: Controller, short: &str) -> Option<&'static str> {
    let is = |mistaken: &&Mistaken| mistaken.controller == controller.name() && mistaken.name == short;
    MISTAKEN.iter().find(is).map(|mistaken| mistaken.instead)
}

/// What to type where a rule of a proxy fires on what a controller generates.
pub fn help(controller: Controller, rule: &str) -> Option<&'static str> {
    remedy(controller, rule).map(|remedy| remedy.help).filter(|help| *help != NOTHING)
}

/// Whether a rule of a proxy fires on what a controller always writes, so that nobody can do anything about it.
pub fn is_fixed(controller: Controller, rule: &str) -> bool {
    remedy(controller, rule).is_some_and(|remedy| remedy.help == NOTHING)
}

/// What stands in the table where there is nothing to type.
const NOTHING: &str = "nothing";

fn remedy(controller: Controller, rule: &str) -> Option<&'static Remedy> {
    let is = |remedy: &&Remedy| remedy.controller == controller.name() && remedy.rule == rule;
    REMEDIES.iter().find(is)
}
