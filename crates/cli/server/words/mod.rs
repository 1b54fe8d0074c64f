//! The words of the proxies' languages: what may be written at a place, and what a directive or keyword is.

mod haproxy;
mod nginx;
mod offered;

use std::path::Path;

use lsp_types::{CompletionResponse, Position};
use wslint_model::{Content, FileId, Site};
use wslint_syntax::Span;

use super::position::Encoding;
use super::seen::Seen;

/// What may be written at a place of a file that a proxy reads.
pub(super) fn complete(
    seen: &Seen,
    path: &Path,
    at: Position,
    encoding: Encoding,
) -> Option<CompletionResponse> {
    let (file, offset) = place(seen, path, at, encoding)?;
    let text = &seen.text(file)[..offset];
    let items = match &seen.loaded.project.file(file).content {
        Content::Nginx(tree) => nginx::complete(seen, file, tree, text),
        Content::Haproxy(tree) => haproxy::complete(seen, file, tree, text),
        Content::Beside(_) => return None,
    };
    Some(CompletionResponse::Array(items))
}

/// What the directive or keyword at a place is, in Markdown.
pub(super) fn describe(seen: &Seen, path: &Path, at: Position, encoding: Encoding) -> Option<String> {
    let (file, offset) = place(seen, path, at, encoding)?;
    match &seen.loaded.project.file(file).content {
        Content::Nginx(tree) => nginx::describe(tree, offset, seen.loaded.settings.nginx_version),
        Content::Haproxy(tree) => haproxy::describe(tree, offset, seen.loaded.settings.haproxy_version),
        Content::Beside(_) => None,
    }
}

/// The byte at a place, in the text that a proxy reads where the file holds one.
fn place(seen: &Seen, path: &Path, at: Position, encoding: Encoding) -> Option<(FileId, usize)> {
    let file = seen.file(path)?;
    let offset = seen.lines(file).offset(seen.text(file), at, encoding);
    let project = &seen.loaded.project;
    if project.file(file).proxy().is_some() {
        return Some((file, offset));
    }
    let held = project.held(Site { file, span: Span::new(offset, offset + 1) })?;
    (!project.file(held.file).is_generated()).then_some((held.file, held.span.start as usize))
}
