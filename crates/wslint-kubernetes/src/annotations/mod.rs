//! What is known of annotations: the tables of `data/kubernetes`.

mod check;

pub use check::{Fault, milliseconds};

use crate::controller::Controller;

include!(concat!(env!("OUT_DIR"), "/annotations.rs"));

/// An annotation that a controller knows.
#[derive(Debug)]
pub struct Known {
    /// Its name; with the prefix where the controller has several that differ.
    pub name: &'static str,
    /// What becomes of it here.
    pub treatment: Treatment,
    /// What its value must be.
    pub holds: Holds,
    /// Whether a value of another form makes the controller refuse the object; otherwise it keeps its default.
    pub rejects: bool,
    /// The objects that it is read from; empty for an Ingress and whatever else may carry it.
    pub levels: &'static [Level],
}

/// What becomes of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It decides what is generated.
    Lowered,
    /// The controller does nothing with it.
    Ignored,
    /// With it the controller refuses the object.
    Rejected,
    /// It decides something that no WebSocket notices.
    Irrelevant,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Anything.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A time, as the controller writes times.
    Time,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// An object that annotations are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The controller's ConfigMap.
    ConfigMap,
    /// The Ingress.
    Ingress,
    /// The Service.
    Service,
}

/// What people write below a prefix although it is no annotation.
#[derive(Debug)]
pub struct Mistaken {
    name: &'static str,
    controller: &'static str,
    instead: &'static str,
}

/// What to type where a rule of a proxy fires on generated text.
#[derive(Debug)]
pub struct Remedy {
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
    let is = |remedy: &&Remedy| remedy.controller == controller.name() && remedy.rule == rule;
    REMEDIES.iter().find(is).map(|remedy| remedy.help)
}

#[cfg(test)]
mod tests {
    use super::{Treatment, table};
    use crate::controller::Controller;

    /// The build refuses a line without a treatment; here is what each table must hold at least.
    #[test]
    fn every_key_is_classified() {
        let least = [135, 80, 80, 240, 18, 0];
        for (controller, least) in Controller::ALL.into_iter().zip(least) {
            let known = table(controller);
            assert!(known.len() >= least, "{}: {}", controller.name(), known.len());
            let lowered = known.iter().filter(|known| known.treatment == Treatment::Lowered).count();
            assert!(lowered > 0 || known.is_empty(), "{}", controller.name());
            let mut names: Vec<&str> = known.iter().map(|known| known.name).collect();
            names.dedup();
            assert_eq!(names.len(), known.len(), "{}: a name stands twice", controller.name());
        }
    }

    /// The compilers ask for the keys that the tables call lowered, and for no others.
    #[test]
    fn what_is_lowered_is_asked_for() {
        let sources = [
            (Controller::IngressNginx, include_str!("../controllers/ingress_nginx.rs")),
            (Controller::NginxIngress, include_str!("../controllers/nginx_ingress.rs")),
            (Controller::Haproxytech, include_str!("../controllers/haproxytech.rs")),
            (Controller::HaproxyIngress, include_str!("../controllers/haproxy_ingress.rs")),
            (Controller::Openshift, include_str!("../controllers/openshift.rs")),
        ];
        for (controller, source) in sources {
            for known in table(controller) {
                let short = known.name.rsplit('/').next().unwrap_or_default();
                let asked = source.contains(&format!("\"{short}\""));
                let lowered = known.treatment == Treatment::Lowered;
                assert!(asked || !lowered, "{}: nothing asks for `{short}`", controller.name());
            }
        }
    }
}
