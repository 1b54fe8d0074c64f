//! The objects of a tree, each with the places of its words.

mod chart;
mod config_map;
mod gateway;
mod helm;
mod ingress;
mod meta;
mod patch;
mod route;
mod service;
mod virtual_server;

pub use chart::{Chart, Values};
pub use config_map::ConfigMap;
pub use gateway::{HttpRoute, HttpRule, ProxySettings};
pub(crate) use ingress::is_exact;
pub use ingress::{Backend, Ingress, IngressClass, Path, Rule};
pub use meta::{Annotation, Meta};
pub use patch::{Change, PatchFile};
pub use route::{OpenshiftRoute, RouterTimeouts};
pub use service::{Scale, Scaler, Service, Workload};
pub use virtual_server::{Action, Upstream, VirtualRoute, VirtualServer};

use self::patch::{Patches, What};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use memchr::memmem::{self, Finder};
use wslint_deploy::kubernetes;
use wslint_deploy::yaml::{self, Complaint, Id, Limits};
use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

use crate::word::Page;

/// The objects of a tree.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// The Ingresses.
    pub ingresses: Vec<Ingress>,
    /// The annotations that a kustomization gives every Ingress.
    pub common: Vec<Annotation>,
    /// The IngressClasses.
    pub classes: Vec<IngressClass>,
    /// The Services.
    pub services: Vec<Service>,
    /// Whatever makes pods.
    pub workloads: Vec<Workload>,
    /// The HorizontalPodAutoscalers.
    pub scalers: Vec<Scaler>,
    /// How many pods a kustomization or a patch gives a workload.
    pub scales: Vec<Scale>,
    /// The Helm charts that are installed.
    pub charts: Vec<Chart>,
    /// What charts make of their values.
    pub values: Vec<Values>,
    /// The ConfigMaps, each with the values that stand on one line.
    pub config_maps: Vec<ConfigMap>,
    /// F5's VirtualServers and VirtualServerRoutes.
    pub virtual_servers: Vec<VirtualServer>,
    /// OpenShift's Routes.
    pub routes: Vec<OpenshiftRoute>,
    /// What OpenShift's IngressControllers set for all Routes.
    pub routers: Vec<RouterTimeouts>,
    /// The HTTPRoutes of the Gateway API.
    pub http_routes: Vec<HttpRoute>,
    /// The ProxySettingsPolicies of NGINX Gateway Fabric.
    pub proxy_settings: Vec<ProxySettings>,
    /// The controllers of GatewayClasses.
    pub gateway_controllers: Vec<crate::word::Word>,
    /// What kustomizations take away from objects, or write anew in them.
    pub changes: Vec<Change>,
    /// The kustomizations that build on others.
    pub overlays: BTreeSet<FileId>,
    /// The files that kustomizations name as patches, each with the file that names it.
    pub patch_files: Vec<(FileId, PatchFile)>,
    /// The resources that kustomizations name, each with the file that names it.
    pub resources: Vec<(FileId, String)>,
    /// What lies together with each file.
    pub lies: BTreeMap<FileId, Lies>,
}

/// What lies together with a file of objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lies {
    /// The number of its folder.
    pub folder: usize,
    /// The kustomization that names it.
    pub kustomization: Option<FileId>,
}

impl Objects {
    /// Whether nothing in it is read by a controller.
    pub fn routes_nothing(&self) -> bool {
        self.ingresses.is_empty()
            && self.virtual_servers.is_empty()
            && self.routes.is_empty()
            && self.http_routes.is_empty()
    }

    /// Takes the charts that an object or a file installs, and their values.
    fn take_chart(&mut self, page: Page<'_>, object: Id) {
        self.charts.extend(Chart::read(page, object));
        self.values.extend(Values::read(page, object));
    }

    /// Takes what a kustomization says of objects.
    fn take_kustomization(&mut self, page: Page<'_>, object: Id) {
        self.scales.extend(Scale::of_kustomization(page, object));
        self.take_patches(patch::of_kustomization(page, object));
        let files = PatchFile::of_kustomization(page, object);
        self.patch_files.extend(files.into_iter().map(|one| (page.file, one)));
        let lists = ["resources", "bases"].iter().flat_map(|list| page.items(object, &[list]));
        let named: Vec<String> = lists.filter_map(|id| page.word(id)).map(|word| word.text).collect();
        let is_folder = |name: &String| !name.ends_with(".yaml") && !name.ends_with(".yml");
        if named.iter().any(is_folder) {
            self.overlays.insert(page.file);
        }
        self.resources.extend(named.into_iter().map(|name| (page.file, name)));
    }

    /// Takes what the file of a patch says.
    pub fn take_patch(&mut self, patch: &PatchFile, file: FileId, bytes: &[u8]) {
        self.take_patches(patch.read(file, bytes));
        self.patch();
    }

    fn take_patches(&mut self, patches: Patches) {
        let Patches { common, ingresses, scales, changes } = patches;
        self.common.extend(common);
        self.ingresses.extend(ingresses);
        self.scales.extend(scales);
        self.changes.extend(changes);
    }

    /// Takes Ingresses that only change others of their names into these.
    fn patch(&mut self) {
        let (patches, whole): (Vec<Ingress>, Vec<Ingress>) =
            std::mem::take(&mut self.ingresses).into_iter().partition(Ingress::is_patch);
        self.ingresses = whole;
        for patch in patches {
            let name = patch.meta.name.text.clone();
            self.changes.extend(patch.meta.nulls.iter().map(|null| Change {
                kind: "Ingress".to_owned(),
                name: Some(name.clone()),
                what: What::Annotation(null.clone()),
            }));
            let same = |one: &&mut Ingress| one.meta.name.text == name;
            match self.ingresses.iter_mut().find(same) {
                Some(one) => one.meta.annotations.extend(patch.meta.annotations),
                None => self.ingresses.push(patch),
            }
        }
        for annotation in &self.common {
            for one in self.ingresses.iter_mut().take(MOST_PATCHED) {
                if one.meta.annotations.iter().all(|own| own.site() != annotation.site()) {
                    one.meta.annotations.push(annotation.clone());
                }
            }
        }
        self.change();
    }

    /// Makes the changes of the only overlay. Of several, each is for an environment of its own, and what one of them takes
    /// away the others have: an annotation that is there or not is not known, and whatever else is as in the base.
    fn change(&mut self) {
        let several = self.overlays.len() > 1;
        for change in self.changes.iter().take(MOST_PATCHED) {
            match (&change.what, several) {
                (What::Annotation(name), true) => {
                    let concerned = |one: &&mut Ingress| change.concerns("Ingress", &one.meta.name.text);
                    let of_name =
                        self.ingresses.iter_mut().filter(concerned).flat_map(|one| &mut one.meta.annotations);
                    of_name.filter(|one| one.name.text == *name).for_each(|one| one.value.open = true);
                }
                (_, true) => {}
                (what, false) => {
                    if matches!(what, What::Object) {
                        self.scalers.retain(|one| !change.concerns("HorizontalPodAutoscaler", &one.name));
                        self.workloads.retain(|one| !change.concerns(&one.said.kind, &one.name.text));
                        self.services.retain(|one| !change.concerns("Service", &one.meta.name.text));
                    }
                    self.ingresses.retain_mut(|one| change.apply(one));
                }
            }
        }
    }

    /// Adds what another file holds.
    pub fn extend(&mut self, other: Self) {
        self.ingresses.extend(other.ingresses);
        self.common.extend(other.common);
        self.classes.extend(other.classes);
        self.services.extend(other.services);
        self.workloads.extend(other.workloads);
        self.scalers.extend(other.scalers);
        self.scales.extend(other.scales);
        self.charts.extend(other.charts);
        self.values.extend(other.values);
        self.config_maps.extend(other.config_maps);
        self.virtual_servers.extend(other.virtual_servers);
        self.routes.extend(other.routes);
        self.routers.extend(other.routers);
        self.http_routes.extend(other.http_routes);
        self.proxy_settings.extend(other.proxy_settings);
        self.gateway_controllers.extend(other.gateway_controllers);
        self.changes.extend(other.changes);
        self.overlays.extend(other.overlays);
        self.patch_files.extend(other.patch_files);
        self.resources.extend(other.resources);
        self.lies.extend(other.lies);
        self.patch();
    }
}

/// How many Ingresses get the annotations that all get.
const MOST_PATCHED: usize = 1_000;

/// Whether a text may hold objects by which a controller routes requests.
pub fn may_route(text: &[u8]) -> bool {
    // Every file of a folder is asked, so that nothing is built for one of them.
    static KIND: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("kind"));
    static ROUTING: LazyLock<[Finder<'static>; 4]> =
        LazyLock::new(|| ["Ingress", "VirtualServer", "HTTPRoute", "route.openshift.io"].map(Finder::new));
    ROUTING.iter().any(|word| word.find(text).is_some()) && KIND.find(text).is_some()
}

/// Whether a text may hold objects that say more of these: Services, workloads, classes, charts, or values of a controller's
/// chart.
pub fn may_support(text: &[u8]) -> bool {
    [&b"apiVersion"[..], b"kind", b"controller:"].iter().any(|word| memmem::find(text, word).is_some())
}

/// Reads a file of objects: one document each, or in a `List`; also of a Helm chart, as far as it can be read without its
/// values. Says what is wrong with it.
pub fn read(file: FileId, bytes: &[u8]) -> (Objects, Vec<Complaint>) {
    let mut source = Mapped::default();
    source.copy(bytes, Site { file, span: Span::new(0, bytes.len()) });
    read_mapped(file, &source)
}

/// The same of a template with values in it: `source` is what is made of `file`.
pub fn read_mapped(file: FileId, source: &Mapped) -> (Objects, Vec<Complaint>) {
    let bytes = source.text.as_slice();
    let masked = helm::mask(bytes);
    let yaml::File { documents, complaints } = yaml::load(&masked, Limits::USUAL);
    let mut objects = Objects::default();
    for document in &documents {
        let page = Page { source, file, document };
        for object in kubernetes::objects(document) {
            let Some(kind) = kubernetes::kind(document, object) else {
                objects.take_chart(page, object);
                objects.take_kustomization(page, object);
                continue;
            };
            let Some(meta) = Meta::read(page, object) else { continue };
            if patch::is_deleted(page, object) {
                let name = Some(meta.name.text);
                objects.changes.push(Change { kind: kind.to_owned(), name, what: What::Object });
                continue;
            }
            match kind {
                "Ingress" => objects.ingresses.push(Ingress::read(page, object, meta)),
                "IngressClass" => objects.classes.extend(IngressClass::read(page, object, meta)),
                "Service" => objects.services.extend(Service::read(page, object, meta)),
                "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Pod" | "Rollout" => {
                    match Workload::read(page, object) {
                        Some(workload) => objects.workloads.push(workload),
                        None => objects.scales.extend(Scale::of_patch(page, object)),
                    }
                }
                "HorizontalPodAutoscaler" => objects.scalers.extend(Scaler::read(page, object, meta)),
                "ConfigMap" => objects.config_maps.push(ConfigMap::read(page, object, meta)),
                "VirtualServer" | "VirtualServerRoute" => {
                    objects.virtual_servers.push(VirtualServer::read(page, object, meta));
                }
                "Route" => objects.routes.extend(OpenshiftRoute::read(page, object, meta)),
                "IngressController" => objects.routers.push(RouterTimeouts::read(page, object)),
                "HTTPRoute" => objects.http_routes.push(HttpRoute::read(page, object, meta)),
                "ProxySettingsPolicy" => objects.proxy_settings.push(ProxySettings::read(page, object)),
                "GatewayClass" => {
                    objects.gateway_controllers.extend(page.at(object, &["spec", "controllerName"]));
                }
                "HelmRelease" | "Application" => objects.take_chart(page, object),
                "Kustomization" | "Component" => objects.take_kustomization(page, object),
                _ => {}
            }
        }
    }
    objects.patch();
    // Branches of a template may say a thing twice.
    let templated = memmem::find(bytes, b"{{").is_some() || source.map.pieces().len() > 1;
    (objects, if templated { Vec::new() } else { complaints })
}
