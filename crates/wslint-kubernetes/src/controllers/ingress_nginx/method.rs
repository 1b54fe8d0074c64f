//! How a pod is picked for a location.

use super::hosts::Location;
use crate::cluster::Cluster;
use crate::controllers::nginx::{self, Method};
use crate::quoted;
use crate::settings::Settings;
use crate::text::Cause;

/// How a pod is picked for a location.
pub(super) fn method(
    cluster: &Cluster<'_>,
    settings: &Settings<'_>,
    location: &Location<'_>,
    pattern: bool,
) -> Method {
    let mut head = location.canaries.first().map(|canary| {
        let note = format!(
            "{} of a hundred requests go to `{}`, each picked by itself",
            canary.weight, canary.backend.service.text
        );
        Cause::noted(canary.site, note)
    });
    let (by_service, site) = settings.flag("service-upstream", false);
    if by_service {
        return nginx::by_service(cluster, &location.ingress.meta, location.backend, site);
    }
    let legacy = settings.own("affinity-canary-behavior").filter(|one| one.value.text == "legacy");
    if let Some(affinity) = settings.own("affinity") {
        let path = settings.own("session-cookie-path");
        let is_pattern = pattern
            && path.is_none()
            && location.path.text.contains(['(', '[', '*', '\\', '|', '$', '^', '+', '?']);
        if settings.fault(affinity).is_some() {
            let value = quoted::shown(&affinity.value.text);
            let note = format!("{value} is not `cookie`, the only affinity that ingress-nginx has");
            head = Some(Cause::noted(affinity.site(), note));
        } else if is_pattern {
            let note = "the cookie's Path is the text of this pattern, so no browser sends it back";
            head = Some(Cause::noted(affinity.site(), note));
        } else if let Some(legacy) = legacy.filter(|_| head.is_some()) {
            let note = "with `legacy` the cookie is not looked at before a canary is picked";
            head = Some(Cause::noted(legacy.site(), note));
        } else {
            let name =
                settings.word("session-cookie-name").map_or("INGRESSCOOKIE", |word| word.text.as_str());
            let line = format!("sticky cookie {};", quoted::nginx(name));
            return Method { line: Some((line, Cause::at(affinity.site()))), head: None };
        }
    }
    let hashed = settings.own("upstream-hash-by").filter(|_| location.canaries.is_empty());
    if let Some(key) = hashed {
        let line = format!("hash {} consistent;", quoted::nginx(&key.value.text));
        return Method { line: Some((line, Cause::at(key.site()))), head };
    }
    let meant = settings.meant(&["affinity", "sticky-cookie-services", "cookie-persistence"]);
    let head = head.or_else(|| {
        let note = "ingress-nginx does not read this annotation, so nothing keeps a client at one pod";
        meant.map(|annotation| Cause::noted(annotation.site(), note))
    });
    Method { line: None, head }
}
