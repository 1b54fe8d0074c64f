//! `*.csproj`.

use wslint_syntax::Span;

use super::package::Package;
use super::range::allowed;

pub(super) fn project(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    for (start, _) in text.match_indices("<PackageReference ") {
        let Some(length) = text[start..].find('>') else { break };
        let element = &text[start..=start + length];
        let attribute = |name: &str| {
            let value = element.split_once(&format!("{name}=\""))?.1;
            value.split('"').next()
        };
        let Some(name) = attribute("Include") else { continue };
        packages.push(Package {
            registry: "nuget",
            name: name.to_owned(),
            versions: allowed(attribute("Version").unwrap_or_default()),
            span: Span::new(start, start + length + 1),
        });
    }
    packages
}
