//! `requirements.txt`, `pyproject.toml` and `Pipfile`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wslint_syntax::Span;

use super::lines::lines;
use super::package::Package;
use super::range::allowed;

pub(super) fn requirements(text: &str) -> Vec<Package> {
    let lines = lines(text).filter(|(line, _)| !line.starts_with(['#', '-']));
    lines.filter_map(|(line, span)| requirement(line, span)).collect()
}

/// `name[extra]==1.2 ; marker`.
fn requirement(text: &str, span: Span) -> Option<Package> {
    let text = text.split(" #").next()?.split(';').next()?.trim();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if name.is_empty() {
        return None;
    }
    let rest = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.1,
        None => rest,
    };
    Some(Package {
        registry: "pypi",
        name: normal(name),
        versions: allowed(rest.trim_matches(['(', ')', ' '])),
        span,
    })
}

/// The name as PyPI compares it.
fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

pub(super) fn pyproject(text: &str) -> Vec<Package> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let root = table.get_ref();
    let project = sub(root, "project").and_then(|project| project.get("dependencies"));
    let listed = match project.map(Spanned::get_ref) {
        Some(DeValue::Array(items)) => items.iter().collect(),
        _ => Vec::new(),
    };
    let mut packages: Vec<Package> =
        listed.into_iter().filter_map(|item| requirement(item.get_ref().as_str()?, bytes(item))).collect();
    let poetry = sub(root, "tool").and_then(|tool| sub(tool, "poetry"));
    packages.extend(poetry.and_then(|poetry| sub(poetry, "dependencies")).into_iter().flat_map(of_table));
    packages
}

pub(super) fn pipfile(text: &str) -> Vec<Package> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    sub(table.get_ref(), "packages").into_iter().flat_map(of_table).collect()
}

fn sub<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    table.get(key)?.get_ref().as_table()
}

/// Each key is a package, each value a version or a table with one.
fn of_table(table: &DeTable<'_>) -> Vec<Package> {
    let package = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let version = match value.get_ref() {
            DeValue::Table(table) => table.get("version").and_then(|version| version.get_ref().as_str()),
            value => value.as_str(),
        };
        let text: &std::borrow::Cow<'_, str> = name.get_ref();
        let versions = allowed(version.unwrap_or_default());
        Package { registry: "pypi", name: normal(text), versions, span: bytes(name) }
    };
    table.iter().map(package).collect()
}

fn bytes<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}
