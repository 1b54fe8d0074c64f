//! What a file is made of: blocks of nginx, sections of HAProxy with their ACLs and servers, Services and ConfigMaps.

use std::collections::HashSet;

use lsp_types::SymbolKind;
use wslint_model::{Content, File, FileId, Site};
use wslint_syntax::Span;
use wslint_syntax::haproxy;
use wslint_syntax::nginx::{DirectiveId, Tree};

use super::kubernetes;
use super::name::Kind;
use crate::escape::escape_bytes;

/// Blocks of nginx that are shown; what stands in others is shown below the block around them.
const BLOCKS: [&[u8]; 8] =
    [b"http", b"stream", b"server", b"location", b"upstream", b"map", b"geo", b"split_clients"];

/// Blocks that are nested deeper than this are not shown: no editor shows them, and no stack holds the deepest.
const MOST_DEEP: usize = 32;

/// A part of a file.
pub(super) struct Part {
    /// The words that it goes by, nothing of which harms a terminal.
    pub(super) name: String,
    /// What editors draw beside it.
    pub(super) kind: SymbolKind,
    /// All of it.
    pub(super) whole: Site,
    /// What names it.
    pub(super) head: Site,
    /// What stands in it.
    pub(super) below: Vec<Part>,
}

/// The parts of a file, in its order.
pub(super) fn parts(id: FileId, file: &File) -> Vec<Part> {
    match &file.content {
        Content::Nginx(tree) => blocks(id, tree, &tree.roots().collect::<Vec<_>>(), 0),
        Content::Haproxy(tree) => tree.sections().map(|section| of_section(id, tree, &section)).collect(),
        Content::Beside(_) => objects(id, file.source()),
    }
}

fn blocks(file: FileId, tree: &Tree, ids: &[DirectiveId], depth: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    if depth == MOST_DEEP {
        return parts;
    }
    for &id in ids.iter().filter(|&&id| tree.has_block(id)) {
        let within: Vec<DirectiveId> = tree.children(id).collect();
        let below = blocks(file, tree, &within, depth + 1);
        let name = tree.name(id);
        if !BLOCKS.contains(&&*name) {
            parts.extend(below);
            continue;
        }
        let mut words = vec![escape_bytes(&name)];
        words.extend(tree.args(id).map(|word| escape_bytes(&word)));
        let kind = match &*name {
            b"location" => SymbolKind::INTERFACE,
            b"upstream" => SymbolKind::CLASS,
            b"map" | b"geo" | b"split_clients" => SymbolKind::VARIABLE,
            _ => SymbolKind::MODULE,
        };
        if *name == *b"server" {
            words.extend(called(tree, &within));
        }
        let at = |span: Span| Site { file, span };
        let (whole, head) = (at(tree.span(id)), at(tree.statement(id)));
        parts.push(Part { name: words.join(" "), kind, whole, head, below });
    }
    parts
}

/// What a virtual host goes by: its names, or else the first address that it listens on.
fn called(tree: &Tree, within: &[DirectiveId]) -> Vec<String> {
    let of = |name: &'static [u8]| within.iter().filter(move |&&id| *tree.name(id) == *name);
    let names: Vec<String> =
        of(b"server_name").flat_map(|&id| tree.args(id)).map(|word| escape_bytes(&word)).collect();
    if !names.is_empty() {
        return names;
    }
    let address = of(b"listen").find_map(|&id| tree.args(id).next());
    address.map(|address| escape_bytes(&address)).into_iter().collect()
}

fn of_section(file: FileId, tree: &haproxy::Tree, section: &haproxy::Section<'_>) -> Part {
    let words: Vec<String> =
        tree.words(section.header).iter().map(|word| escape_bytes(tree.text(word))).collect();
    let kind = match tree.word(section.header, 0) {
        b"frontend" | b"listen" => SymbolKind::INTERFACE,
        b"backend" => SymbolKind::CLASS,
        _ => SymbolKind::MODULE,
    };
    let at = |span: Span| Site { file, span };
    let head = section.header.span;
    let mut whole = head;
    let mut below = Vec::new();
    let mut known: HashSet<&[u8]> = HashSet::new();
    for (_, line) in section.lines() {
        whole.end = line.span.end;
        let (word, name) = (tree.word(line, 0), tree.word(line, 1));
        let kind = match word {
            // The lines of one name are one test.
            b"acl" if known.insert(name) => SymbolKind::BOOLEAN,
            b"server" | b"server-template" => SymbolKind::FIELD,
            _ => continue,
        };
        let name = format!("{} {}", escape_bytes(word), escape_bytes(name));
        below.push(Part { name, kind, whole: at(line.span), head: at(line.span), below: Vec::new() });
    }
    Part { name: words.join(" "), kind, whole: at(whole), head: at(head), below }
}

/// The Services and ConfigMaps of a manifest.
fn objects(file: FileId, source: &[u8]) -> Vec<Part> {
    let mut names = Vec::new();
    kubernetes::names(file, source, &mut names);
    let objects = names.into_iter().filter(|name| name.defines).filter_map(|name| {
        let (object, kind) = match name.kind {
            Kind::Service => ("Service", SymbolKind::INTERFACE),
            Kind::ConfigMap => ("ConfigMap", SymbolKind::MODULE),
            _ => return None,
        };
        let words = format!("{object} {}", escape_bytes(&name.name));
        Some(Part { name: words, kind, whole: name.site, head: name.site, below: Vec::new() })
    });
    objects.collect()
}
