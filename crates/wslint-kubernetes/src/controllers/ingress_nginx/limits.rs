//! How many requests and connections of one address an Ingress takes.

use wslint_model::Site;

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::Ingress;
use crate::quoted;
use crate::settings::Settings;
use crate::text::{Cause, Text};

/// The zones that limits count in.
pub(super) fn zones(text: &mut Text, cluster: &Cluster<'_>, ingresses: &[&Ingress]) {
    for ingress in ingresses {
        let settings = Settings::of(cluster, Controller::IngressNginx, &ingress.meta);
        let zone = zone(ingress);
        for (short, line) in [
            ("limit-connections", format!("limit_conn_zone $binary_remote_addr zone={zone}_conn:5m;")),
            ("limit-rps", format!("limit_req_zone $binary_remote_addr zone={zone}_rps:5m rate=%r/s;")),
            ("limit-rpm", format!("limit_req_zone $binary_remote_addr zone={zone}_rpm:5m rate=%r/m;")),
        ] {
            if let Some((number, site)) = limit(&settings, short) {
                text.line(1, &line.replace('%', &number.to_string()), &Cause::at(site));
            }
        }
    }
}

fn zone(ingress: &Ingress) -> String {
    let namespace = ingress.meta.namespace.as_deref().unwrap_or("default");
    quoted::name(&format!("{namespace}_{}", ingress.meta.name.text))
}

fn limit(settings: &Settings<'_>, short: &str) -> Option<(u32, Site)> {
    let annotation = settings.own(short)?;
    let number = annotation.value.text.parse::<u32>().ok().filter(|number| *number > 0)?;
    Some((number, annotation.site()))
}

/// The limits of a location.
pub(super) fn write(text: &mut Text, settings: &Settings<'_>, ingress: &Ingress) {
    let zone = zone(ingress);
    if let Some((number, site)) = limit(settings, "limit-connections") {
        text.line(3, &format!("limit_conn {zone}_conn {number};"), &Cause::at(site));
    }
    let times = limit(settings, "limit-burst-multiplier").map_or(5, |(number, _)| number);
    for (short, suffix) in [("limit-rps", "rps"), ("limit-rpm", "rpm")] {
        if let Some((number, site)) = limit(settings, short) {
            let burst = number.saturating_mul(times);
            text.line(3, &format!("limit_req zone={zone}_{suffix} burst={burst} nodelay;"), &Cause::at(site));
        }
    }
}
