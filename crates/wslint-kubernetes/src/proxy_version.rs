//! The version of the proxy that a release of a controller brings along.
//!
//! Read in the controllers' own tables and Dockerfiles:
//!
//! - ingress-nginx, README.md, "Supported Versions table", at dbb11b92;
//! - F5, <https://docs.nginx.com/nginx-ingress-controller/technical-specifications/>;
//! - HAProxy Ingress, README.md, "Releases" (`v0.13` took another one in the middle of its patches);
//! - HAProxy Technologies, `FROM` of build/Dockerfile at the tags.

use wslint_model::Version;

use crate::controller::Controller;

/// From which release on a controller runs which version, the newest first. What is older than the last line is not known.
const INGRESS_NGINX: &[(Version, Version)] = &[
    (Version(1, 13, 0), Version(1, 27, 1)),
    (Version(1, 10, 2), Version(1, 25, 5)),
    (Version(1, 10, 0), Version(1, 25, 3)),
    (Version(1, 5, 0), Version(1, 21, 6)),
    (Version(1, 3, 0), Version(1, 19, 10)),
];

/// The same of F5's.
const NGINX_INGRESS: &[(Version, Version)] = &[
    (Version(5, 4, 0), Version(1, 31, 1)),
    (Version(5, 3, 0), Version(1, 29, 5)),
    (Version(5, 1, 0), Version(1, 29, 1)),
    (Version(4, 0, 0), Version(1, 27, 4)),
    (Version(3, 7, 0), Version(1, 27, 2)),
];

/// The same of HAProxy Ingress.
const HAPROXY_INGRESS: &[(Version, Version)] = &[
    (Version(0, 17, 0), Version(3, 0, 0)),
    (Version(0, 16, 0), Version(2, 8, 0)),
    (Version(0, 15, 0), Version(2, 6, 0)),
    (Version(0, 13, 11), Version(2, 4, 0)),
    (Version(0, 13, 0), Version(2, 3, 0)),
];

/// The same of HAProxy Technologies'.
const HAPROXYTECH: &[(Version, Version)] = &[
    (Version(3, 2, 0), Version(3, 2, 0)),
    (Version(3, 1, 0), Version(3, 1, 0)),
    (Version(3, 0, 0), Version(3, 0, 0)),
    (Version(1, 11, 0), Version(2, 8, 0)),
    (Version(1, 10, 0), Version(2, 7, 0)),
    (Version(1, 9, 0), Version(2, 6, 0)),
    (Version(1, 8, 0), Version(2, 5, 0)),
    (Version(1, 7, 0), Version(2, 4, 0)),
    (Version(1, 5, 0), Version(2, 3, 0)),
];

/// The version of the proxy that a release brings along, where somebody says it.
pub(crate) fn of_release(controller: Controller, release: Version) -> Option<Version> {
    let table = match controller {
        Controller::IngressNginx => INGRESS_NGINX,
        Controller::NginxIngress => NGINX_INGRESS,
        Controller::HaproxyIngress => HAPROXY_INGRESS,
        Controller::Haproxytech => HAPROXYTECH,
        Controller::Openshift | Controller::GatewayFabric => &[],
    };
    table.iter().find(|(from, _)| *from <= release).map(|(_, version)| *version)
}

#[cfg(test)]
mod tests {
    use wslint_model::Version;

    use super::of_release;
    use crate::controller::Controller;

    #[test]
    fn releases_bring_their_proxies() {
        let cases = [
            (Controller::IngressNginx, Version(1, 10, 1), Some(Version(1, 25, 3))),
            (Controller::IngressNginx, Version(1, 11, 2), Some(Version(1, 25, 5))),
            (Controller::IngressNginx, Version(0, 49, 0), None),
            (Controller::NginxIngress, Version(5, 3, 4), Some(Version(1, 29, 5))),
            (Controller::HaproxyIngress, Version(0, 14, 7), Some(Version(2, 4, 0))),
            (Controller::Haproxytech, Version(1, 10, 4), Some(Version(2, 7, 0))),
            (Controller::Openshift, Version(4, 14, 0), None),
        ];
        for (controller, release, expected) in cases {
            assert_eq!(of_release(controller, release), expected, "{controller:?} {release:?}");
        }
    }
}
