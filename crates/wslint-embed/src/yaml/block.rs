//! Blocks of lines behind `|`: where each byte of their text stands.

use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

/// A line of a block in the file: its bytes without those that end it, and those.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// The bytes without what ends the line.
    pub(super) span: Span,
    /// What ends the line.
    pub(super) end: Span,
}

/// Cuts a file into lines from an offset on.
pub(super) fn lines(bytes: &[u8], from: usize) -> impl Iterator<Item = Line> + '_ {
    let mut at = from;
    std::iter::from_fn(move || {
        if at >= bytes.len() {
            return None;
        }
        let start = at;
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |found| start + found);
        at = (end + 1).min(bytes.len());
        let text = match bytes[start..end].last() {
            Some(b'\r') if end < bytes.len() => end - 1,
            _ => end,
        };
        Some(Line { span: Span::new(start, text), end: Span::new(text, at) })
    })
}

/// The number of spaces that a line begins with.
pub(super) fn indentation(bytes: &[u8], line: Line) -> usize {
    bytes[line.span.range()].iter().take_while(|&&byte| byte == b' ').count()
}

/// Adds a line of a text: what of it stands behind the indentation, and a line feed if something ends it.
pub(super) fn add(mapped: &mut Mapped, bytes: &[u8], line: Line, indent: usize, feed: bool, file: FileId) {
    let own = indentation(bytes, line).min(indent);
    let start = (line.span.start as usize + own).min(line.span.end as usize);
    let text = Span::new(start, line.span.end as usize);
    mapped.copy(&bytes[text.range()], Site { file, span: text });
    if !feed || line.end.is_empty() {
        return;
    }
    let site = Site { file, span: line.end };
    match &bytes[line.end.range()] {
        b"\n" => mapped.copy(b"\n", site),
        _ => mapped.put(b"\n", site),
    }
}

/// How lines are written in a block whose text is indented so far.
pub(super) fn writing(bytes: &[u8], first: Option<Line>, indent: usize) -> Writing {
    let crlf = first.is_some_and(|line| &bytes[line.end.range()] == b"\r\n");
    let line_feed: &'static [u8] = if crlf { b"\r\n" } else { b"\n" };
    Writing { indent: vec![b' '; indent], line_feed, escapes: Vec::new(), one_line: false }
}
