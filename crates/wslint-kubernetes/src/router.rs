//! What OpenShift's router takes of a Route, and what it does without.

use wslint_model::Site;

use crate::annotations::{self, milliseconds};
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::{Annotation, Meta};

/// The annotation of a Route, if the router takes its value.
pub(crate) fn taken<'o>(meta: &'o Meta, short: &str) -> Option<&'o Annotation> {
    let name = format!("haproxy.router.openshift.io/{short}");
    let annotation = meta.annotation(&name)?;
    let known = annotations::known(Controller::Openshift, annotation.prefix(), short)?;
    let fault = known.fault(Controller::Openshift, &annotation.value.text);
    (annotation.value.open || fault.is_none()).then_some(annotation)
}

/// How long the router lets a tunnel be silent unless a Route says otherwise, in milliseconds, and where that is said.
pub(crate) fn default_tunnel(cluster: &Cluster<'_>) -> (u64, Option<Site>) {
    let said = cluster.objects.routers.iter().find_map(|router| router.tunnel.as_ref());
    let time =
        said.and_then(|word| Some((milliseconds(Controller::Openshift, &word.text)?, Some(word.site))));
    time.unwrap_or((3_600_000, None))
}
