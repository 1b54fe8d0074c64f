//! What is wrong with one object.

use std::collections::BTreeSet;

use wslint_model::{Cause, Facts, Origin, Role, Route};

use super::annotation;
use super::subject::{Subject, carries, route as route_of};
use super::translate::is_noticed;
use crate::annotations::milliseconds;
use crate::choices::{Misfit, ReaderKnown};
use crate::cluster::{Cluster, Pods};
use crate::controller::Controller;
use crate::evidence::{Evidence, of_path, of_words};
use crate::objects::{Annotation, HttpRoute, Ingress, OpenshiftRoute, Rule};
use crate::questions as ask;
use crate::refusal;
use crate::router::{default_tunnel, taken};

/// An Ingress of a known controller.
pub(super) fn ingress(
    cluster: &Cluster<'_>,
    subject: &Subject<'_>,
    ingress: &Ingress,
    routes: &mut Vec<Route>,
) {
    if let Some(refusal) = refusal::rejection(cluster, subject.controller, ingress) {
        routes.push(subject.refused(refusal.site, refusal.words, refusal.certain));
    }
    let several = ingress
        .backends()
        .any(|backend| matches!(cluster.pods(&ingress.meta, backend), Pods::Some { count: 2.., .. }));
    let map = cluster.config_map(subject.controller);
    let nginx = subject.controller == Controller::IngressNginx;
    // The rules about timeouts and affinity point at these values themselves.
    let merged = |short: &str| {
        nginx
            && (short == "proxy-read-timeout" && map.is_none_or(|map| map.entry(short).is_none())
                || short == "affinity" && several)
    };
    annotation::judge(subject, &merged, routes);
    match subject.controller {
        Controller::IngressNginx => {
            cookies_without_affinity(subject, routes);
            dropped_of_canary(cluster, subject, ingress, routes);
        }
        Controller::NginxIngress => dropped_of_master(subject, routes),
        Controller::HaproxyIngress => asked_with_upgrade(cluster, subject, routes),
        _ => {}
    }
}

/// Settings of a cookie that nobody sets.
fn cookies_without_affinity(subject: &Subject<'_>, routes: &mut Vec<Route>) {
    let name = "nginx.ingress.kubernetes.io/affinity";
    if subject.meta.annotation(name).is_some_and(|one| one.value.text == "cookie") {
        return;
    }
    let of_cookie =
        |one: &&Annotation| one.name.text.starts_with("nginx.ingress.kubernetes.io/session-cookie-");
    for annotation in subject.meta.annotations.iter().filter(of_cookie) {
        let why = "there is no `affinity: cookie`, so no cookie is set";
        routes.push(subject.misfit(
            annotation,
            Misfit::NoEffect,
            false,
            why,
            format!("add `{name}: cookie`"),
        ));
    }
}

/// What ingress-nginx does not take from a canary, unless the Ingress beside it says the same.
fn dropped_of_canary(
    cluster: &Cluster<'_>,
    subject: &Subject<'_>,
    ingress: &Ingress,
    routes: &mut Vec<Route>,
) {
    if subject
        .meta
        .annotation("nginx.ingress.kubernetes.io/canary")
        .is_none_or(|one| one.value.text != "true")
    {
        return;
    }
    let host = |rule: &'_ Rule| rule.host.as_ref().map_or("", |host| host.text.as_str()).to_owned();
    let own: BTreeSet<String> = ingress.rules.iter().map(host).collect();
    let serves = |other: &&Ingress| {
        let mut hosts =
            other.rules.iter().map(|rule| rule.host.as_ref().map_or("", |host| host.text.as_str()));
        !std::ptr::eq(*other, ingress) && hosts.any(|host| own.contains(host))
    };
    let others: Vec<&Ingress> = cluster.objects.ingresses.iter().filter(serves).collect();
    let kept = ["affinity", "session-cookie", "upstream-hash-by", "load-balance", "canary"];
    for annotation in &subject.meta.annotations {
        let short = annotation.short();
        let read = subject.controller.prefixes().contains(&annotation.prefix());
        if !read || kept.iter().any(|start| short.starts_with(start)) {
            continue;
        }
        let says = |other: &Ingress| {
            let said = other.meta.annotation(&annotation.name.text);
            said.is_some_and(|said| said.value.text == annotation.value.text)
        };
        let matters = is_noticed(short) && !others.iter().copied().any(says);
        let why = "a canary takes all settings but those of affinity from the Ingress beside it";
        let instead = "write it on the Ingress that is no canary";
        routes.push(subject.misfit(annotation, Misfit::WrongObject, matters, why, instead));
    }
}

/// What F5's controller does not take over from a master of mergeable Ingresses.
fn dropped_of_master(subject: &Subject<'_>, routes: &mut Vec<Route>) {
    let kind = subject.meta.annotation("nginx.org/mergeable-ingress-type");
    if kind.is_none_or(|kind| kind.value.text != "master") {
        return;
    }
    for short in ["websocket-services", "rewrites", "sticky-cookie-services", "ssl-services"] {
        if let Some(annotation) = subject.meta.annotation(&format!("nginx.org/{short}")) {
            let why = "a master's list of Services is dropped: it belongs on the minion";
            let instead = "write it on the minion that holds the path";
            routes.push(subject.misfit(annotation, Misfit::WrongObject, true, why, instead));
        }
    }
}

/// HAProxy Ingress asks the authentication service with all headers of the client, unless it is told which.
fn asked_with_upgrade(cluster: &Cluster<'_>, subject: &Subject<'_>, routes: &mut Vec<Route>) {
    let own = |short: &str| {
        let prefixes = subject.controller.prefixes();
        subject.meta.annotations.iter().find(|one| one.short() == short && prefixes.contains(&one.prefix()))
    };
    let listed = own("auth-headers-request")
        .or_else(|| cluster.config_map(subject.controller).and_then(|map| map.entry("auth-headers-request")));
    if let Some(annotation) = own("auth-url").filter(|_| listed.is_none()) {
        routes.push(subject.route(annotation.site(), |facts, cause| {
            facts.answer(&ask::AUTH_COPIES, true, cause);
        }));
    }
}

/// A Route of OpenShift.
pub(super) fn route(
    cluster: &Cluster<'_>,
    subject: &Subject<'_>,
    route: &OpenshiftRoute,
    routes: &mut Vec<Route>,
) {
    annotation::judge(subject, &|short| short == "timeout", routes);
    let termination = route.termination.as_ref().map_or("", |word| word.text.as_str());
    let tunnel = taken(&route.meta, "timeout-tunnel");
    let timeout = taken(&route.meta, "timeout");
    let (default, _) = default_tunnel(cluster);
    if let Some(annotation) = tunnel.filter(|_| matches!(termination, "edge" | "reencrypt")) {
        let asked = milliseconds(Controller::Openshift, &annotation.value.text);
        if asked.is_some_and(|asked| asked > default) {
            let limit = wslint_model::duration::in_words(default);
            let why = format!(
                "for {termination} the router passes the connection through a second section of its own, which keeps \
                 its default of {limit}"
            );
            let instead = "set `spec.tuningOptions.tunnelTimeout` of the IngressController";
            routes.push(subject.misfit(annotation, Misfit::NoEffect, true, why, instead));
        }
    }
    if let Some(annotation) = timeout.filter(|_| tunnel.is_none() && termination != "passthrough") {
        let why = "it limits how long an answer may take, and no WebSocket";
        let instead = "write `haproxy.router.openshift.io/timeout-tunnel` for WebSockets";
        routes.push(subject.misfit(annotation, Misfit::NoEffect, false, why, instead));
    }
}

/// An HTTPRoute that NGINX Gateway Fabric reads.
pub(super) fn http_route(cluster: &Cluster<'_>, route: &HttpRoute, routes: &mut Vec<Route>) {
    for rule in &route.rules {
        let Some((site, name)) = rule.refused else { continue };
        let words = rule.paths.iter().find_map(|(path, _)| of_words(&path.text, path.site));
        let backend = rule.backends.first();
        let service = backend.and_then(|backend| cluster.service(&route.meta, backend));
        let Some(evidence) = words.or_else(|| of_path(&route.meta, backend, service)) else { continue };
        let subject = Subject { controller: Controller::GatewayFabric, meta: &route.meta, evidence };
        routes.push(subject.refused(site, format!("it does not support `{name}` of a rule"), true));
    }
}

/// An Ingress of which nothing tells who reads it.
pub(super) fn unread(ingress: &Ingress, evidence: &Evidence) -> Route {
    let mut facts = Facts::default();
    carries(&mut facts, evidence);
    let site = ingress.meta.name.site;
    let cause =
        Cause::at(Origin::Derived, site, Role::Says("nothing tells which controller reads this".to_owned()));
    facts.answer(&ask::READER, ReaderKnown::Unknown, cause);
    route_of(wslint_model::Proxy::Nginx, &ingress.meta, site, facts)
}
