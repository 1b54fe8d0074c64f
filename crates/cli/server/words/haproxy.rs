//! The keywords of HAProxy.

use std::collections::BTreeMap;

use lsp_types::{CompletionItem, CompletionItemKind};
use wslint_haproxy::keywords::place::{
    self, BACKEND, DEFAULTS, FRONTEND, LISTEN, NAMED_DEFAULTS, Places, SECTIONS,
};
use wslint_haproxy::keywords::{self, BIND, GLOBAL, Keyword, OPTIONS, PROXY, SERVER, Table};
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

/// What the keyword at a place is: that of its line, or one of a `bind` or server line.
pub(super) fn describe(tree: &Tree, offset: usize, version: Version) -> Option<String> {
    let section = section_at(tree, offset)?;
    let mut lines = section.lines().map(|(_, line)| line);
    let line = lines.find(|line| (line.span.start as usize..=line.span.end as usize).contains(&offset))?;
    let words = tree.words(line);
    let at = words.iter().take_while(|word| (word.span.end as usize) < offset).count();
    let texts: Vec<&str> = words.iter().map_while(|word| tree.string(word)).collect();
    let opens = tree.string(tree.words(section.header).first()?)?;
    let found = keywords_at(opens, &texts, at);
    let lines: Vec<String> =
        found.into_iter().map(|(place, keyword)| told(&place, keyword, version)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The lines of the keyword that a word of a line belongs to, each with where it may stand.
fn keywords_at(section: &str, words: &[&str], at: usize) -> Vec<(String, &'static Keyword)> {
    let negated = words.len() > 1 && matches!(words[0], "no" | "default");
    let (words, at) = if negated { (&words[1..], at.saturating_sub(1)) } else { (words, at) };
    let Some(&first) = words.first() else { return Vec::new() };
    let of = |place: &str, found: &'static [Keyword]| {
        found.iter().map(|found| (place.to_owned(), found)).collect()
    };
    match (first, at) {
        ("bind", 2..) => of("`bind`", parameter(&BIND, words, 2, at)),
        ("server", 3..) => of("`server`", parameter(&SERVER, words, 3, at)),
        ("server-template", 4..) => of("`server`", parameter(&SERVER, words, 4, at)),
        ("default-server", 1..) => of("`server`", parameter(&SERVER, words, 1, at)),
        (_, 2..) => Vec::new(),
        _ if section == "global" => of(section, named(&GLOBAL, words)),
        _ => match place::OTHERS.iter().find(|(name, _)| *name == section) {
            Some((_, bit)) => {
                let here = named(&keywords::OTHERS, words).iter().filter(|keyword| keyword.places & bit != 0);
                here.map(|keyword| (section.to_owned(), keyword)).collect()
            }
            None => of_proxy(words).iter().map(|keyword| (sections(keyword), keyword)).collect(),
        },
    }
}

fn of_proxy(words: &[&str]) -> &'static [Keyword] {
    match words {
        ["option", option, ..] => OPTIONS.named(option),
        _ => named(&PROXY, words),
    }
}

/// The lines of a keyword of two words, else of the first one.
fn named(table: &'static Table, words: &[&str]) -> &'static [Keyword] {
    let two = words.get(..2).map_or(&[][..], |two| table.named(&two.join(" ")));
    if two.is_empty() { words.first().map_or(&[], |first| table.named(first)) } else { two }
}

/// The parameter that a word of a line is, or is an argument of. The first one stands at `first`.
fn parameter(table: &'static Table, words: &[&str], first: usize, at: usize) -> &'static [Keyword] {
    let mut next = first;
    while let Some(word) = words.get(next).filter(|_| next <= at) {
        let found = table.named(word);
        let width =
            found.first().map_or(1, |keyword| keywords::width(keyword, words[next..].iter().copied()));
        if at < next + width {
            return found;
        }
        next += width;
    }
    &[]
}

/// The sections of proxies that take a keyword.
fn sections(keyword: &Keyword) -> String {
    let taken = |&&(word, bit): &&(&str, Places)| word != "named" && keyword.places & bit != 0;
    let words: Vec<&str> = SECTIONS.iter().filter(taken).map(|(word, _)| *word).collect();
    words.join(", ")
}

fn told(place: &str, keyword: &Keyword, version: Version) -> String {
    let mut words = vec![format!("- `{}` in {place}", keyword.name)];
    if !keyword.example.is_empty() {
        words.push(format!("as in `{}`", keyword.example));
    }
    if let Some(default) = keyword.defaults.at(version).filter(|_| keyword.life.has(version)) {
        words.push(format!("default in {version}: `{default}`"));
    }
    words.push(life(Some("HAProxy"), &keyword.life));
    words.join("; ")
}
