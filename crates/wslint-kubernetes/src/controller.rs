//! The controllers that make configuration of objects.

use wslint_deploy::image::reference;
use wslint_model::{Proxy, Version};

/// A controller whose configuration is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Controller {
    /// ingress-nginx of the Kubernetes project.
    IngressNginx,
    /// F5's NGINX Ingress Controller.
    NginxIngress,
    /// HAProxy Technologies' HAProxy Kubernetes Ingress Controller.
    Haproxytech,
    /// HAProxy Ingress of jcmoraisjr.
    HaproxyIngress,
    /// OpenShift's router.
    Openshift,
    /// NGINX Gateway Fabric.
    GatewayFabric,
}

impl Controller {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::IngressNginx,
        Self::NginxIngress,
        Self::Haproxytech,
        Self::HaproxyIngress,
        Self::Openshift,
        Self::GatewayFabric,
    ];

    /// The name, as `wslint.yaml` and the tables write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::IngressNginx => "ingress-nginx",
            Self::NginxIngress => "nginx-ingress",
            Self::Haproxytech => "haproxytech",
            Self::HaproxyIngress => "haproxy-ingress",
            Self::Openshift => "openshift",
            Self::GatewayFabric => "nginx-gateway-fabric",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::IngressNginx => "ingress-nginx",
            Self::NginxIngress => "F5's NGINX Ingress Controller",
            Self::Haproxytech => "HAProxy Technologies' ingress controller",
            Self::HaproxyIngress => "HAProxy Ingress",
            Self::Openshift => "OpenShift's router",
            Self::GatewayFabric => "NGINX Gateway Fabric",
        }
    }

    /// The controller of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|controller| controller.name() == name)
    }

    /// The proxy that it runs.
    pub fn proxy(self) -> Proxy {
        match self {
            Self::IngressNginx | Self::NginxIngress | Self::GatewayFabric => Proxy::Nginx,
            Self::Haproxytech | Self::HaproxyIngress | Self::Openshift => Proxy::Haproxy,
        }
    }

    /// The prefixes of the annotations that it reads.
    pub fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::IngressNginx => &["nginx.ingress.kubernetes.io"],
            Self::NginxIngress => &["nginx.org", "nginx.com", "appprotect.f5.com", "appprotectdos.f5.com"],
            Self::Haproxytech => &["haproxy.org", "haproxy.com", "ingress.kubernetes.io"],
            Self::HaproxyIngress => &["haproxy-ingress.github.io", "ingress.kubernetes.io"],
            Self::Openshift => &["haproxy.router.openshift.io", "router.openshift.io"],
            Self::GatewayFabric => &[],
        }
    }

    /// The controller whose own prefix this is; none of one that several read, or nobody.
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        match prefix {
            "ingress.kubernetes.io" => None,
            prefix => Self::ALL.into_iter().find(|controller| controller.prefixes().contains(&prefix)),
        }
    }

    /// The controller that an IngressClass or a GatewayClass names.
    pub fn of_class(controller: &str) -> Option<Self> {
        match controller {
            "k8s.io/ingress-nginx" | "webapprouting.kubernetes.azure.com/nginx" => Some(Self::IngressNginx),
            "nginx.org/ingress-controller" => Some(Self::NginxIngress),
            "haproxy-ingress.github.io/controller" => Some(Self::HaproxyIngress),
            "openshift.io/ingress-to-route" => Some(Self::Openshift),
            "gateway.nginx.org/nginx-gateway-controller" => Some(Self::GatewayFabric),
            other if other.starts_with("haproxy.org/ingress-controller") => Some(Self::Haproxytech),
            other if other.starts_with("haproxy-ingress.github.io/controller/") => Some(Self::HaproxyIngress),
            other if other.starts_with("k8s.io/") && other.contains("ingress-nginx") => {
                Some(Self::IngressNginx)
            }
            _ => None,
        }
    }

    /// The controller that an image runs.
    pub fn of_image(image: &str) -> Option<Self> {
        let name = image.split(['@']).next().unwrap_or_default();
        let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
        let ends = |ends: &[&str]| ends.iter().any(|end| name == *end || name.ends_with(&format!("/{end}")));
        if ends(&["ingress-nginx/controller", "nginx-ingress-controller", "ingress-nginx-controller"]) {
            Some(Self::IngressNginx)
        } else if ends(&["nginx/nginx-ingress", "nginxinc/kubernetes-ingress", "nginx-ic/nginx-plus-ingress"])
        {
            Some(Self::NginxIngress)
        } else if ends(&["haproxytech/kubernetes-ingress"]) {
            Some(Self::Haproxytech)
        } else if ends(&["jcmoraisjr/haproxy-ingress"]) {
            Some(Self::HaproxyIngress)
        } else if ends(&["nginx-gateway-fabric"]) {
            Some(Self::GatewayFabric)
        } else {
            None
        }
    }
}

/// The release that the tag of an image names: `v1.11.1`, `3.6.1-alpine`. A digest beside it changes nothing.
pub(crate) fn release(image: &str) -> Option<Version> {
    let number = reference(image).tag?.trim_start_matches('v').split('-').next()?;
    let parts: Vec<u32> = number.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [major, minor] => Some(Version(*major, *minor, 0)),
        [major, minor, patch] => Some(Version(*major, *minor, *patch)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wslint_model::Version;

    use super::{Controller, release};

    #[test]
    fn tags_say_the_release() {
        for (image, version) in [
            ("registry.k8s.io/ingress-nginx/controller:v1.11.1@sha256:ab", Some(Version(1, 11, 1))),
            ("nginx/nginx-ingress:3.6.1-alpine", Some(Version(3, 6, 1))),
            ("haproxytech/kubernetes-ingress:3.1", Some(Version(3, 1, 0))),
            ("private.example.org:5000/nginx/nginx-ingress", None),
            ("nginx/nginx-ingress:edge", None),
        ] {
            assert_eq!(release(image), version, "{image}");
        }
    }

    #[test]
    fn images_say_the_controller() {
        for (image, name) in [
            ("registry.k8s.io/ingress-nginx/controller:v1.11.1@sha256:ab", Some("ingress-nginx")),
            ("nginx/nginx-ingress:3.6.1", Some("nginx-ingress")),
            ("private.example.org:5000/nginx/nginx-ingress", Some("nginx-ingress")),
            ("haproxytech/kubernetes-ingress:3.1", Some("haproxytech")),
            ("quay.io/jcmoraisjr/haproxy-ingress:v0.14.7", Some("haproxy-ingress")),
            ("nginx:1.27", None),
        ] {
            assert_eq!(Controller::of_image(image).map(Controller::name), name, "{image}");
        }
    }
}
