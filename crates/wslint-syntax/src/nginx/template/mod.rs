//! Templates from which a configuration is rendered: Jinja, Liquid, Go, Handlebars, ERB, EPP, Terraform, envsubst
//! and simple markers.
//!
//! A template is read as if both arms of every condition were rendered. What a tag prints becomes (a part of) a
//! word whose value is unknown; tags that print nothing are trivia. Since a rendered file may have other braces
//! and semicolons than its template, a file with tags has no syntax errors.
//!
//! This module knows the shape of tags, not their languages: it evaluates nothing.

mod arms;
mod branches;
mod grammar;
mod marker;
mod tag;

use tag::Tag;

pub(super) use arms::Arms;
pub(super) use branches::{Branches, OpenBlock};
pub(super) use grammar::{Template, controls};

/// Whether a file may be a template: it holds a tag that ends in the line where it starts, a marker (`${NAME}` in
/// capitals, `__NAME__`, `%name%`), or a line with nothing but `${name}`. [`Parse::template`](super::Parse::template) says
/// whether it is one.
pub fn looks_templated(source: &[u8]) -> bool {
    let has_tag = memchr::memchr3_iter(b'{', b'<', b'%', source).any(|at| {
        // nginx reads `${{x}}` as a word, and `%{x}` is common in the logs of other programs.
        let ordinary = at > 0 && source[at - 1] == b'$';
        match tag::line_tag(&source[at..]) {
            Some((Tag::Expression, _)) => !ordinary && source[at] != b'%',
            Some((Tag::Control(_), _)) => !ordinary,
            None => false,
        }
    });
    has_tag || marker::any(source) || has_lone_variable(source)
}

/// Whether a line is `${name}` or `$NAME` and nothing else: no directive of nginx begins with a `$`, so something puts one there.
fn has_lone_variable(source: &[u8]) -> bool {
    memchr::memchr_iter(b'$', source).any(|at| {
        let ends_blanks = |byte: &&u8| **byte == b'\n' || !byte.is_ascii_whitespace();
        if source[..at].iter().rev().find(ends_blanks).is_some_and(|&byte| byte != b'\n') {
            return false;
        }
        let end = memchr::memchr(b'\n', &source[at..]).map_or(source.len(), |length| at + length);
        let line = source[at..end].trim_ascii();
        let name = line.strip_prefix(b"${").and_then(|rest| rest.strip_suffix(b"}"));
        name.is_some_and(|name| !name.is_empty() && name.iter().all(|&byte| marker::is_name(byte)))
            || line.starts_with(b"$") && marker::is_capital_name(line)
    })
}
