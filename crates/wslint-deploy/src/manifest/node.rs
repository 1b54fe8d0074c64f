//! `package.json`. JSON is YAML in brackets, whose reader knows the places.

use super::package::Package;
use super::range::allowed;
use crate::yaml::{Limits, load};

pub(super) fn package_json(text: &str) -> Vec<Package> {
    let file = load(text.as_bytes(), Limits::USUAL);
    let Some(document) = file.documents.first() else { return Vec::new() };
    let dependencies = document.root().and_then(|root| document.get(root, "dependencies"));
    let entries = dependencies.map_or(&[][..], |dependencies| document.entries(dependencies));
    let package = |&(name, version): &(_, _)| {
        Some(Package {
            registry: "npm",
            name: document.text(name)?.to_owned(),
            versions: allowed(document.text(version).unwrap_or_default()),
            span: document.span(name),
        })
    };
    entries.iter().filter_map(package).collect()
}
