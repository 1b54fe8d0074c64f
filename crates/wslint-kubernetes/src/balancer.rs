//! Load balancers that Services put in front of a controller.

use wslint_deploy::kubernetes::TargetPort;
use wslint_model::Site;

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::Service;

/// What makes a balancer end TLS.
const CERTIFICATES: [&str; 2] = [
    "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
];

/// The Services of type `LoadBalancer` in front of a controller.
pub(crate) fn in_front<'o>(
    cluster: &Cluster<'o>,
    controller: Controller,
) -> impl Iterator<Item = &'o Service> {
    let balances = |service: &&Service| service.kind.as_ref().is_some_and(|kind| kind.text == "LoadBalancer");
    let cluster = *cluster;
    cluster
        .objects
        .services
        .iter()
        .filter(balances)
        .filter(move |service| is_of(&cluster, service, controller))
}

/// Where a balancer ends TLS and hands plain requests on to a controller.
pub(crate) fn ends_tls(cluster: &Cluster<'_>, controller: Controller) -> Option<Site> {
    in_front(cluster, controller).find_map(|service| {
        let annotation = CERTIFICATES.iter().find_map(|name| service.meta.annotation(name))?;
        let hands_tls_on =
            service.said.ports.iter().filter(|port| port.number == 443).any(|port| match &port.target {
                TargetPort::Name(name) => name == "https",
                TargetPort::Number(number) => *number == 443,
            });
        (!hands_tls_on).then(|| annotation.site())
    })
}

/// Whether a Service is in front of a controller: it chooses its pods, or is called like it.
fn is_of(cluster: &Cluster<'_>, service: &Service, controller: Controller) -> bool {
    let runs = cluster.objects.workloads.iter().any(|workload| {
        service.said.chooses(&workload.said)
            && workload.images.iter().any(|image| Controller::of_image(&image.text) == Some(controller))
    });
    let name = &service.meta.name.text;
    let words = ["nginx", "haproxy", "controller"];
    let called = name.contains("ingress") && words.iter().any(|word| name.contains(word));
    let labels = service.said.selector.values().any(|value| value.contains("ingress"));
    runs || called || labels
}
