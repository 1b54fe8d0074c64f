//! The words of the proxies' languages: what may be written at a place, and what a directive or keyword is.

mod haproxy;
mod nginx;

use std::path::Path;

use lsp_types::{CompletionItem, CompletionItemKind, CompletionResponse, Position};
use wslint_model::{Content, FileId, Life, Version};

use super::names;
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
        Content::Haproxy(tree) => haproxy::describe(tree, offset),
        Content::Beside(_) => None,
    }
}

fn place(seen: &Seen, path: &Path, at: Position, encoding: Encoding) -> Option<(FileId, usize)> {
    let file = seen.file(path)?;
    Some((file, seen.lines(file).offset(seen.text(file), at, encoding)))
}

/// The names of a kind that the configuration defines.
fn defined(seen: &Seen, kind: names::Kind) -> Vec<CompletionItem> {
    let mut labels: Vec<String> = names::defined(seen, kind);
    labels.sort();
    labels.dedup();
    labels.into_iter().map(|label| item(label, CompletionItemKind::REFERENCE, None)).collect()
}

fn item(label: String, kind: CompletionItemKind, detail: Option<String>) -> CompletionItem {
    CompletionItem { label, kind: Some(kind), detail, ..CompletionItem::default() }
}

/// The word that ends at the end of a text: what a person has typed of it.
fn typed(text: &[u8]) -> &[u8] {
    let begins =
        text.iter().rposition(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b'{' | b'}'));
    &text[begins.map_or(0, |at| at + 1)..]
}

/// Since when there is a name, and until when, where that is known.
fn life(title: &str, life: &Life) -> String {
    let mut words = Vec::new();
    if life.since != Version(0, 0, 0) {
        words.push(format!("since {title} {}", life.since));
    }
    if let Some(obsolete) = life.obsolete {
        words.push(format!("obsolete since {obsolete}"));
    }
    if let Some(until) = life.until {
        words.push(format!("gone since {until}"));
    }
    if !life.instead.is_empty() {
        words.push(format!("use `{}`", life.instead));
    }
    words.join(", ")
}
