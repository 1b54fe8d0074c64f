//! References of container images: `registry/name:tag@digest`.

use wslint_model::product::{Framework, Versions};

use crate::word::is_open;

/// A tag that begins with a larger number is a date.
const LARGEST_MAJOR: u32 = 1_000;

/// The parts of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'r> {
    /// Registry and name, without what stands for Docker Hub.
    pub name: &'r str,
    /// The tag.
    pub tag: Option<&'r str>,
    /// Whether a digest says which image exactly.
    pub digest: bool,
}

/// Cuts a reference.
pub fn reference(text: &str) -> Reference<'_> {
    let (text, digest) = match text.split_once('@') {
        Some((text, _)) => (text, true),
        None => (text, false),
    };
    let slash = text.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match text[slash..].find(':') {
        Some(colon) => (&text[..slash + colon], Some(&text[slash + colon + 1..])),
        None => (text, None),
    };
    let hub = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let name = hub.iter().find_map(|hub| name.strip_prefix(hub)).unwrap_or(name);
    Reference { name: name.strip_prefix("library/").unwrap_or(name), tag, digest }
}

/// The product that an image holds, if a product's file names the image. `*` there stands for any name. A variable may
/// decide the tag, not the name.
pub fn product(text: &str) -> Option<Framework> {
    let Reference { name, tag, .. } = reference(text);
    if is_open(name) {
        return None;
    }
    let is = |image: &&str| {
        let image = reference(image).name;
        match image.strip_suffix('*') {
            Some(start) => name.starts_with(start) && name.len() > start.len(),
            None => name == image,
        }
    };
    let mut named = Framework::all().filter(|product| product.record().images.iter().any(is));
    let first = named.next()?;
    named.next().is_none().then(|| first.in_versions(versions(tag.unwrap_or_default())))
}

/// The versions that a tag stands for: `11.2.0`, `v1.30`, `1.8-alpine`. Dates and words stand for none.
fn versions(tag: &str) -> Versions {
    let number = tag.split('-').next().unwrap_or_default();
    let number = number.strip_prefix('v').unwrap_or(number);
    let numbers: Option<Vec<u32>> = number.split('.').map(|part| part.parse().ok()).collect();
    match numbers.as_deref() {
        Some(numbers) if numbers[0] < LARGEST_MAJOR => Versions::beginning(numbers),
        _ => Versions::ALL,
    }
}

#[cfg(test)]
mod tests {
    use wslint_model::product::Versions;

    use super::{Reference, product, reference};

    #[test]
    fn references_are_cut() {
        let check =
            |text, name, tag, digest| assert_eq!(reference(text), Reference { name, tag, digest }, "{text}");
        check("nginx", "nginx", None, false);
        check("docker.io/library/nginx:1.29-alpine", "nginx", Some("1.29-alpine"), false);
        check("localhost:5000/a/b", "localhost:5000/a/b", None, false);
        check("ghcr.io/a/b:v1@sha256:00", "ghcr.io/a/b", Some("v1"), true);
    }

    #[test]
    fn images_tell_products() {
        let name = |text| product(text).map(|product| product.name());
        assert_eq!(name("grafana/grafana:11.2.0"), Some("grafana"));
        assert_eq!(name("docker.io/grafana/grafana-oss"), Some("grafana"));
        assert_eq!(name("quay.io/jupyter/scipy-notebook"), Some("jupyter"));
        assert_eq!(name("grafana/grafana:${TAG:-11.2.0}"), Some("grafana"));
        assert_eq!(name("${REGISTRY}grafana/grafana:11"), None);
        assert_eq!(name("me/grafana"), None);
        let versions = |text: &str| product(text).map(|product| product.versions());
        let beginning = |numbers: &[u32]| Some(Versions::beginning(numbers));
        assert_eq!(versions("grafana/grafana:11.2.0"), beginning(&[11, 2, 0]));
        assert_eq!(versions("grafana/grafana:v11-ubuntu"), beginning(&[11]));
        for tag in ["", ":latest", ":${TAG}", ":20240501", ":main-1"] {
            assert_eq!(versions(&format!("grafana/grafana{tag}")), Some(Versions::ALL), "{tag}");
        }
        assert_eq!(name("nginx"), None);
    }
}
