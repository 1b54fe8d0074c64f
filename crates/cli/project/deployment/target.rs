//! The versions of the proxies that a deployment runs, by the tags of their images.

use std::path::Path;

use wslint_deploy::Word;
use wslint_deploy::target::proxy;
use wslint_model::{Proxy, Version};

use super::ground::place_in;

/// A version that all images of a proxy have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The proxy.
    pub(crate) proxy: Proxy,
    /// The version.
    pub(crate) version: Version,
    /// The first place that says so, `file:line`.
    pub(crate) place: String,
}

/// The images of proxies that were seen.
#[derive(Debug, Default)]
pub(super) struct Images(Vec<(Proxy, Option<Version>, String)>);

impl Images {
    /// Notes an image that stands in a file, if it is one of a proxy.
    pub(super) fn see(&mut self, path: &Path, bytes: &[u8], image: &Word) {
        if let Some((proxy, version)) = proxy(&image.text) {
            self.0.push((proxy, version, place_in(path, bytes, image.span)));
        }
    }

    /// The versions that all images of a proxy agree on.
    pub(super) fn targets(&self) -> Vec<Target> {
        let of_proxy = |proxy: Proxy| {
            let mut images = self.0.iter().filter(|(other, ..)| *other == proxy);
            let (_, version, place) = images.next()?;
            let version = (*version)?;
            let agreed = images.all(|(_, other, _)| *other == Some(version));
            agreed.then(|| Target { proxy, version, place: place.clone() })
        };
        [Proxy::Nginx, Proxy::Haproxy].into_iter().filter_map(of_proxy).collect()
    }
}
