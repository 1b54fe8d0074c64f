//! Writes an edit of a text back into the file that holds it, if that can be done without changing anything else.

use wslint_model::{Edit, Host, Likeness, Mapped, Piece, Site, Writing};
use wslint_syntax::Span;

/// The edit of the host that makes an edit of the text, or why there is none.
///
/// # Errors
/// Why it cannot be made.
pub fn written(host: &Host, text: &[u8], edit: &Edit) -> Result<Edit, &'static str> {
    let writing = host.writing.as_ref().map_err(|why| *why)?;
    let span = edit.site.span;
    let mut touched =
        host.map.pieces().iter().filter(|piece| piece.text.start <= span.end && piece.text.end >= span.start);
    if touched.any(|piece| piece.from.file != host.file) {
        return Err("a value of another file stands in that line");
    }
    // In front of the first byte may stand a variable, to whose name the new text would be added.
    let is_first = |span: Span| span.start == 0 && span.end == 0;
    if span.start == 0 && host.slips.iter().any(|slip| is_first(slip.span)) {
        return Err(MADE);
    }
    edited(text, host.map.pieces(), writing, edit)
}

/// The same of a text that is not part of a project yet.
pub(crate) fn written_in(
    outer: &Mapped,
    writing: &Result<Writing, &'static str>,
    edit: &Edit,
) -> Option<Edit> {
    edited(&outer.text, outer.map.pieces(), writing.as_ref().ok()?, edit).ok()
}

/// Why what stands between two edges cannot be replaced.
const MADE: &str = "what stands there is written in another way in the file that holds it";

/// Why no edit is written into joined lines, or beside a line break in quotes that joins some.
pub(crate) const JOINED: &str = "its lines are joined there";

fn edited(text: &[u8], pieces: &[Piece], writing: &Writing, edit: &Edit) -> Result<Edit, &'static str> {
    let span = edit.site.span;
    let begins_line = |at: u32| at == 0 || text.get(at as usize - 1) == Some(&b'\n');
    let whole_lines = begins_line(span.start)
        && begins_line(span.end)
        && (edit.text.is_empty() || edit.text.ends_with(b"\n"))
        && !writing.indent.is_empty();
    // A block is indented as far as its first line is, unless that is a tag of a template.
    let first = span.start == 0 && !writing.indent.is_empty();
    let is_tag = text.starts_with(b"{{") || text.starts_with(b"{%");
    if first
        && (edit.text.first().is_none_or(u8::is_ascii_whitespace)
            || text.first().is_none_or(u8::is_ascii_whitespace)
            || is_tag)
    {
        return Err(MADE);
    }
    let whole_lines = whole_lines && !first;
    let (start, end) = if whole_lines {
        // Lines go and come with their indentation.
        (line_start(pieces, span.start)?, line_start(pieces, span.end)?.span.start)
    } else {
        let from = match writing.indent.is_empty() && span.start > 0 && begins_line(span.start) {
            true => line_start(pieces, span.start)?,
            false => edge(pieces, span.start, text)?,
        };
        let to = if span.is_empty() { from.span.start } else { behind(pieces, span.end, text)? };
        (from, to)
    };
    if end < start.span.start {
        return Err(MADE);
    }
    let site = Site { span: Span { start: start.span.start, end }, ..start };
    if writing.one_line && crosses_lines(pieces, span) {
        return Err("it goes over several lines of a text in quotes there");
    }
    let new = in_words_of(writing, &edit.text, whole_lines);
    if writing.one_line && meets_joined_lines(text, pieces, span, &new) {
        return Err(JOINED);
    }
    Ok(Edit { site, text: new })
}

/// Whether blanks would stand beside a line break in quotes, which joins two lines and takes the blanks around it with it
/// (YAML 1.2.2, 6.5).
fn meets_joined_lines(text: &[u8], pieces: &[Piece], span: Span, new: &[u8]) -> bool {
    let before = span.start.checked_sub(1).map_or(Beside::Other, |at| Beside::of(text, pieces, at));
    let behind = Beside::of(text, pieces, span.end);
    let of_new = |byte: Option<&u8>, across| match byte {
        Some(byte) if byte.is_ascii_whitespace() => Beside::Blank,
        Some(_) => Beside::Other,
        None => across,
    };
    let meets = |near, across| near == Beside::Joined && across != Beside::Other;
    // A text in another one may begin or end within what a line break is read as.
    let ends = [(span.start == 0, behind), (span.end as usize == text.len(), before)];
    ends.contains(&(true, Beside::Joined))
        || meets(before, of_new(new.first(), behind))
        || meets(behind, of_new(new.last(), before))
}

/// What stands beside an edit in a host whose text is in quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// A blank as it is.
    Blank,
    /// A line break, which the text has as a blank, and a second one as a line feed.
    Joined,
    /// Anything else, with escapes and the quotes themselves.
    Other,
}

impl Beside {
    fn of(text: &[u8], pieces: &[Piece], at: u32) -> Self {
        let piece = pieces.get(pieces.partition_point(|piece| piece.text.end <= at));
        match piece.map(|piece| piece.likeness) {
            Some(Likeness::Joined) => Self::Joined,
            Some(Likeness::Same) if text[at as usize].is_ascii_whitespace() => Self::Blank,
            _ => Self::Other,
        }
    }
}

/// The text as the host writes it.
fn in_words_of(writing: &Writing, text: &[u8], begins_line: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at_start = begins_line;
    for (at, &byte) in text.iter().enumerate() {
        if at_start && byte != b'\n' {
            out.extend_from_slice(&writing.indent);
        }
        at_start = false;
        if byte == b'\n' {
            out.extend_from_slice(writing.line_feed);
            // What follows an edit of whole lines has its own indentation.
            at_start = !(begins_line && at + 1 == text.len());
            continue;
        }
        match writing.escapes.iter().find(|(escaped, _)| *escaped == byte) {
            Some((_, written)) => out.extend_from_slice(written),
            None => out.push(byte),
        }
    }
    if at_start && !begins_line && text.ends_with(b"\n") {
        out.extend_from_slice(&writing.indent);
    }
    out
}

/// Where the line of the host begins that holds a line of the text which is not the first one: right behind the last byte of
/// the line before.
fn line_start(pieces: &[Piece], at: u32) -> Result<Site, &'static str> {
    let index = pieces.partition_point(|piece| piece.text.end < at);
    let place = |piece: &Piece, start: u32| Site { span: Span { start, end: start }, ..piece.from };
    match pieces.get(index) {
        Some(piece) if piece.text.end == at && !piece.from.span.is_empty() => {
            Ok(place(piece, piece.from.span.end))
        }
        Some(piece) if piece.is_verbatim() => {
            Ok(place(piece, piece.from.span.start + (at - piece.text.start)))
        }
        _ => Err(MADE),
    }
}

/// Where the byte at an offset of the text begins in the host.
fn edge(pieces: &[Piece], at: u32, text: &[u8]) -> Result<Site, &'static str> {
    let index = pieces.partition_point(|piece| piece.text.end <= at);
    match pieces.get(index) {
        Some(piece) if piece.text.start == at => {
            // What the host has there and the text does not, such as a variable that is empty, goes on behind it.
            let before =
                index.checked_sub(1).map(|before| pieces[before]).filter(|_| text[at as usize - 1] != b'\n');
            let start = before.map_or(piece.from.span.start, |before| before.from.span.end);
            Ok(Site { span: Span { start, end: start }, ..piece.from })
        }
        Some(piece) if piece.is_verbatim() => {
            let start = piece.from.span.start + (at - piece.text.start);
            Ok(Site { span: Span { start, end: start }, ..piece.from })
        }
        Some(_) => Err(MADE),
        None => match pieces.last() {
            Some(last) if at as usize == text.len() => {
                let end = last.from.span.end;
                Ok(Site { span: Span { start: end, end }, ..last.from })
            }
            _ => Err(MADE),
        },
    }
}

/// Where the bytes before an offset of the text end in the host. Behind the end of a line begins the next one, with the
/// indentation that the host gives it.
fn behind(pieces: &[Piece], at: u32, text: &[u8]) -> Result<u32, &'static str> {
    if text.get(at as usize - 1) == Some(&b'\n') {
        return Ok(edge(pieces, at, text)?.span.start);
    }
    let index = pieces.partition_point(|piece| piece.text.end < at);
    match pieces.get(index) {
        Some(piece) if piece.text.end == at => Ok(piece.from.span.end),
        Some(piece) if piece.is_verbatim() => Ok(piece.from.span.start + (at - piece.text.start)),
        _ => Err(MADE),
    }
}

/// Whether a span of the text goes over what breaks lines in quotes: more than one piece with bytes between them.
fn crosses_lines(pieces: &[Piece], span: Span) -> bool {
    let first = pieces.partition_point(|piece| piece.text.end <= span.start);
    let touched = pieces[first.min(pieces.len())..].iter().take_while(|piece| piece.text.start < span.end);
    let mut last: Option<u32> = None;
    for piece in touched {
        if last.is_some_and(|last| last != piece.from.span.start) {
            return true;
        }
        last = Some(piece.from.span.end);
    }
    false
}
