//! The names of a HAProxy file.

use std::collections::HashSet;

use wslint_model::{FileId, Site};
use wslint_syntax::Span;
use wslint_syntax::haproxy::{Line, Section, Tree, Word};

use super::name::{Kind, Name};

pub(super) fn names(file: FileId, tree: &Tree, names: &mut Vec<Name>) {
    for section in tree.sections() {
        of_header(file, tree, &section, names);
        of_lines(file, tree, &section, names);
    }
}

fn of_header(file: FileId, tree: &Tree, section: &Section<'_>, names: &mut Vec<Name>) {
    let words = tree.words(section.header);
    let kind = match tree.word(section.header, 0) {
        b"backend" | b"listen" => Some(Kind::Backend),
        b"defaults" => Some(Kind::Defaults),
        b"userlist" => Some(Kind::Userlist),
        _ => None,
    };
    if let Some((kind, word)) = kind.zip(words.get(1)) {
        names.push(name(file, tree, word, kind, true));
    }
    let from = words.iter().position(|word| tree.text(word) == b"from").and_then(|at| words.get(at + 1));
    names.extend(from.map(|word| name(file, tree, word, Kind::Defaults, false)));
}

fn of_lines(file: FileId, tree: &Tree, section: &Section<'_>, names: &mut Vec<Name>) {
    let kind = Kind::Acl(Site { file, span: section.header.span });
    let mut acls: HashSet<&[u8]> = HashSet::new();
    for (_, line) in section.lines() {
        if let (b"acl", Some(word)) = (tree.word(line, 0), tree.words(line).get(1)) {
            acls.insert(tree.text(word));
            names.push(name(file, tree, word, kind, true));
        }
    }
    for (_, line) in section.lines() {
        if let (b"use_backend" | b"default_backend", Some(word)) =
            (tree.word(line, 0), tree.words(line).get(1))
        {
            names.push(name(file, tree, word, Kind::Backend, false));
        }
        for word in tree.words(line) {
            names.extend(userlist(file, tree, word));
        }
        for word in condition(tree, line) {
            let negated = tree.text(word).starts_with(b"!");
            let text = tree.text(word).strip_prefix(b"!").unwrap_or(tree.text(word));
            if acls.contains(text) {
                let mut used = name(file, tree, word, kind, false);
                used.name = text.to_vec();
                used.site.span.start += u32::from(negated);
                names.push(used);
            }
        }
    }
}

/// The fetches that ask a `userlist`.
const ASK_USERLIST: [&[u8]; 2] = [b"http_auth(", b"http_auth_group("];

/// The `userlist` that a word asks, if it does; a word with quotes or escapes stands for other bytes than it has.
fn userlist(file: FileId, tree: &Tree, word: &Word) -> Option<Name> {
    let text = tree.text(word);
    let start =
        ASK_USERLIST.iter().find_map(|fetch| Some(memchr::memmem::find(text, fetch)? + fetch.len()))?;
    let length = text[start..].iter().position(|byte| matches!(byte, b')' | b','))?;
    (tree.source()[word.span.range()] == *text).then_some(())?;
    let name = text[start..start + length].to_vec();
    let start = word.span.start as usize + start;
    let span = Span::new(start, start + length);
    Some(Name { kind: Kind::Userlist, name, site: Site { file, span }, defines: false })
}

/// The words behind `if` or `unless`.
fn condition<'t>(tree: &'t Tree, line: &'t Line) -> &'t [Word] {
    let words = tree.words(line);
    let begins = |word: &Word| matches!(tree.text(word), b"if" | b"unless");
    words.iter().position(begins).map_or(&[], |at| &words[at + 1..])
}

fn name(file: FileId, tree: &Tree, word: &Word, kind: Kind, defines: bool) -> Name {
    Name { kind, name: tree.text(word).to_vec(), site: Site { file, span: word.span }, defines }
}
