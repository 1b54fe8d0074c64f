//! What is told of one object: a route with the answers that rules test.

use wslint_model::traffic::Confidence;
use wslint_model::{Cause, Facts, Mark, Origin, Proxy, Role, Route, Site, questions as shared};

use super::declared::Declared;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence::{self, Evidence, of_words};
use crate::objects::{Annotation, Ingress, Meta};

/// An object that a controller reads and that carries WebSocket traffic.
pub(super) struct Subject<'o> {
    pub(super) controller: Controller,
    pub(super) meta: &'o Meta,
    pub(super) evidence: Evidence,
}

/// What says that an Ingress carries WebSocket traffic: the surest of its paths.
pub(super) fn of_ingress(cluster: &Cluster<'_>, declared: &Declared, ingress: &Ingress) -> Option<Evidence> {
    let paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    let of_path = |path: &crate::objects::Path| {
        if declared.comes_to(path) {
            return Some(Evidence { confidence: Confidence::Certain, site: path.site });
        }
        let words = of_words(&path.path.text, path.site);
        let backend = path.backend.as_ref();
        let other = backend.and_then(|backend| evidence::of_ingress_path(cluster, ingress, backend));
        words.into_iter().chain(other).max_by_key(|evidence| evidence.confidence)
    };
    let default = ingress.default_backend.as_ref().map(|(_, backend)| backend);
    let default = default.and_then(|backend| evidence::of_ingress_path(cluster, ingress, backend));
    // A master of mergeable Ingresses has settings and no paths.
    let alone = ingress.is_patch().then(|| evidence::of_path(&ingress.meta, None, None)).flatten();
    let found = paths.filter_map(of_path).chain(default).chain(alone);
    found.reduce(|best, next| if next.confidence > best.confidence { next } else { best })
}

impl Subject<'_> {
    /// A route that stands for one thing about the object.
    pub(super) fn route(&self, site: Site, tell: impl FnOnce(&mut Facts, Cause)) -> Route {
        let mut facts = Facts::default();
        carries(&mut facts, &self.evidence);
        let cause = Cause::at(Origin::Set, site, Role::SetHere);
        facts.answer(&crate::questions::CONTROLLER, self.controller.title().to_owned(), cause.clone());
        tell(&mut facts, cause);
        route(self.controller.proxy(), self.meta, site, facts)
    }

    /// A route that stands for an object which the controller refuses.
    pub(super) fn refused(&self, site: Site, words: String, certain: bool) -> Route {
        self.route(site, |facts, cause| {
            facts.answer(&crate::questions::REFUSAL, words, cause.clone());
            facts.answer(&crate::questions::REFUSAL_CERTAIN, certain, cause);
        })
    }

    /// A route that stands for an annotation which does nothing.
    pub(super) fn misfit(
        &self,
        annotation: &Annotation,
        misfit: crate::choices::Misfit,
        matters: bool,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Route {
        let site = match misfit {
            crate::choices::Misfit::ValueIgnored => annotation.site(),
            _ => annotation.place(),
        };
        self.route(site, |facts, cause| {
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
pub(super) fn carries(facts: &mut Facts, evidence: &Evidence) {
    let cause =
        Cause { origin: Origin::Set, marks: vec![Mark { site: evidence.site, role: Role::Evidence }] };
    facts.answer(&shared::WEBSOCKET, evidence.confidence, cause);
}

/// Whether evidence is more than a hint.
pub(super) fn is_strong(evidence: &Evidence) -> bool {
    evidence.confidence > Confidence::Weak
}

/// A route that stands for something about an object.
pub(super) fn route(proxy: Proxy, meta: &Meta, site: Site, facts: Facts) -> Route {
    Route {
        proxy,
        label: meta.called(),
        server: None,
        host: None,
        site,
        path: String::new(),
        request: None,
        facts,
        index: Route::NOT_FIXED,
    }
}
