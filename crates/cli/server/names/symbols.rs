//! The outline of a file: blocks of nginx, sections of HAProxy.

use std::path::Path;

use lsp_types::{DocumentSymbol, SymbolKind};
use wslint_model::{Content, FileId, Site};
use wslint_syntax::haproxy;
use wslint_syntax::nginx::{DirectiveId, Tree};

use crate::escape::escape_bytes;
use crate::server::diagnostics::Told;
use crate::server::position::Encoding;
use crate::server::seen::Seen;

/// Blocks of nginx that are shown; what stands in others is shown below the block around them.
const BLOCKS: [&[u8]; 8] =
    [b"http", b"stream", b"server", b"location", b"upstream", b"map", b"geo", b"split_clients"];

/// The outline of a file, and of the texts that stand in it.
pub(in crate::server) fn symbols(
    seen: &Seen,
    path: &Path,
    encoding: Encoding,
) -> Option<Vec<DocumentSymbol>> {
    let host = seen.file(path)?;
    let project = &seen.loaded.project;
    let mut told = Told::new(seen, encoding);
    let mut symbols = Vec::new();
    for (number, file) in project.files.iter().enumerate() {
        let id = FileId(u32::try_from(number).ok()?);
        let within = file.host.as_ref().is_some_and(|held| held.file == host && !held.generated);
        if id != host && !within {
            continue;
        }
        let mut outline = Outline { seen, told: &mut told, file: id };
        match &file.content {
            Content::Nginx(tree) => symbols.extend(outline.blocks(tree, &tree.roots().collect::<Vec<_>>())),
            Content::Haproxy(tree) => symbols.extend(outline.sections(tree)),
            Content::Beside(_) => {}
        }
    }
    Some(symbols)
}

struct Outline<'o, 's> {
    seen: &'s Seen,
    told: &'o mut Told<'s>,
    file: FileId,
}

impl Outline<'_, '_> {
    fn blocks(&mut self, tree: &Tree, ids: &[DirectiveId]) -> Vec<DocumentSymbol> {
        let mut symbols = Vec::new();
        for &id in ids.iter().filter(|&&id| tree.has_block(id)) {
            let below: Vec<DirectiveId> = tree.children(id).collect();
            let below = self.blocks(tree, &below);
            let name = tree.name(id);
            if !BLOCKS.contains(&&*name) {
                symbols.extend(below);
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
            let at = (Site { file: self.file, span: tree.span(id) }, tree.statement(id));
            symbols.push(self.symbol(words.join(" "), kind, at, below));
        }
        symbols
    }

    fn sections(&mut self, tree: &haproxy::Tree) -> Vec<DocumentSymbol> {
        let mut symbols = Vec::new();
        for section in tree.sections() {
            let words: Vec<String> =
                tree.words(section.header).iter().map(|word| escape_bytes(tree.text(word))).collect();
            let kind = match tree.word(section.header, 0) {
                b"frontend" | b"listen" => SymbolKind::INTERFACE,
                b"backend" => SymbolKind::CLASS,
                _ => SymbolKind::MODULE,
            };
            let mut span = section.header.span;
            if let Some((_, last)) = section.lines().last() {
                span.end = last.span.end;
            }
            let at = (Site { file: self.file, span }, section.header.span);
            symbols.push(self.symbol(words.join(" "), kind, at, Vec::new()));
        }
        symbols
    }

    /// A symbol over a whole block, whose name stands in its first statement.
    #[expect(deprecated, reason = "the field has a successor, and the type has no default")]
    fn symbol(
        &mut self,
        name: String,
        kind: SymbolKind,
        (whole, head): (Site, wslint_syntax::Span),
        children: Vec<DocumentSymbol>,
    ) -> DocumentSymbol {
        let project = &self.seen.loaded.project;
        let range = self.told.range(project.written(whole));
        let head = self.told.range(project.written(Site { file: self.file, span: head }));
        DocumentSymbol {
            name,
            detail: None,
            kind,
            tags: None,
            deprecated: None,
            range,
            selection_range: if range.start <= head.start && head.end <= range.end { head } else { range },
            children: Some(children).filter(|children| !children.is_empty()),
        }
    }
}
