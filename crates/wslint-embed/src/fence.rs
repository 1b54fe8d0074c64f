//! Documents: the fences of Markdown. They are examples, and often parts of one.

use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

use crate::embedded::{Embedded, Group, Read};
use crate::words::has_words;

/// Reads a document.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let mut at = 0;
    let mut open: Option<(Span, usize, usize)> = None;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        let next = (end + 1).min(bytes.len());
        let line = &bytes[at..end];
        let trimmed = line.trim_ascii();
        let fence = trimmed.starts_with(b"```") || trimmed.starts_with(b"~~~");
        match open {
            Some((info, indent, start)) if fence && trimmed.iter().all(|&byte| byte == trimmed[0]) => {
                take(bytes, info, indent, Span::new(start, at), file, &mut read);
                open = None;
            }
            None if fence => {
                let indent = line.iter().take_while(|&&byte| byte == b' ').count();
                open = Some((Span::new(at + indent, end), indent, next));
            }
            _ => {}
        }
        at = next.max(at + 1);
    }
    read
}

fn take(bytes: &[u8], info: Span, indent: usize, body: Span, file: FileId, read: &mut Read) {
    if !has_words(&bytes[body.range()]) {
        return;
    }
    let mut mapped = Mapped::default();
    let mut at = body.start as usize;
    for line in bytes[body.range()].split_inclusive(|&byte| byte == b'\n') {
        let blanks = line.iter().take_while(|&&byte| byte == b' ').count().min(indent);
        let span = Span::new(at + blanks, at + line.len());
        mapped.copy(&line[blanks..], Site { file, span });
        at += line.len();
    }
    let writing = Ok(Writing { indent: vec![b' '; indent], line_feed: b"\n", ..Writing::default() });
    let name = "an example".to_owned();
    read.texts.push(Embedded { mapped, opens: info, name, group: Group::Alone, writing, slips: Vec::new() });
}
