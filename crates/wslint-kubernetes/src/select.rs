//! Which controller reads an Ingress, and why.

use std::collections::BTreeMap;

use wslint_model::{FileId, Site, Version};

use crate::controller::{Controller, release};
use crate::objects::{Chart, Ingress, Objects};

/// Which controllers read the objects of a tree.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// By the name of an IngressClass, each with the file that holds it.
    classes: BTreeMap<String, Vec<(FileId, Reader)>>,
    /// The class of Ingresses without one.
    default: Option<Reader>,
    /// The controller of the images of the tree, if it is one.
    image: Option<Chosen>,
    /// The release of each controller whose images the tree names, where all of them say the same.
    releases: BTreeMap<Controller, Option<Version>>,
    /// The controller of a chart.
    chart: Option<Chosen>,
    /// The controllers that the user names.
    named: Vec<(Controller, Option<Version>)>,
    /// By the name of a class, the controller for which most annotations of its Ingresses are.
    votes: BTreeMap<String, Option<Controller>>,
}

/// Who reads an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// One whose configuration is known.
    Known(Chosen),
    /// Another product.
    Other,
    /// Nothing tells.
    Unknown,
}

/// A controller and why it is the one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The controller.
    pub controller: Controller,
    /// Why, as a clause: `the IngressClass nginx names k8s.io/ingress-nginx`.
    pub because: String,
    /// The line that says so.
    pub site: Option<Site>,
}

/// The controller that a chart installs.
pub(crate) fn of_chart(chart: &Chart) -> Option<Controller> {
    let from = chart.repository.as_ref().map_or("", |repository| repository.text.as_str());
    match chart.name.text.rsplit('/').next().unwrap_or_default() {
        "ingress-nginx" => Some(Controller::IngressNginx),
        "nginx-ingress" if from.is_empty() || from.contains("nginx") => Some(Controller::NginxIngress),
        "kubernetes-ingress" if from.contains("haproxytech") => Some(Controller::Haproxytech),
        "haproxy-ingress" => Some(Controller::HaproxyIngress),
        "nginx-gateway-fabric" => Some(Controller::GatewayFabric),
        _ => None,
    }
}

impl Selection {
    /// Looks at everything that tells: the classes, the images, the charts, what the user names, the annotations.
    pub fn new(objects: &Objects, named: &[(Controller, Option<Version>)]) -> Self {
        let mut selection = Self { named: named.to_vec(), ..Self::default() };
        for class in &objects.classes {
            let reader = match Controller::of_class(&class.controller.text) {
                Some(controller) => Reader::Known(Chosen {
                    controller,
                    because: format!(
                        "the IngressClass `{}` names `{}`",
                        class.name.text, class.controller.text
                    ),
                    site: Some(class.controller.site),
                }),
                None => Reader::Other,
            };
            if class.is_default {
                selection.default = Some(reader.clone());
            }
            let of_name = selection.classes.entry(class.name.text.clone()).or_default();
            of_name.push((class.name.site.file, reader));
        }
        let images = objects.workloads.iter().flat_map(|workload| &workload.images).filter_map(|image| {
            let controller = Controller::of_image(&image.text)?;
            let because = format!("the image `{}` is deployed", image.text);
            Some(Chosen { controller, because, site: Some(image.site) })
        });
        selection.image = only(images);
        for image in objects.workloads.iter().flat_map(|workload| &workload.images) {
            let Some(controller) = Controller::of_image(&image.text) else { continue };
            let release = release(&image.text);
            let known = selection.releases.entry(controller).or_insert(release);
            *known = (*known).filter(|known| Some(*known) == release);
        }
        selection.chart = only(objects.charts.iter().filter_map(|chart| {
            let because = format!("the chart `{}` is installed", chart.name.text);
            Some(Chosen { controller: of_chart(chart)?, because, site: Some(chart.name.site) })
        }));
        for ingress in &objects.ingresses {
            selection.votes.entry(class_name(ingress).unwrap_or_default().to_owned()).or_default();
        }
        let classes: Vec<String> = selection.votes.keys().cloned().collect();
        for class in classes {
            let of_class =
                objects.ingresses.iter().filter(|one| class_name(one).unwrap_or_default() == class);
            let winner = most(of_class);
            selection.votes.insert(class, winner);
        }
        selection
    }

    /// The release of a controller: as the user says, or as the tags of its images agree.
    pub(crate) fn version(&self, controller: Controller) -> Option<Version> {
        let named = self.named.iter().find(|(named, _)| *named == controller);
        named.and_then(|(_, version)| *version).or_else(|| *self.releases.get(&controller)?)
    }

    /// Who serves the class of a name: as its own file says, or else as all files do that hold one of that name.
    fn class(&self, name: &str, file: FileId) -> Option<Reader> {
        let of_name = self.classes.get(name)?;
        let (_, first) = of_name.iter().find(|(other, _)| *other == file).or_else(|| {
            let first = of_name.first()?;
            of_name.iter().all(|(_, reader)| same(reader, &first.1)).then_some(first)
        })?;
        Some(first.clone())
    }

    /// Who reads an Ingress.
    pub fn of_ingress(&self, ingress: &Ingress) -> Reader {
        let class = class_name(ingress);
        let by_class = match class {
            Some(class) => self.class(class, ingress.meta.name.site.file).or_else(|| by_class_name(class)),
            None => self.default.clone(),
        };
        if let Some(reader) = by_class {
            return reader;
        }
        let fits = |controller: Controller| class.is_none_or(|class| may_be_called(controller, class));
        let told = [&self.image, &self.chart].into_iter().flatten().find(|one| fits(one.controller));
        if let Some(chosen) = told {
            return Reader::Known(chosen.clone());
        }
        if let Some(&controller) =
            self.named.iter().map(|(controller, _)| controller).find(|controller| fits(**controller))
        {
            let because = "`controllers:` in wslint.yaml names it".to_owned();
            return Reader::Known(Chosen { controller, because, site: None });
        }
        let own = most(std::iter::once(ingress));
        let shared = self.votes.get(class.unwrap_or_default()).copied().flatten();
        match own.or(shared).filter(|controller| fits(*controller)) {
            Some(controller) => {
                let votes = |one: &&crate::objects::Annotation| {
                    Controller::of_prefix(one.prefix()) == Some(controller)
                };
                let site = ingress.meta.annotations.iter().find(votes).map(|one| one.name.site);
                let because = "most annotations of its Ingresses have its prefix".to_owned();
                Reader::Known(Chosen { controller, because, site })
            }
            None => Reader::Unknown,
        }
    }
}

/// The only controller of some, with what tells of it first.
fn only(mut chosen: impl Iterator<Item = Chosen>) -> Option<Chosen> {
    let first = chosen.next()?;
    chosen.all(|other| other.controller == first.controller).then_some(first)
}

/// Whether both are the same controller.
fn same(one: &Reader, other: &Reader) -> bool {
    match (one, other) {
        (Reader::Known(one), Reader::Known(other)) => one.controller == other.controller,
        (one, other) => one == other,
    }
}

/// The controller for which most annotations of Ingresses are, if there is one.
fn most<'i>(ingresses: impl Iterator<Item = &'i Ingress>) -> Option<Controller> {
    let mut counts: BTreeMap<Controller, usize> = BTreeMap::new();
    for annotation in ingresses.flat_map(|ingress| &ingress.meta.annotations) {
        if let Some(controller) = Controller::of_prefix(annotation.prefix()) {
            *counts.entry(controller).or_default() += 1;
        }
    }
    let most = counts.values().copied().max()?;
    let mut winners = counts.into_iter().filter(|(_, count)| *count == most);
    let (winner, _) = winners.next()?;
    winners.next().is_none().then_some(winner)
}

/// The class of an Ingress: the field, or the old annotation.
pub(crate) fn class_name(ingress: &Ingress) -> Option<&str> {
    let annotation = ingress.meta.annotation("kubernetes.io/ingress.class").map(|one| &one.value);
    let field = ingress.class.as_ref();
    field.or(annotation).filter(|word| !word.open).map(|word| word.text.as_str())
}

/// Who serves classes of a name that only one product gives.
fn by_class_name(class: &str) -> Option<Reader> {
    let chosen = |controller| {
        let because = format!("the class `{class}` is its own");
        Some(Reader::Known(Chosen { controller, because, site: None }))
    };
    match class {
        "webapprouting.kubernetes.azure.com" | "ingress-nginx" => chosen(Controller::IngressNginx),
        "openshift-default" => chosen(Controller::Openshift),
        "alb"
        | "gce"
        | "gce-internal"
        | "traefik"
        | "traefik-internal"
        | "kong"
        | "istio"
        | "contour"
        | "cilium"
        | "azure-application-gateway"
        | "azure/application-gateway"
        | "tailscale"
        | "ngrok"
        | "apisix"
        | "caddy"
        | "higress"
        | "cloudflare-tunnel" => Some(Reader::Other),
        _ => None,
    }
}

/// Whether a class of this name may be a controller's: both controllers of a proxy call theirs like the proxy.
fn may_be_called(controller: Controller, class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    let nginx = class.contains("nginx");
    let haproxy = class.contains("haproxy");
    match controller {
        Controller::IngressNginx | Controller::NginxIngress => !haproxy,
        Controller::Haproxytech | Controller::HaproxyIngress => !nginx,
        Controller::Openshift | Controller::GatewayFabric => !nginx && !haproxy,
    }
}
