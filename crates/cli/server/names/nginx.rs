//! The names of an nginx file.

use std::ops::Range;

use wslint_model::{FileId, Site};
use wslint_syntax::Span;
use wslint_syntax::nginx::{DirectiveId, Tree, Word};

use super::name::{Kind, Name};

/// Directives whose last argument is a variable that they define.
const DEFINE_LAST: [&[u8]; 3] = [b"map", b"geo", b"split_clients"];

/// Directives whose first argument is a variable that they define.
const DEFINE_FIRST: [&[u8]; 3] = [b"set", b"auth_request_set", b"js_set"];

/// Directives that hand requests to an address, which may be the name of an `upstream`.
const PASS: [&[u8]; 6] =
    [b"proxy_pass", b"grpc_pass", b"fastcgi_pass", b"uwsgi_pass", b"scgi_pass", b"memcached_pass"];

pub(super) fn names(file: FileId, tree: &Tree, names: &mut Vec<Name>) {
    for id in tree.ids() {
        let name = tree.name(id);
        let words = tree.words(id);
        let (first, last) = (words.get(1), words.get(1..).and_then(<[Word]>::last));
        let defining = if DEFINE_LAST.contains(&&*name) && tree.has_block(id) {
            last
        } else {
            first.filter(|_| DEFINE_FIRST.contains(&&*name))
        };
        for word in words.iter().skip(1) {
            let defines = defining.is_some_and(|defining| defining.span == word.span);
            variables(file, tree, word, defines, names);
        }
        // Entries of a table are values from their first word on.
        if let Some(word) = words.first() {
            variables(file, tree, word, false, names);
        }
        if let Some(word) = first {
            of_argument(file, tree, id, &name, word, names);
        }
        if &*name == b"error_page" || &*name == b"try_files" {
            for word in words.iter().skip(1).filter(|word| raw(tree, word).starts_with(b"@")) {
                names.push(at(file, word, 0..raw(tree, word).len(), tree, Kind::NamedLocation, false));
            }
        }
    }
}

fn of_argument(file: FileId, tree: &Tree, id: DirectiveId, name: &[u8], word: &Word, names: &mut Vec<Name>) {
    let text = raw(tree, word);
    match name {
        b"upstream" if tree.has_block(id) => {
            names.push(at(file, word, 0..text.len(), tree, Kind::Upstream, true));
        }
        b"location" if text.starts_with(b"@") => {
            names.push(at(file, word, 0..text.len(), tree, Kind::NamedLocation, true));
        }
        name if PASS.contains(&name) => {
            let start = memchr::memmem::find(text, b"://").map_or(0, |at| at + 3);
            let length = text[start..].iter().take_while(|byte| !matches!(byte, b'/' | b':' | b'$')).count();
            if length > 0 {
                names.push(at(file, word, start..start + length, tree, Kind::Upstream, false));
            }
        }
        _ => {}
    }
}

/// The variables in a word: `$name` and `${name}`, without `$1`, which are groups.
fn variables(file: FileId, tree: &Tree, word: &Word, defines: bool, names: &mut Vec<Name>) {
    let text = raw(tree, word);
    for dollar in memchr::memchr_iter(b'$', text) {
        let braced = usize::from(text.get(dollar + 1) == Some(&b'{'));
        let start = dollar + 1 + braced;
        let length =
            text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if length > 0 && !text[start].is_ascii_digit() {
            names.push(at(file, word, start..start + length, tree, Kind::Variable, defines));
        }
    }
}

/// The bytes between the quotes of a word, as they are written.
fn raw<'t>(tree: &'t Tree, word: &Word) -> &'t [u8] {
    let bytes = &tree.source()[word.span.range()];
    match word.quote {
        Some(quote) => {
            let bytes = bytes.strip_prefix(&[quote.byte()]).unwrap_or(bytes);
            bytes.strip_suffix(&[quote.byte()]).unwrap_or(bytes)
        }
        None => bytes,
    }
}

fn at(file: FileId, word: &Word, range: Range<usize>, tree: &Tree, kind: Kind, defines: bool) -> Name {
    let start = word.span.start as usize + usize::from(word.quote.is_some()) + range.start;
    let name = raw(tree, word)[range.clone()].to_vec();
    Name { kind, name, site: Site { file, span: Span::new(start, start + range.len()) }, defines }
}
