//! The keywords of HAProxy.

use std::collections::BTreeMap;

use lsp_types::{CompletionItem, CompletionItemKind};
use wslint_haproxy::keywords::place::{
    BACKEND, DEFAULTS, FRONTEND, LISTEN, NAMED_DEFAULTS, Places, SECTIONS,
};
use wslint_haproxy::keywords::{self, GLOBAL, Keyword, OPTIONS, PROXY, Table};
use wslint_model::{FileId, Site, Version};
use wslint_syntax::haproxy::{Section, Tree};

use super::offered::{defined, item, life, typed};
use crate::server::names::Kind;
use crate::server::seen::Seen;

/// What may be written behind a text: a section or keyword at the beginning of a line, else a name.
pub(super) fn complete(seen: &Seen, file: FileId, tree: &Tree, text: &[u8]) -> Vec<CompletionItem> {
    let version = seen.loaded.settings.haproxy_version;
    let word = typed(text);
    let line = text.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let before = &line[..line.len() - word.len()];
    let words: Vec<&[u8]> = before.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let section = section_at(tree, text.len());
    match words[..] {
        [] if before.is_empty() => {
            table(&keywords::SECTIONS, version, Places::MAX, CompletionItemKind::MODULE)
        }
        [] => in_section(tree, section.as_ref(), version),
        [b"use_backend" | b"default_backend"] => defined(seen, Kind::Backend),
        [b"option"] | [b"no", b"option"] => {
            let places = section.map_or(Places::MAX, |section| places(tree, &section));
            table(&OPTIONS, version, places, CompletionItemKind::KEYWORD)
        }
        [.., b"from"] => defined(seen, Kind::Defaults),
        _ if words.iter().any(|word| matches!(*word, b"if" | b"unless")) => {
            let header = section.map(|section| Site { file, span: section.header.span });
            header.map_or_else(Vec::new, |header| defined(seen, Kind::Acl(header)))
        }
        _ => Vec::new(),
    }
}

fn in_section(tree: &Tree, section: Option<&Section<'_>>, version: Version) -> Vec<CompletionItem> {
    let Some(section) = section else { return Vec::new() };
    match tree.word(section.header, 0) {
        b"global" => table(&GLOBAL, version, Places::MAX, CompletionItemKind::KEYWORD),
        _ => match places(tree, section) {
            0 => Vec::new(),
            places => table(&PROXY, version, places, CompletionItemKind::KEYWORD),
        },
    }
}

/// What a section is as a place; nothing where it is no proxy.
fn places(tree: &Tree, section: &Section<'_>) -> Places {
    match tree.word(section.header, 0) {
        b"defaults" if tree.words(section.header).len() > 1 => NAMED_DEFAULTS,
        b"defaults" => DEFAULTS,
        b"frontend" => FRONTEND,
        b"listen" => LISTEN,
        b"backend" => BACKEND,
        _ => 0,
    }
}

fn section_at<'t>(tree: &'t Tree, offset: usize) -> Option<Section<'t>> {
    tree.sections().take_while(|section| (section.header.span.end as usize) < offset).last()
}

fn table(table: &Table, version: Version, places: Places, kind: CompletionItemKind) -> Vec<CompletionItem> {
    let mut items: BTreeMap<&str, CompletionItem> = BTreeMap::new();
    let taken = |keyword: &&Keyword| {
        (keyword.places == 0 || keyword.places & places != 0) && keyword.life.has(version)
    };
    for keyword in table.all().iter().filter(taken) {
        let detail = Some(keyword.example.to_owned()).filter(|example| !example.is_empty());
        items.entry(keyword.name).or_insert_with(|| item(keyword.name.to_owned(), kind, detail));
    }
    items.into_values().collect()
}

/// What the keyword that a line begins with is.
pub(super) fn describe(tree: &Tree, offset: usize) -> Option<String> {
    let line = tree.lines().iter().find(|line| {
        let words = tree.words(line);
        let last = words.get(1).or(words.first()).map_or(line.span.end, |word| word.span.end);
        (line.span.start as usize..=last as usize).contains(&offset)
    })?;
    let texts: Vec<&str> = tree.words(line).iter().take(2).filter_map(|word| tree.string(word)).collect();
    let first = *texts.first()?;
    let (table, name) = match texts.get(1) {
        Some(second) if first == "option" => (&OPTIONS, (*second).to_owned()),
        Some(second) if !PROXY.named(&format!("{first} {second}")).is_empty() => {
            (&PROXY, format!("{first} {second}"))
        }
        _ => (&PROXY, first.to_owned()),
    };
    let lines: Vec<String> = table.named(&name).iter().map(described).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn described(keyword: &Keyword) -> String {
    let sections = |&&(word, bit): &&(&str, Places)| word != "named" && keyword.places & bit != 0;
    let sections: Vec<&str> = SECTIONS.iter().filter(sections).map(|(word, _)| *word).collect();
    let mut words = vec![format!("- `{}` in {}", keyword.name, sections.join(", "))];
    if !keyword.example.is_empty() {
        words.push(format!("as in `{}`", keyword.example));
    }
    let life = life("HAProxy", &keyword.life);
    words.extend(Some(life).filter(|life| !life.is_empty()));
    words.join("; ")
}
