//! The names of a configuration: where each is defined and where it is used. What a name means is the field's matter; here
//! it is enough which words stand for the same thing.

mod haproxy;
mod kubernetes;
mod name;
mod nginx;
mod outline;
mod symbols;

use std::path::Path;

use lsp_types::{Location, Position};
use wslint_model::{Content, FileId, Root, Site};

use super::diagnostics::Told;
use super::position::Encoding;
use super::seen::Seen;
use super::uri;

pub(super) use name::Kind;
use name::Name;
pub(super) use symbols::{Search, symbols};

/// All names of all files, in their order.
fn names(seen: &Seen) -> Vec<Name> {
    let mut names = Vec::new();
    for (number, file) in seen.loaded.project.files.iter().enumerate() {
        let Ok(number) = u32::try_from(number) else { break };
        match &file.content {
            Content::Nginx(tree) => nginx::names(FileId(number), tree, &mut names),
            Content::Haproxy(tree) => haproxy::names(FileId(number), tree, &mut names),
            Content::Beside(_) => kubernetes::names(FileId(number), file.source(), &mut names),
        }
    }
    names
}

/// The names of a kind that are defined.
pub(super) fn defined(seen: &Seen, kind: Kind) -> Vec<String> {
    let names = names(seen).into_iter().filter(|name| name.defines && name.kind == kind);
    names.map(|name| String::from_utf8_lossy(&name.name).into_owned()).collect()
}

/// Where what stands at a place is defined: the files that an `include` names, or the lines that define a name.
pub(super) fn definitions(
    seen: &Seen,
    path: &Path,
    at: Position,
    encoding: Encoding,
) -> Option<Vec<Location>> {
    let mut told = Told::new(seen, encoding);
    let included = included(seen, &mut told, path, at)?;
    if !included.is_empty() {
        return Some(included);
    }
    same(seen, &mut told, path, at, |name| name.defines)
}

/// All places of the name that stands at a place; where it is defined only if that is asked for.
pub(super) fn references(
    seen: &Seen,
    path: &Path,
    at: Position,
    encoding: Encoding,
    with_definitions: bool,
) -> Option<Vec<Location>> {
    let mut told = Told::new(seen, encoding);
    same(seen, &mut told, path, at, |name| with_definitions || !name.defines)
}

/// The names that are the same as one at a place.
fn same(
    seen: &Seen,
    told: &mut Told<'_>,
    path: &Path,
    at: Position,
    wanted: impl Fn(&Name) -> bool,
) -> Option<Vec<Location>> {
    let file = seen.file(path)?;
    let names = names(seen);
    let here = names.iter().find(|name| {
        let written = seen.loaded.project.written(name.site);
        written.file == file && stands_at(told, written, at)
    })?;
    let same = names.iter().filter(|name| (name.kind, &name.name) == (here.kind, &here.name) && wanted(name));
    Some(same.filter_map(|name| location(seen, told, name.site)).collect())
}

/// The files that the `include` at a place names.
fn included(seen: &Seen, told: &mut Told<'_>, path: &Path, at: Position) -> Option<Vec<Location>> {
    let file = seen.file(path)?;
    let project = &seen.loaded.project;
    let mut files: Vec<FileId> = Vec::new();
    for root in seen.roots() {
        let Root::Nginx(root) = root else { continue };
        for (&(holder, directive), include) in &root.includes {
            let Content::Nginx(tree) = &project.file(holder).content else { continue };
            let site = project.written(Site { file: holder, span: tree.statement(directive) });
            if site.file == file && stands_at(told, site, at) {
                files.extend(include.files());
            }
        }
    }
    files.sort_unstable();
    files.dedup();
    let top = |file: FileId| Site { file, span: wslint_syntax::Span::new(0, 0) };
    Some(files.into_iter().filter_map(|file| location(seen, told, top(file))).collect())
}

fn stands_at(told: &mut Told<'_>, site: Site, at: Position) -> bool {
    let range = told.range(site);
    range.start <= at && at <= range.end
}

fn location(seen: &Seen, told: &mut Told<'_>, site: Site) -> Option<Location> {
    let written = seen.loaded.project.written(site);
    Some(Location { uri: uri::uri(&seen.path(written.file))?, range: told.range(written) })
}
