//! Objects that want the same address.

use wslint_model::traffic::Confidence;
use wslint_model::{Mark, Role, Route};

use super::declared::Declared;
use super::subject::{Subject, of_ingress};
use crate::cluster::Cluster;
use crate::collision::{Collision, collisions};
use crate::evidence::{Evidence, of_path, of_words};
use crate::objects::Meta;
use crate::questions as ask;

/// Tells the later one of two objects of the same address, if either of them carries WebSockets.
pub(super) fn judge(cluster: &Cluster<'_>, declared: &Declared, routes: &mut Vec<Route>) {
    for (controller, collision) in collisions(cluster.objects, cluster.selection) {
        let Collision { later, earlier, site, other, words } = collision;
        let evidence = [later, earlier].into_iter().filter_map(|meta| evidence(cluster, declared, meta));
        let Some(evidence) = evidence.max_by_key(|evidence| evidence.confidence) else { continue };
        let subject = Subject { controller, meta: later, evidence };
        routes.push(subject.route(site, |facts, mut cause| {
            let words_there = format!("`{}` says the same", earlier.called());
            cause.marks.push(Mark { site: other, role: Role::Says(words_there) });
            facts.answer(&ask::REFUSAL, words, cause.clone());
            facts.answer(&ask::REFUSAL_CERTAIN, false, cause);
        }));
    }
}

/// What says that an Ingress or a Route carries WebSocket traffic.
fn evidence(cluster: &Cluster<'_>, declared: &Declared, meta: &Meta) -> Option<Evidence> {
    let objects = cluster.objects;
    if let Some(ingress) = objects.ingresses.iter().find(|one| std::ptr::eq(&raw const one.meta, meta)) {
        return of_ingress(cluster, declared, ingress);
    }
    let route = objects.routes.iter().find(|one| std::ptr::eq(&raw const one.meta, meta))?;
    let backend = route.backend();
    let service = cluster.service(meta, &backend);
    let words = route.path.as_ref().and_then(|path| of_words(&path.text, path.site));
    let found = words.into_iter().chain(of_path(meta, Some(&backend), service));
    found.max_by_key(|evidence: &Evidence| -> Confidence { evidence.confidence })
}
