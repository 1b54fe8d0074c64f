//! `mix.exs`, as far as dependencies are written out as `{:name, "version"}`.

use wslint_syntax::Span;

use super::package::Package;
use super::range::allowed;

pub(super) fn mix(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    for (start, _) in text.match_indices("{:") {
        let Some(length) = text[start..].find('}') else { break };
        let inside = &text[start + 2..start + length];
        let mut words = inside.split(',').map(str::trim);
        let Some(name) = words.next() else { continue };
        if name.is_empty() || name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            continue;
        }
        let version = words.next().and_then(|word| word.strip_prefix('"')?.strip_suffix('"'));
        packages.push(Package {
            registry: "hex",
            name: name.to_owned(),
            versions: allowed(version.unwrap_or_default()),
            span: Span::new(start, start + length + 1),
        });
    }
    packages
}
