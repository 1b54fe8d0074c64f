//! Where each byte of a text stands that a reader of YAML gave: in a block, in quotes, or on lines that were joined.

use wslint_deploy::yaml::Style;
use wslint_model::{FileId, Likeness, Mapped, Site, Writing};
use wslint_syntax::Span;

use super::block;
use super::tree::Word;
use crate::writing::JOINED;

/// The text of a scalar with the place of each byte, and how it is written.
pub(super) fn mapped(word: &Word, bytes: &[u8], file: FileId) -> (Mapped, Result<Writing, &'static str>) {
    let found = match word.style {
        Style::Literal => literal(word, bytes, file),
        Style::Double => double(word, bytes, file),
        Style::Single => single(word, bytes, file),
        Style::Plain | Style::Folded => None,
    };
    // Whatever this reader made of it must be what the reader of YAML made of it.
    match found {
        Some((mapped, writing)) if mapped.text == word.text.as_bytes() => (mapped, Ok(writing)),
        _ => (aligned(word, bytes, file), Err(JOINED)),
    }
}

/// The text between quotes, of one line.
pub(super) fn quoted(word: &Word, bytes: &[u8]) -> Option<String> {
    let read = match word.style {
        Style::Double => double(word, bytes, FileId(0)),
        Style::Single => single(word, bytes, FileId(0)),
        Style::Plain | Style::Literal | Style::Folded => None,
    };
    read.map(|(mapped, _)| String::from_utf8_lossy(&mapped.text).into_owned())
}

/// A block behind `|`: lines without their indentation.
fn literal(word: &Word, bytes: &[u8], file: FileId) -> Option<(Mapped, Writing)> {
    let text = word.text.as_bytes();
    let skipped = text.iter().take_while(|&&byte| byte == b'\n').count();
    // The span begins somewhere before the first character that is no blank.
    let first = word.span.start as usize;
    let solid = first + bytes.get(first..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let line_start = memchr::memrchr(b'\n', &bytes[..solid]).map_or(0, |found| found + 1);
    let own = text[skipped..].iter().take_while(|&&byte| byte == b' ').count();
    let indent = (solid - line_start).checked_sub(own)?;
    let mut start = line_start;
    for _ in 0..skipped {
        start = memchr::memrchr(b'\n', &bytes[..start.checked_sub(1)?]).map_or(0, |found| found + 1);
    }
    let mut mapped = Mapped::default();
    let mut rest = text;
    let mut first = None;
    for line in block::lines(bytes, start) {
        if rest.is_empty() {
            break;
        }
        first = first.or(Some(line));
        let end = memchr::memchr(b'\n', rest);
        block::add(&mut mapped, bytes, line, indent, end.is_some(), file);
        match end {
            Some(end) => rest = &rest[end + 1..],
            None => break,
        }
    }
    // The last line of a file may lack what ends it, and the reader of YAML adds it.
    if mapped.text.len() + 1 == text.len() && text.ends_with(b"\n") {
        let end = bytes.len();
        mapped.put(b"\n", Site { file, span: Span::new(end, end) });
    }
    Some((mapped, block::writing(bytes, first, indent)))
}

/// A text in double quotes: escapes, and line breaks that are blanks.
fn double(word: &Word, bytes: &[u8], file: FileId) -> Option<(Mapped, Writing)> {
    let mapped = in_quotes(word, bytes, file, b'\\', escape)?;
    let escapes = vec![(b'\t', &b"\\t"[..]), (b'"', b"\\\""), (b'\\', b"\\\\"), (b'\r', b"\\r")];
    Some((mapped, Writing { indent: Vec::new(), line_feed: b"\\n", escapes, one_line: true }))
}

/// A text in single quotes, in which two of them are one.
fn single(word: &Word, bytes: &[u8], file: FileId) -> Option<(Mapped, Writing)> {
    let mapped = in_quotes(word, bytes, file, b'\'', |_| Some((b"'".to_vec(), 2)))?;
    let writing =
        Writing { line_feed: b"\n\n", escapes: vec![(b'\'', b"''")], one_line: true, ..Writing::default() };
    Some((mapped, writing))
}

/// The text between quotes. What begins with `mark` stands for other bytes: `meant` gives these, and how many it takes.
fn in_quotes(
    word: &Word,
    bytes: &[u8],
    file: FileId,
    mark: u8,
    meant: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>,
) -> Option<Mapped> {
    let inner = inner(word, bytes)?;
    let mut mapped = Mapped::default();
    let mut at = inner.start as usize;
    let end = inner.end as usize;
    while at < end {
        let site = |length: usize| Site { file, span: Span::new(at, at + length) };
        match bytes[at] {
            byte if byte == mark => {
                let (text, length) = meant(&bytes[at..end])?;
                mapped.put(&text, site(length));
                at += length;
            }
            b' ' | b'\t' | b'\r' | b'\n' => at += fold(&mut mapped, bytes, at, end, file),
            _ => {
                mapped.copy(&bytes[at..=at], site(1));
                at += 1;
            }
        }
    }
    Some(mapped)
}

/// The bytes between the quotes.
fn inner(word: &Word, bytes: &[u8]) -> Option<Span> {
    let span = word.span;
    let quote = |at: u32| bytes.get(at as usize).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    (span.len() >= 2 && quote(span.start).is_some() && quote(span.start) == quote(span.end - 1))
        .then(|| Span { start: span.start + 1, end: span.end - 1 })
}

/// Blanks in quotes, which join lines if one ends among them; how many bytes they are.
fn fold(mapped: &mut Mapped, bytes: &[u8], at: usize, end: usize, file: FileId) -> usize {
    let length = bytes[at..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let blanks = &bytes[at..at + length];
    let breaks = memchr::memchr_iter(b'\n', blanks).count();
    let site = Site { file, span: Span::new(at, at + length) };
    match breaks {
        0 => mapped.copy(blanks, site),
        1 => mapped.push(b" ", site, Likeness::Joined),
        more => (1..more).for_each(|_| mapped.push(b"\n", site, Likeness::Joined)),
    }
    length
}

/// What an escape stands for, and how many bytes it has. One at the end of a line takes the break and the blanks behind it
/// away.
fn escape(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let one = |byte: u8| Some((vec![byte], 2));
    let of = |code: u32, length: usize| {
        let character = char::from_u32(code)?;
        Some((character.to_string().into_bytes(), length))
    };
    let hex = |digits: usize| {
        let text = std::str::from_utf8(bytes.get(2..2 + digits)?).ok()?;
        u32::from_str_radix(text, 16).ok()
    };
    match *bytes.get(1)? {
        b'n' => one(b'\n'),
        b't' | b'\t' => one(b'\t'),
        b'r' => one(b'\r'),
        b'0' => one(0),
        b'a' => one(7),
        b'b' => one(8),
        b'v' => one(11),
        b'f' => one(12),
        b'e' => one(27),
        b'N' => of(0x85, 2),
        b'_' => of(0xa0, 2),
        b'L' => of(0x2028, 2),
        b'P' => of(0x2029, 2),
        b'x' => of(hex(2)?, 4),
        b'u' => match hex(4)? {
            high @ 0xd800..0xdc00 => {
                let low = std::str::from_utf8(bytes.get(6..12)?).ok()?.strip_prefix("\\u")?;
                let low = u32::from_str_radix(low, 16).ok()?;
                of(0x1_0000 + ((high - 0xd800) << 10) + low.checked_sub(0xdc00)?, 12)
            }
            code => of(code, 6),
        },
        b'U' => of(hex(8)?, 10),
        b'\n' | b'\r' => {
            let feed = bytes.iter().position(|&byte| byte == b'\n')?;
            let blanks = bytes[feed + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            Some((Vec::new(), feed + 1 + blanks))
        }
        byte => one(byte),
    }
}

/// The bytes of a text in the order in which they stand in the file, with whatever blanks between them.
fn aligned(word: &Word, bytes: &[u8], file: FileId) -> Mapped {
    let raw = word.span;
    let mut mapped = Mapped::default();
    let mut at = raw.start as usize;
    let end = (raw.end as usize).min(bytes.len());
    for &byte in word.text.as_bytes() {
        let blank = byte.is_ascii_whitespace();
        if !blank {
            at += bytes[at.min(end)..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        }
        if at < end && bytes[at] == byte {
            let site = Site { file, span: Span::new(at, at + 1) };
            // Where lines were joined, what stands there is not what is read.
            if blank {
                mapped.put(&[byte], site)
            } else {
                mapped.copy(&[byte], site)
            }
            at += 1;
        } else {
            let here = Span::new(at.min(end), (at + 1).min(end).max(at.min(end)));
            mapped.put(&[byte], Site { file, span: here });
            if !blank && at < end && bytes[at] == b'\\' {
                at += 1;
            }
        }
    }
    mapped
}
