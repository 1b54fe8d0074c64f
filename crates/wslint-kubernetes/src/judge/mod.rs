//! What never reaches a configuration: annotations that do nothing, objects that are refused, balancers in front. Each is a
//! route of its own with the answers that the rules of `rules/k8s` test.

mod annotation;
mod balancer;
mod object;
mod translate;

use wslint_model::traffic::{self, Confidence};
use wslint_model::{Cause, Facts, Mark, Origin, Proxy, Role, Route, Site, questions as shared};

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence::{self, Evidence};
use crate::objects::{Annotation, Ingress, Meta, Objects};
use crate::select::{Reader, Selection};

/// The routes that stand for what never reaches a configuration.
pub fn judge(objects: &Objects, selection: &Selection) -> Vec<Route> {
    let cluster = Cluster { objects, selection };
    let mut routes = Vec::new();
    for ingress in &objects.ingresses {
        let Some(evidence) = of_ingress(&cluster, ingress) else { continue };
        match selection.of_ingress(ingress) {
            Reader::Known(chosen) => {
                let subject = Subject { controller: chosen.controller, meta: &ingress.meta, evidence };
                object::ingress(&cluster, &subject, ingress, &mut routes);
            }
            Reader::Unknown => routes.push(object::unread(ingress, &evidence)),
            Reader::Other => {}
        }
    }
    for route in &objects.routes {
        let backend = route.backend();
        let service = cluster.service(&route.meta, &backend);
        let path = route.path.as_ref().map(|path| (path.text.as_str(), path.site));
        let of_path = path.and_then(|(path, site)| of_words(path, site));
        if let Some(evidence) = of_path.or_else(|| evidence::of_path(&route.meta, Some(&backend), service)) {
            let subject = Subject { controller: Controller::Openshift, meta: &route.meta, evidence };
            object::route(&cluster, &subject, route, &mut routes);
        }
    }
    balancer::judge(&cluster, &mut routes);
    routes
}

/// An object that a controller reads and that carries WebSocket traffic.
pub(crate) struct Subject<'o> {
    pub(crate) controller: Controller,
    pub(crate) meta: &'o Meta,
    pub(crate) evidence: Evidence,
}

/// What says that an Ingress carries WebSocket traffic: the surest of its paths.
pub(crate) fn of_ingress(cluster: &Cluster<'_>, ingress: &Ingress) -> Option<Evidence> {
    let paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    let of_path = |path: &crate::objects::Path| {
        let backend = path.backend.as_ref();
        let service = backend.and_then(|backend| cluster.service(&ingress.meta, backend));
        let words = of_words(&path.path.text, path.site);
        let other = evidence::of_path(&ingress.meta, backend, service);
        words.into_iter().chain(other).max_by_key(|evidence| evidence.confidence)
    };
    let default = ingress.default_backend.as_ref().map(|(_, backend)| backend);
    let default = default.and_then(|backend| {
        evidence::of_path(&ingress.meta, Some(backend), cluster.service(&ingress.meta, backend))
    });
    let found = paths.filter_map(of_path).chain(default);
    found.reduce(|best, next| if next.confidence > best.confidence { next } else { best })
}

/// What the words of a path say, of which patterns are read as if they were words.
fn of_words(path: &str, site: Site) -> Option<Evidence> {
    let plain: String = path.chars().filter(|c| !"()|$*^?+[]\\".contains(*c)).collect();
    let sign = traffic::sign_of_path(path).or_else(|| traffic::sign_of_path(&plain))?;
    Some(Evidence { confidence: sign.confidence, site })
}

impl Subject<'_> {
    /// A route that stands for one thing about the object.
    pub(crate) fn route(&self, site: Site, tell: impl FnOnce(&mut Facts, Cause)) -> Route {
        let mut facts = Facts::default();
        carries(&mut facts, &self.evidence);
        let cause = Cause::at(Origin::Set, site, Role::SetHere);
        facts.answer(&crate::questions::CONTROLLER, self.controller.title().to_owned(), cause.clone());
        tell(&mut facts, cause);
        route(self.controller.proxy(), self.meta, site, facts)
    }

    /// A route that stands for an annotation which does nothing.
    pub(crate) fn misfit(
        &self,
        annotation: &Annotation,
        misfit: crate::choices::Misfit,
        matters: bool,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Route {
        self.route(annotation.site(), |facts, cause| {
            use crate::questions as ask;
            facts.answer(&ask::MISFIT, misfit, cause.clone());
            facts.answer(&ask::ANNOTATION, annotation.name.text.clone(), cause.clone());
            facts.answer(&ask::ANNOTATION_VALUE, annotation.value.text.clone(), cause.clone());
            facts.answer(&ask::MATTERS, matters, cause.clone());
            facts.answer(&ask::WHY_NOT, why.into(), cause.clone());
            facts.answer(&ask::INSTEAD, instead.into(), cause);
        })
    }
}

/// Answers that an object carries WebSocket traffic.
pub(crate) fn carries(facts: &mut Facts, evidence: &Evidence) {
    let cause =
        Cause { origin: Origin::Set, marks: vec![Mark { site: evidence.site, role: Role::Evidence }] };
    facts.answer(&shared::WEBSOCKET, evidence.confidence, cause);
}

/// Whether evidence is more than a hint.
pub(crate) fn is_strong(evidence: &Evidence) -> bool {
    evidence.confidence > Confidence::Weak
}

/// A route that stands for something about an object.
pub(crate) fn route(proxy: Proxy, meta: &Meta, site: Site, facts: Facts) -> Route {
    Route {
        proxy,
        label: meta.called(),
        server: None,
        site,
        path: String::new(),
        facts,
        index: Route::NOT_FIXED,
    }
}
