//! The objects of a tree, each with the places of its words.

mod config_map;
mod gateway;
mod helm;
mod ingress;
mod meta;
mod route;
mod service;
mod virtual_server;

pub use config_map::ConfigMap;
pub use gateway::{HttpRoute, HttpRule, ProxySettings};
pub use ingress::{Backend, Ingress, IngressClass, Path, Rule};
pub use meta::{Annotation, Meta};
pub use route::{OpenshiftRoute, RouterTimeouts};
pub use service::{Scaler, Service, Workload};
pub use virtual_server::{Action, Upstream, VirtualRoute, VirtualServer};

use wslint_deploy::kubernetes;
use wslint_deploy::yaml::{self, Complaint, Limits};
use wslint_model::FileId;

use crate::word::Page;

/// The objects of a tree.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// The Ingresses.
    pub ingresses: Vec<Ingress>,
    /// The IngressClasses.
    pub classes: Vec<IngressClass>,
    /// The Services.
    pub services: Vec<Service>,
    /// Whatever makes pods.
    pub workloads: Vec<Workload>,
    /// The HorizontalPodAutoscalers.
    pub scalers: Vec<Scaler>,
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
}

impl Objects {
    /// Whether nothing in it is read by a controller.
    pub fn routes_nothing(&self) -> bool {
        self.ingresses.is_empty()
            && self.virtual_servers.is_empty()
            && self.routes.is_empty()
            && self.http_routes.is_empty()
    }

    /// Adds what another file holds.
    pub fn extend(&mut self, other: Self) {
        self.ingresses.extend(other.ingresses);
        self.classes.extend(other.classes);
        self.services.extend(other.services);
        self.workloads.extend(other.workloads);
        self.scalers.extend(other.scalers);
        self.config_maps.extend(other.config_maps);
        self.virtual_servers.extend(other.virtual_servers);
        self.routes.extend(other.routes);
        self.routers.extend(other.routers);
        self.http_routes.extend(other.http_routes);
        self.proxy_settings.extend(other.proxy_settings);
        self.gateway_controllers.extend(other.gateway_controllers);
    }
}

/// Reads a file of objects: one document each, or in a `List`; also of a Helm chart, as far as it can be read without its
/// values. Says what is wrong with it.
pub fn read(file: FileId, bytes: &[u8]) -> (Objects, Vec<Complaint>) {
    let masked = helm::mask(bytes);
    let yaml::File { documents, complaints } = yaml::load(&masked, Limits::USUAL);
    let mut objects = Objects::default();
    for document in &documents {
        let page = Page { file, source: bytes, document };
        for object in kubernetes::objects(document) {
            let Some(kind) = kubernetes::kind(document, object) else { continue };
            let Some(meta) = Meta::read(page, object) else { continue };
            match kind {
                "Ingress" => objects.ingresses.push(Ingress::read(page, object, meta)),
                "IngressClass" => objects.classes.extend(IngressClass::read(page, object, meta)),
                "Service" => objects.services.extend(Service::read(page, object, meta)),
                "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Pod" | "Rollout" => {
                    objects.workloads.extend(Workload::read(page, object));
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
                _ => {}
            }
        }
    }
    (objects, complaints)
}
