//! Objects that want the same address: one of them is served, and which one depends on when they were created.

use std::collections::BTreeMap;

use wslint_model::{FileId, Site};

use crate::controller::Controller;
use crate::objects::{Ingress, Meta, Objects, is_exact};
use crate::select::{Reader, Selection};

/// Two objects of one address.
#[derive(Clone, Debug)]
pub(crate) struct Collision<'o> {
    /// The object that comes later, in time if the objects tell, and else in the file.
    pub(crate) later: &'o Meta,
    /// The other one.
    pub(crate) earlier: &'o Meta,
    /// Where the later one says its address.
    pub(crate) site: Site,
    /// Where the earlier one does.
    pub(crate) other: Site,
    /// What becomes of the two, as a clause.
    pub(crate) words: String,
}

/// An object's address as it is written.
struct Claim<'o> {
    meta: &'o Meta,
    address: String,
    site: Site,
}

/// The Ingresses and Routes that want the same address and stand in one file, in files of one kustomization, or in one folder
/// for one namespace. Files beside each other are often meant for different clusters otherwise.
pub(crate) fn collisions<'o>(
    objects: &'o Objects,
    selection: &Selection,
) -> Vec<(Controller, Collision<'o>)> {
    let mut found = Vec::new();
    for controller in [Controller::IngressNginx, Controller::NginxIngress, Controller::HaproxyIngress] {
        let reads = |ingress: &&Ingress| match selection.of_ingress(ingress) {
            Reader::Known(chosen) => chosen.controller == controller,
            Reader::Other | Reader::Unknown => false,
        };
        let own = objects.ingresses.iter().filter(reads);
        let claims: Vec<Claim<'o>> = own.flat_map(|ingress| claims(controller, ingress)).collect();
        found.extend(
            pairs(objects, claims, &|address| words(controller, address)).map(|one| (controller, one)),
        );
    }
    let routes = objects.routes.iter().filter_map(|route| {
        let host = route.host.as_ref()?;
        let path = route.path.as_ref();
        let address = format!("{}{}", host.text, path.map_or("", |path| path.text.as_str()));
        Some(Claim { meta: &route.meta, address, site: path.unwrap_or(host).site })
    });
    let of_routes = |address: &str| words(Controller::Openshift, address);
    found.extend(pairs(objects, routes.collect(), &of_routes).map(|one| (Controller::Openshift, one)));
    found
}

/// What an Ingress wants for itself: each path of each host, or the host as a whole.
fn claims<'o>(controller: Controller, ingress: &'o Ingress) -> Vec<Claim<'o>> {
    let own = |short: &str, value: &str| {
        let name = format!("{}/{short}", controller.prefixes()[0]);
        ingress.meta.annotation(&name).is_some_and(|one| value.is_empty() || one.value.text == value)
    };
    if own("canary", "true") || own("mergeable-ingress-type", "") {
        return Vec::new();
    }
    let mut claims = Vec::new();
    for rule in &ingress.rules {
        let Some(host) = rule.host.as_ref().filter(|host| !host.open) else { continue };
        if controller == Controller::NginxIngress {
            claims.push(Claim { meta: &ingress.meta, address: host.text.clone(), site: host.site });
            continue;
        }
        for path in rule.paths.iter().filter(|path| !path.path.open) {
            let exact = if is_exact(path.kind.as_ref()) { " exactly" } else { "" };
            let address = format!("{}{}{exact}", host.text, path.path.text);
            claims.push(Claim { meta: &ingress.meta, address, site: path.site });
        }
    }
    claims
}

/// What two objects have in common that a controller meets together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    File(FileId),
    Kustomization(FileId),
    Namespace(usize, String),
}

/// What the object of a claim may have in common with others.
fn commons(objects: &Objects, claim: &Claim<'_>) -> Vec<Common> {
    let file = claim.site.file;
    let lies = objects.lies.get(&claim.meta.name.site.file).copied();
    let namespace = lies.zip(claim.meta.namespace.clone());
    let mut commons = vec![Common::File(file)];
    commons.extend(lies.and_then(|lies| lies.kustomization).map(Common::Kustomization));
    commons.extend(namespace.map(|(lies, namespace)| Common::Namespace(lies.folder, namespace)));
    commons
}

/// The first two objects of each address that a controller meets together, in the order of their creation.
fn pairs<'o>(
    objects: &Objects,
    claims: Vec<Claim<'o>>,
    words: &dyn Fn(&str) -> String,
) -> impl Iterator<Item = Collision<'o>> {
    let mut found: Vec<Collision<'o>> = Vec::new();
    let mut first: BTreeMap<(String, Common), usize> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate() {
        let keys = commons(objects, claim).into_iter().map(|common| (claim.address.clone(), common));
        let earlier = keys.map(|key| *first.entry(key).or_insert(at)).min().unwrap_or(at);
        let earlier = &claims[earlier];
        // One of the same name is the same object, written once more.
        let same =
            earlier.meta.name.text == claim.meta.name.text && earlier.meta.namespace == claim.meta.namespace;
        if same || found.iter().any(|one| std::ptr::eq(one.later, claim.meta)) {
            continue;
        }
        let (earlier, later) = match (&earlier.meta.created, &claim.meta.created) {
            (Some(one), Some(other)) if other < one => (claim, earlier),
            _ => (earlier, claim),
        };
        found.push(Collision {
            later: later.meta,
            earlier: earlier.meta,
            site: later.site,
            other: earlier.site,
            words: words(&later.address).replace("{earlier}", &earlier.meta.called()),
        });
    }
    found.into_iter()
}

/// What a controller does with the second object of an address.
fn words(controller: Controller, address: &str) -> String {
    match controller {
        Controller::NginxIngress => format!(
            "`{{earlier}}` holds the host `{address}`, too, and of two that are not mergeable only the one that was \
             created first is served"
        ),
        Controller::IngressNginx => format!(
            "`{address}` stands in `{{earlier}}`, too: the webhook takes no second one, and without it the one that \
             was created first is served"
        ),
        _ => {
            format!("`{address}` stands in `{{earlier}}`, too, and the one that was created first is served")
        }
    }
}
