//! Makefiles: variables in several lines, between `define` and `endef`.

use wslint_deploy::yaml::Complaint;
use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

use crate::compose_map::through;
use crate::embedded::{Embedded, Group, Read};
use crate::shell::by_make;
use crate::words::has_words;

/// Reads a makefile.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let mut at = 0;
    while at < bytes.len() {
        let line = Span::new(at, line_end(bytes, at));
        at = next(bytes, line);
        let Some(name) = opened(&bytes[line.range()]) else { continue };
        let start = at;
        let mut depth = 1_usize;
        let mut end = None;
        while at < bytes.len() && end.is_none() {
            let inner = Span::new(at, line_end(bytes, at));
            let text = bytes[inner.range()].trim_ascii();
            if opened(text).is_some() {
                depth += 1;
            } else if text == b"endef" || text.starts_with(b"endef ") || text.starts_with(b"endef#") {
                depth -= 1;
                end = (depth == 0).then_some(at);
            }
            at = next(bytes, inner);
        }
        let body = Span::new(start, end.unwrap_or(bytes.len()));
        if !has_words(&bytes[body.range()]) {
            continue;
        }
        if end.is_none() {
            let words = "no `endef` ends this variable".to_owned();
            read.complaints.push(Complaint { span: line, words });
        }
        let mut outer = Mapped::default();
        outer.copy(&bytes[body.range()], Site { file, span: body });
        let mapped = through(&outer, by_make(&outer.text, file));
        let writing = Err("make reads dollar signs there");
        read.texts.push(Embedded {
            mapped,
            opens: line,
            name,
            group: Group::Alone,
            writing,
            slips: Vec::new(),
        });
    }
    read
}

/// The name of the variable that a line defines.
fn opened(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace().skip_while(|word| matches!(*word, "override" | "export"));
    let name = words.next().filter(|word| *word == "define").and_then(|_| words.next())?;
    Some(name.trim_end_matches([':', '=', '?', '+', '!']).to_owned()).filter(|name| !name.is_empty())
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// Where the line behind another one begins.
fn next(bytes: &[u8], line: Span) -> usize {
    (line.end as usize + 1).min(bytes.len())
}
