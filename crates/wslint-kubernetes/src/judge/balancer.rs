//! Load balancers that a Service puts in front of a controller.

use wslint_model::duration::in_words;
use wslint_model::{Cause, Facts, Milliseconds, Origin, Role, Route};

use super::declared::Declared;
use super::subject::{carries, is_strong, of_ingress, route};
use crate::balancer::in_front;
use crate::choices::Balancer;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence::Evidence;
use crate::objects::{Annotation, Service};
use crate::questions as ask;
use crate::select::Reader;

/// The prefix of what AWS reads from a Service.
const AWS: &str = "service.beta.kubernetes.io/aws-load-balancer-";
/// The types of network load balancers.
const NETWORK: [&str; 3] = ["nlb", "nlb-ip", "external"];
/// Silences that are cut later than this concern nobody, in milliseconds.
const LONG: u64 = 3_600_000;

/// Looks at the balancers in front of controllers, if anything behind them carries WebSockets.
pub(super) fn judge(cluster: &Cluster<'_>, declared: &Declared, routes: &mut Vec<Route>) {
    let strongest = cluster.objects.ingresses.iter().find_map(|ingress| {
        let evidence = of_ingress(cluster, declared, ingress).filter(is_strong)?;
        match cluster.selection.of_ingress(ingress) {
            Reader::Known(chosen) => Some((chosen.controller, evidence)),
            Reader::Other | Reader::Unknown => None,
        }
    });
    let Some((controller, evidence)) = strongest else { return };
    for service in in_front(cluster, controller) {
        let get = |name: &str| service.meta.annotation(&format!("{AWS}{name}"));
        // A network load balancer passes bytes and reads neither of the two.
        let passes = |one: &Annotation| one.value.open || NETWORK.contains(&one.value.text.as_str());
        if get("type").is_some_and(passes) {
            continue;
        }
        let protocol =
            get("backend-protocol").filter(|one| matches!(one.value.text.as_str(), "http" | "https"));
        if let Some(annotation) = protocol {
            routes.push(tell(controller, service, annotation, &evidence, |facts, cause| {
                let why = "speaks HTTP: a classic one drops `Upgrade`, and no handshake succeeds";
                let instead =
                    format!("write `{AWS}backend-protocol: tcp` (`ssl` where the balancer ends TLS)");
                facts.answer(&ask::BALANCER, Balancer::Http, cause.clone());
                facts.answer(&ask::WHY_NOT, why.to_owned(), cause.clone());
                facts.answer(&ask::INSTEAD, instead, cause);
            }));
        } else if let Some(annotation) = get("connection-idle-timeout")
            && let Ok(seconds) = annotation.value.text.parse::<u64>()
            && let time = seconds.saturating_mul(1_000)
            && time < LONG
        {
            routes.push(tell(controller, service, annotation, &evidence, |facts, cause| {
                let why = format!("cuts connections on which neither side speaks for {}", in_words(time));
                let instead = format!("write `{AWS}connection-idle-timeout: \"3600\"`");
                facts.answer(&ask::BALANCER, Balancer::Idle, cause.clone());
                facts.answer(&ask::BALANCER_IDLE, Milliseconds(time), cause.clone());
                facts.answer(&ask::WHY_NOT, why, cause.clone());
                facts.answer(&ask::INSTEAD, instead, cause);
            }));
        }
    }
}

fn tell(
    controller: Controller,
    service: &Service,
    annotation: &Annotation,
    evidence: &Evidence,
    tell: impl FnOnce(&mut Facts, Cause),
) -> Route {
    let mut facts = Facts::default();
    carries(&mut facts, evidence);
    let cause = Cause::at(Origin::Set, annotation.site(), Role::SetHere);
    facts.answer(&ask::ANNOTATION, annotation.name.text.clone(), cause.clone());
    tell(&mut facts, cause);
    route(controller.proxy(), &service.meta, annotation.site(), facts)
}
