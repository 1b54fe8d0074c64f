//! Lock files: the very versions of packages. They name what packages need as well, so that they only tell versions and
//! never what a program is made of.

use toml::de::{DeTable, DeValue};
use wslint_syntax::Span;

use super::lines::lines;
use super::package::Package;
use super::range::allowed;
use crate::yaml::{Document, Id, Limits, load};

/// What reads a lock file that is called so.
pub(super) fn reader(name: &str) -> Option<fn(&str) -> Vec<Package>> {
    Some(match name {
        "poetry.lock" | "uv.lock" | "pdm.lock" => toml_lock,
        "pipfile.lock" => pipfile_lock,
        "package-lock.json" | "npm-shrinkwrap.json" => package_lock,
        "pnpm-lock.yaml" => pnpm_lock,
        "yarn.lock" => yarn_lock,
        "gemfile.lock" => gemfile_lock,
        "mix.lock" => mix_lock,
        _ => return None,
    })
}

fn locked(registry: &'static str, name: &str, version: &str, span: Span) -> Package {
    Package { registry, name: name.to_owned(), versions: allowed(version), span }
}

/// `[[package]]` with a name and a version.
fn toml_lock(text: &str) -> Vec<Package> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let Some(DeValue::Array(packages)) = table.get_ref().get("package").map(|list| list.get_ref()) else {
        return Vec::new();
    };
    let package = |table: &DeTable<'_>| {
        let text = |key: &str| table.get(key)?.get_ref().as_str();
        let span = table.get("version")?.span();
        Some(locked("pypi", text("name")?, text("version")?, Span::new(span.start, span.end)))
    };
    packages.iter().filter_map(|one| package(one.get_ref().as_table()?)).collect()
}

/// The entries of a mapping whose values have a version.
fn versioned(document: &Document, id: Option<Id>, registry: &'static str) -> Vec<Package> {
    let entries = id.map_or(&[][..], |id| document.entries(id));
    let package = |&(name, value): &(Id, Id)| {
        let version = document.get(value, "version")?;
        Some(locked(registry, document.text(name)?, document.text(version)?, document.span(version)))
    };
    entries.iter().filter_map(package).collect()
}

fn pipfile_lock(text: &str) -> Vec<Package> {
    let file = load(text.as_bytes(), Limits::USUAL);
    let Some(document) = file.documents.first() else { return Vec::new() };
    versioned(document, document.root().and_then(|root| document.get(root, "default")), "pypi")
}

fn package_lock(text: &str) -> Vec<Package> {
    let file = load(text.as_bytes(), Limits::USUAL);
    let Some(document) = file.documents.first() else { return Vec::new() };
    let get = |key| document.root().and_then(|root| document.get(root, key));
    let mut packages = versioned(document, get("packages"), "npm");
    // What lies below another package is that one's own.
    packages.retain(|package| package.name.rfind("node_modules/") == Some(0));
    for package in &mut packages {
        package.name.drain(.."node_modules/".len());
    }
    packages.extend(versioned(document, get("dependencies"), "npm"));
    packages
}

fn pnpm_lock(text: &str) -> Vec<Package> {
    let file = load(text.as_bytes(), Limits::USUAL);
    let Some(document) = file.documents.first() else { return Vec::new() };
    let of = |way: &[&str]| document.root().and_then(|root| document.at(root, way));
    let own = of(&["importers", ".", "dependencies"]).or_else(|| of(&["dependencies"]));
    versioned(document, own, "npm")
}

/// `"name@^1", name@^1.2:` and below it `version "1.2.3"`. A package that is there twice is not known.
fn yarn_lock(text: &str) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    let mut name: Option<String> = None;
    for (line, span) in lines(text) {
        if let Some(names) = line.strip_suffix(':').filter(|line| line.contains('@')) {
            let first = names.trim_matches('"');
            name = first.get(1..).and_then(|rest| rest.find('@')).map(|at| first[..=at].to_owned());
        } else if let Some(version) = line.strip_prefix("version") {
            let version = version.trim_matches([' ', ':', '"']);
            packages.extend(name.take().map(|name| locked("npm", &name, version, span)));
        }
    }
    packages
}

/// `    rails (7.1.2)`: what it needs stands deeper.
fn gemfile_lock(text: &str) -> Vec<Package> {
    let gem = |(line, span): (&str, Span)| {
        let (name, version) = line.strip_suffix(')')?.split_once(" (")?;
        let before = text[..span.range().start].rsplit('\n').next()?;
        (before.len() == 4).then(|| locked("gem", name, version, span))
    };
    lines(text).filter_map(gem).collect()
}

/// `"phoenix": {:hex, :phoenix, "1.7.10", …`.
fn mix_lock(text: &str) -> Vec<Package> {
    let package = |(line, span): (&str, Span)| {
        let (_, rest) = line.split_once("{:hex, :")?;
        let (name, rest) = rest.split_once(", \"")?;
        Some(locked("hex", name, rest.split('"').next()?, span))
    };
    lines(text).filter_map(package).collect()
}
