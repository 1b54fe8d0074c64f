//! Which version of a proxy an image holds, by its tag.

use wslint_model::{Proxy, Version};

use crate::image::reference;

/// Images of the proxies.
static IMAGES: &[(&str, Proxy)] = &[
    ("nginx", Proxy::Nginx),
    ("nginxinc/nginx-unprivileged", Proxy::Nginx),
    ("bitnami/nginx", Proxy::Nginx),
    ("bitnamilegacy/nginx", Proxy::Nginx),
    ("openresty/openresty", Proxy::Nginx),
    ("haproxy", Proxy::Haproxy),
    ("haproxytech/haproxy-alpine", Proxy::Haproxy),
    ("haproxytech/haproxy-debian", Proxy::Haproxy),
    ("haproxytech/haproxy-ubuntu", Proxy::Haproxy),
    ("bitnami/haproxy", Proxy::Haproxy),
    ("bitnamilegacy/haproxy", Proxy::Haproxy),
];

/// The proxy that an image holds, and its version if the tag names one. `latest`, `alpine`, variables and digests name none.
pub fn proxy(image: &str) -> Option<(Proxy, Option<Version>)> {
    let reference = reference(image);
    let (_, proxy) = IMAGES.iter().find(|(name, _)| *name == reference.name)?;
    let version = reference.tag.filter(|_| !reference.digest).and_then(|tag| version(*proxy, tag));
    Some((*proxy, version))
}

/// `1.29.3-alpine` is 1.29.3. `1.29` is the last release of a branch: for all that is known of the proxies it is like
/// the first one, but where a default changed within the branch.
fn version(proxy: Proxy, tag: &str) -> Option<Version> {
    let number = tag.split('-').next()?;
    let parts: Vec<u32> = number.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match (proxy, parts.as_slice()) {
        // `proxy_http_version` is 1.1 by default from 1.29.7 on, which the branch went past.
        (Proxy::Nginx, [1, 29]) => Some(Version(1, 29, 7)),
        (_, [major, minor]) => Some(Version(*major, *minor, 0)),
        // The fourth part is OpenResty's own.
        (_, [major, minor, patch] | [major, minor, patch, _]) => Some(Version(*major, *minor, *patch)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wslint_model::{Proxy, Version};

    use super::proxy;

    #[test]
    fn tags_name_versions() {
        let check = |image: &str, expected: Option<(Proxy, Option<Version>)>| {
            assert_eq!(proxy(image), expected, "{image}");
        };
        let nginx = |version| Some((Proxy::Nginx, version));
        let haproxy = |version| Some((Proxy::Haproxy, version));
        check("nginx:1.25.3-alpine", nginx(Some(Version(1, 25, 3))));
        check("docker.io/library/nginx:1.29", nginx(Some(Version(1, 29, 7))));
        check("haproxy:3.2-alpine", haproxy(Some(Version(3, 2, 0))));
        check("openresty/openresty:1.27.1.2-bookworm", nginx(Some(Version(1, 27, 1))));
        for image in ["nginx", "nginx:latest", "nginx:alpine", "nginx:1", "nginx:${V}", "nginx:1.25@sha256:0"]
        {
            check(image, nginx(None));
        }
        check("jwilder/nginx-proxy:1.5", None);
    }
}
