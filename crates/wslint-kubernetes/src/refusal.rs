//! Objects that a controller refuses, whole.

use wslint_model::{Site, Version};

use crate::annotations::{self, Treatment};
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Annotation, Ingress};
use crate::quoted;

/// Why a controller refuses an object.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    /// The place that it refuses.
    pub(crate) site: Site,
    /// Why, as a clause.
    pub(crate) words: String,
    /// Whether every release and every setting of it does.
    pub(crate) certain: bool,
}

/// Why a controller refuses an Ingress, if it does.
pub(crate) fn rejection(
    cluster: &Cluster<'_>,
    controller: Controller,
    ingress: &Ingress,
) -> Option<Rejection> {
    match controller {
        Controller::NginxIngress => {
            of_values(controller, ingress).or_else(|| unnamed_service(ingress)).or_else(|| plus_only(ingress))
        }
        Controller::IngressNginx => of_values(controller, ingress).or_else(|| {
            let before = |version| cluster.selection.version(controller).is_some_and(|own| own < version);
            let snippet =
                if before(Version(1, 9, 0)) { None } else { snippet_without_permission(cluster, ingress) };
            snippet.or_else(|| if before(Version(1, 12, 0)) { None } else { strange_path(ingress) })
        }),
        _ => None,
    }
}

/// A value for which the object is refused.
fn of_values(controller: Controller, ingress: &Ingress) -> Option<Rejection> {
    let own = |one: &&Annotation| controller.prefixes().contains(&one.prefix());
    ingress.meta.annotations.iter().filter(own).find_map(|annotation| {
        let known = annotations::known(controller, annotation.prefix(), annotation.short())?;
        let value = &annotation.value;
        let fault = known.fault(controller, &value.text).filter(|fault| fault.rejects && !value.open)?;
        let words = format!("{} of `{}` is {}", quoted::shown(&value.text), annotation.name.text, fault.is);
        Some(Rejection { site: annotation.site(), words, certain: controller == Controller::NginxIngress })
    })
}

/// A Service that gets upgrades and that no rule of the same Ingress leads to.
fn unnamed_service(ingress: &Ingress) -> Option<Rejection> {
    let annotation = ingress.meta.annotation("nginx.org/websocket-services").filter(|one| !one.value.open)?;
    let minion = ingress.meta.annotation("nginx.org/mergeable-ingress-type");
    if minion.is_some_and(|one| one.value.text == "master") || ingress.backends().next().is_none() {
        return None;
    }
    let named = annotation.value.text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let missing = named.into_iter().find(|name| ingress.backends().all(|one| one.service.text != *name))?;
    let words = format!("{} is in no rule of this Ingress", quoted::shown(missing));
    Some(Rejection { site: annotation.site(), words, certain: true })
}

/// What only NGINX Plus has.
fn plus_only(ingress: &Ingress) -> Option<Rejection> {
    let annotation = ingress.meta.annotations.iter().find(|one| {
        let known = annotations::known(Controller::NginxIngress, one.prefix(), one.short());
        known.is_some_and(|known| known.treatment == Treatment::Rejected)
    })?;
    let words = format!("`{}` is for NGINX Plus only", annotation.name.text);
    Some(Rejection { site: annotation.site(), words, certain: false })
}

/// A snippet that is about WebSockets, where nothing in the tree allows snippets.
fn snippet_without_permission(cluster: &Cluster<'_>, ingress: &Ingress) -> Option<Rejection> {
    let map = cluster.config_map(Controller::IngressNginx);
    let allows = map.and_then(|map| map.entry("allow-snippet-annotations"));
    let allowed = allows.is_some_and(|entry| entry.value.text == "true");
    let denied = allows.is_some_and(|entry| entry.value.text == "false");
    let names =
        ["configuration-snippet", "server-snippet"].map(|name| format!("nginx.ingress.kubernetes.io/{name}"));
    let annotation = names.iter().find_map(|name| ingress.meta.annotation(name))?;
    let text = annotation.value.text.to_ascii_lowercase();
    let noticed = text.contains("upgrade") || text.contains("proxy_read_timeout");
    if allowed || !noticed {
        return None;
    }
    let words = match denied {
        true => "the controller's ConfigMap does not allow snippets".to_owned(),
        false => "snippets are refused since 1.9 unless the controller's ConfigMap has \
                  `allow-snippet-annotations: \"true\"` and, since 1.12, `annotations-risk-level: Critical`"
            .to_owned(),
    };
    Some(Rejection { site: annotation.site(), words, certain: false })
}

/// A pattern as a path of a type that takes none.
fn strange_path(ingress: &Ingress) -> Option<Rejection> {
    let paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    let mut typed = paths.filter(|path| {
        path.kind.as_ref().is_some_and(|kind| matches!(kind.text.as_str(), "Prefix" | "Exact"))
            && !path.path.open
    });
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    let path = typed.find(|path| !path.path.text.chars().all(plain))?;
    let words = format!(
        "since 1.12 a path such as {} must have the type `ImplementationSpecific`",
        quoted::shown(&path.path.text)
    );
    Some(Rejection { site: path.site, words, certain: false })
}
