//! Nix: texts between pairs of single quotes, such as `extraConfig`.

use wslint_model::{FileId, Writing};
use wslint_syntax::Span;

use crate::compose_map::through;
use crate::embedded::{Embedded, Group, Read};
use crate::hcl::lines;
use crate::shell::indented;
use crate::words::has_words;

/// Reads an expression.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let mut at = 0;
    while let Some(open) = opening(bytes, at) {
        let start = open + 2;
        let end = closing(bytes, start);
        at = end + 2;
        // The text begins with the line behind the quotes.
        let first = memchr::memchr(b'\n', &bytes[start..end]).map_or(start, |found| start + found + 1);
        let body = Span::new(if bytes[start..first].trim_ascii().is_empty() { first } else { start }, end);
        if has_words(&bytes[body.range()]) {
            take(bytes, open, body, file, &mut read);
        }
    }
    read
}

/// How far the beginning of a line is looked for, in bytes.
const LONGEST_LINE: usize = 4096;

fn take(bytes: &[u8], open: usize, body: Span, file: FileId, read: &mut Read) {
    let text = bytes[body.range()].split(|&byte| byte == b'\n');
    let solid = text.filter(|line| !line.trim_ascii().is_empty());
    let indent =
        solid.map(|line| line.iter().take_while(|&&byte| byte == b' ').count()).min().unwrap_or_default();
    let outer = lines(bytes, body, indent, file);
    let mapped = through(&outer, indented(&outer.text, file).mapped);
    let writing = Ok(Writing { indent: vec![b' '; indent], line_feed: b"\n", ..Writing::default() });
    let before = &bytes[open.saturating_sub(LONGEST_LINE)..open];
    let line = memchr::memrchr(b'\n', before).map_or(before, |found| &before[found + 1..]);
    let head = String::from_utf8_lossy(line);
    let name =
        head.trim().trim_end_matches(['=', ' ']).rsplit(['.', ' ']).next().unwrap_or_default().to_owned();
    let name = if name.is_empty() { "text".to_owned() } else { name };
    let opens = Span::new(open, open + 2);
    read.texts.push(Embedded { mapped, opens, name, group: Group::Alone, writing, slips: Vec::new() });
}

/// Where the next text opens from an offset on; comments and texts in double quotes open none.
fn opening(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..])?,
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
            }
            b'\'' if bytes.get(at + 1) == Some(&b'\'') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where a text closes that begins at an offset: at a pair of quotes that escapes nothing.
fn closing(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = memchr::memmem::find(&bytes[at.min(bytes.len())..], b"''") {
        let here = at + found;
        match bytes.get(here + 2) {
            Some(b'$' | b'\'') => at = here + 3,
            Some(b'\\') => at = here + 4,
            _ => return here,
        }
    }
    bytes.len()
}
