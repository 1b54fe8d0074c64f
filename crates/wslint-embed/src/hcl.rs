//! Terraform and what is written like it: heredocs, in which only `${` and `%{` are special.

use wslint_deploy::yaml::Complaint;
use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

use crate::compose_map::through;
use crate::embedded::{Embedded, Group, Read};
use crate::shell::templated;
use crate::words::has_words;
use crate::writing::written_in;

/// Reads a file.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let end = line_end(bytes, at);
        at = (end + 1).min(bytes.len());
        let Some((operator, delimiter, strips)) = operator(bytes, start, end) else { continue };
        let (body, next, ends) = body(bytes, at, delimiter);
        at = next;
        if !has_words(&bytes[body.range()]) {
            continue;
        }
        if !ends {
            let words = "no line ends this heredoc".to_owned();
            read.complaints.push(Complaint { span: operator, words });
        }
        let indent = if strips { smallest(bytes, Span::new(body.start as usize, next)) } else { 0 };
        let outer = lines(bytes, body, indent, file);
        let made = templated(&outer.text, file);
        let writing = Ok(Writing { indent: vec![b' '; indent], line_feed: b"\n", ..Writing::default() });
        let slips = made.slips.into_iter().filter_map(|mut slip| {
            slip.mend = written_in(&outer, &writing, &slip.mend)?;
            Some(slip)
        });
        let slips = slips.collect();
        let mapped = through(&outer, made.mapped);
        let name = attribute(&bytes[start..operator.start as usize]);
        read.texts.push(Embedded { mapped, opens: operator, name, group: Group::Alone, writing, slips });
    }
    read
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// The operator that ends a line, its delimiter, and whether indentation goes.
fn operator(bytes: &[u8], start: usize, end: usize) -> Option<(Span, &[u8], bool)> {
    let line = bytes[start..end].trim_ascii_end();
    if line.trim_ascii_start().starts_with(b"#") || line.trim_ascii_start().starts_with(b"//") {
        return None;
    }
    let at = memchr::memmem::rfind(line, b"<<")?;
    let strips = line.get(at + 2) == Some(&b'-');
    let delimiter = &line[at + 2 + usize::from(strips)..];
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let named = delimiter.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    (named && delimiter.iter().all(plain))
        .then(|| (Span::new(start + at, start + line.len()), delimiter, strips))
}

/// The lines of a heredoc, where the line behind its delimiter begins, and whether one ends it.
fn body(bytes: &[u8], start: usize, delimiter: &[u8]) -> (Span, usize, bool) {
    let mut at = start;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let next = (end + 1).min(bytes.len());
        if bytes[at..end].trim_ascii() == delimiter {
            return (Span::new(start, at), next, true);
        }
        at = next;
    }
    (Span::new(start, bytes.len()), bytes.len(), false)
}

/// The smallest indentation of the lines of a span that are more than blanks.
fn smallest(bytes: &[u8], span: Span) -> usize {
    let lines = bytes[span.range()].split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.map(|line| line.iter().take_while(|&&byte| byte == b' ').count()).min().unwrap_or_default()
}

/// The lines of a text without their indentation.
pub(crate) fn lines(bytes: &[u8], body: Span, indent: usize, file: FileId) -> Mapped {
    let mut mapped = Mapped::default();
    let mut at = body.start as usize;
    for line in bytes[body.range()].split_inclusive(|&byte| byte == b'\n') {
        let blanks = line.iter().take_while(|&&byte| byte == b' ').count().min(indent);
        let span = Span::new(at + blanks, at + line.len());
        mapped.copy(&line[blanks..], Site { file, span });
        at += line.len();
    }
    mapped
}

/// What a text is called: the attribute that it is the value of.
fn attribute(before: &[u8]) -> String {
    let text = String::from_utf8_lossy(before);
    let head = text.trim().trim_end_matches(['=', ' ', '(', '[', ',']);
    let name = head.rsplit([' ', '=', '(']).next().unwrap_or_default().trim_matches('"');
    if name.is_empty() { "heredoc".to_owned() } else { name.to_owned() }
}
