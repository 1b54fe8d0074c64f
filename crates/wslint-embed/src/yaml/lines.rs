//! The tree of a file that no reader of YAML can follow, since a template stands in it: line by line.
//!
//! A line `key: |` opens a text, which ends at the first line that is indented no more than the key and is more than a tag of
//! the template.

use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

use super::block::{self, Line, indentation};
use super::scalar;
use super::tree::{Entry, Tree, Value, Word};
use crate::writing::JOINED;
use wslint_deploy::yaml::Style;

/// Whether a text has a line that opens a block.
pub(crate) fn holds_block(text: &[u8]) -> bool {
    block::lines(text, 0).any(|line| {
        let line = text[line.span.range()].trim_ascii();
        memchr::memchr(b':', line).is_some_and(|colon| {
            let key = &line[..colon];
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./\"' ".contains(byte);
            !key.is_empty() && key.iter().all(plain) && header(&line[colon + 1..]).is_some()
        })
    })
}

/// What stands behind `|` or `>`.
#[derive(Clone, Copy)]
struct Header {
    folded: bool,
    /// Whether the line feed at the end is taken away.
    strip: bool,
    /// How far the text is indented more than its key.
    indent: Option<usize>,
}

/// Reads what stands behind a key, if it opens a block.
fn header(value: &[u8]) -> Option<Header> {
    let value = value.trim_ascii();
    // A tag or an anchor may stand before it.
    let mark = value.rsplit(|byte| *byte == b' ').find(|word| matches!(word.first(), Some(b'|' | b'>')));
    let word = match value.split(|byte| *byte == b'#').next()?.trim_ascii_end() {
        plain if plain.starts_with(b"|") || plain.starts_with(b">") => plain,
        _ if value.starts_with(b"!") || value.starts_with(b"&") => mark?,
        _ => return None,
    };
    let mut header = Header { folded: word[0] == b'>', strip: false, indent: None };
    for &byte in &word[1..] {
        match byte {
            b'-' => header.strip = true,
            b'+' => {}
            b'1'..=b'9' => header.indent = Some(usize::from(byte - b'0')),
            _ => return None,
        }
    }
    Some(header)
}

/// An open key or item.
struct Open {
    column: usize,
    item: bool,
    entry: usize,
}

/// How many entries of a file are kept.
const MOST_ENTRIES: usize = 500_000;

/// The keys of a file, as far as its lines show them.
pub(super) fn tree(bytes: &[u8], file: FileId) -> Tree {
    let mut tree = Tree::default();
    let all: Vec<Line> = block::lines(bytes, 0).collect();
    let mut open: Vec<Open> = Vec::new();
    let mut document = 0;
    let mut root = None;
    let mut number = 0;
    while let Some(&line) = all.get(number) {
        number += 1;
        let text = &bytes[line.span.range()];
        let trimmed = text.trim_ascii();
        if trimmed.starts_with(b"---") {
            document += 1;
            open.clear();
            root = None;
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with(b"#") || is_tag(trimmed) {
            continue;
        }
        if tree.entries.len() >= MOST_ENTRIES {
            break;
        }
        // The outermost mapping has no key.
        let top = *root.get_or_insert_with(|| {
            let span = Span { end: line.span.start, ..line.span };
            let entry = Entry {
                parent: None,
                key: String::new(),
                key_span: span,
                value: Value::None,
                children: Vec::new(),
                document,
            };
            tree.add(entry)
        });
        let mut column = indentation(bytes, line);
        let mut rest = text.get(column..).unwrap_or_default();
        let mut entry = None;
        while let Some(after) = rest.strip_prefix(b"- ") {
            open.truncate(
                open.iter()
                    .rposition(|open| open.column < column || open.column == column && !open.item)
                    .map_or(0, |at| at + 1),
            );
            let parent = open.last().map_or(top, |open| open.entry);
            let span = Span::new(line.span.start as usize + column, line.span.start as usize + column + 1);
            let item = tree.add(Entry {
                parent: Some(parent),
                key: String::new(),
                key_span: span,
                value: Value::None,
                children: Vec::new(),
                document,
            });
            open.push(Open { column, item: true, entry: item });
            let blanks = after.iter().take_while(|&&byte| byte == b' ').count();
            column += 2 + blanks;
            rest = &after[blanks..];
            entry = Some(item);
        }
        let of_item = entry.and_then(|_| header(rest));
        let Some((key, key_length, value)) = split(rest) else {
            if let (Some(header), Some(item)) = (of_item, entry) {
                let column = column - 2;
                let (value, next) = text_block(bytes, &all, number, column, header, file);
                tree.entries[item].value = value;
                number = next;
            } else if let Some(item) = entry {
                tree.entries[item].value = word(bytes, rest, line, text.len() - rest.len());
            }
            continue;
        };
        open.truncate(open.iter().rposition(|open| open.column < column).map_or(0, |at| at + 1));
        let parent = open.last().map_or(top, |open| open.entry);
        let key_start = line.span.start as usize + text.len() - rest.len();
        let key_span = Span::new(key_start, key_start + key_length);
        let offset = text.len() - value.len();
        let (value, next) = match header(value) {
            Some(header) => text_block(bytes, &all, number, column, header, file),
            None => match in_lines(bytes, value, line, offset, &all, number) {
                Some((value, next)) => (value, next),
                None => (word(bytes, value, line, offset), number),
            },
        };
        number = next;
        let at =
            tree.add(Entry { parent: Some(parent), key, key_span, value, children: Vec::new(), document });
        open.push(Open { column, item: false, entry: at });
    }
    tree
}

/// Whether a line is nothing but a tag of a template.
fn is_tag(line: &[u8]) -> bool {
    (line.starts_with(b"{{") && line.ends_with(b"}}")) || (line.starts_with(b"{%") && line.ends_with(b"%}"))
}

/// The key of a line, how many bytes it has there, and what stands behind its colon.
fn split(line: &[u8]) -> Option<(String, usize, &[u8])> {
    let (key, behind) = match line.first()? {
        quote @ (b'"' | b'\'') => {
            let end = memchr::memchr(*quote, &line[1..])? + 1;
            (&line[1..end], end + 1)
        }
        _ => {
            let colon = (0..line.len())
                .find(|&at| line[at] == b':' && matches!(line.get(at + 1), None | Some(b' ' | b'\t')))?;
            (&line[..colon], colon)
        }
    };
    let value = line.get(behind..)?.trim_ascii_start().strip_prefix(b":")?;
    (!key.is_empty()).then(|| (String::from_utf8_lossy(key).into_owned(), behind, value))
}

/// A value on the line of its key.
fn word(bytes: &[u8], value: &[u8], line: Line, offset: usize) -> Value {
    let blanks = value.len() - value.trim_ascii_start().len();
    let trimmed = value.trim_ascii();
    if trimmed.is_empty() {
        return Value::None;
    }
    let start = line.span.start as usize + offset + blanks;
    let span = Span::new(start, start + trimmed.len());
    let quoted = |quote: u8| trimmed.len() >= 2 && trimmed[0] == quote && trimmed[trimmed.len() - 1] == quote;
    let (text, style) = match trimmed {
        _ if quoted(b'"') => (None, Style::Double),
        _ if quoted(b'\'') => (None, Style::Single),
        _ => (trimmed.split(|&byte| byte == b'#').next().map(<[u8]>::trim_ascii_end), Style::Plain),
    };
    let word = Word { text: String::from_utf8_lossy(text.unwrap_or(trimmed)).into_owned(), span, style };
    let text = scalar::quoted(&word, bytes).unwrap_or_else(|| word.text.clone());
    Value::Word(Word { text, ..word })
}

/// How many lines a text in quotes may have.
const MOST_QUOTED: usize = 20_000;

/// A text in quotes that ends on a later line, and the number of the line behind that.
fn in_lines(
    bytes: &[u8],
    value: &[u8],
    line: Line,
    offset: usize,
    all: &[Line],
    from: usize,
) -> Option<(Value, usize)> {
    let trimmed = value.trim_ascii();
    let (quote, style) = match trimmed.first()? {
        quote @ b'"' => (*quote, Style::Double),
        quote @ b'\'' => (*quote, Style::Single),
        _ => return None,
    };
    let start = line.span.start as usize + offset + (value.len() - value.trim_ascii_start().len());
    let mut open = closing(&bytes[start + 1..line.span.end as usize], quote).is_none();
    let mut end = start;
    let mut number = from;
    while open {
        let next = *all.get(number).filter(|_| number - from < MOST_QUOTED)?;
        number += 1;
        if let Some(at) = closing(&bytes[next.span.range()], quote) {
            // What stands behind the quote may be a comment only.
            let behind = bytes[next.span.start as usize + at + 1..next.span.end as usize].trim_ascii();
            if !behind.is_empty() && !behind.starts_with(b"#") {
                return None;
            }
            end = next.span.start as usize + at + 1;
            open = false;
        }
    }
    let word = Word { text: String::new(), span: Span::new(start, end), style };
    let text = scalar::quoted(&word, bytes).filter(|_| end > start)?;
    Some((Value::Word(Word { text, ..word }), number))
}

/// Where a quote stands that ends a text, in one of its lines.
fn closing(line: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\'' if quote == b'\'' && line.get(at + 1) == Some(&b'\'') => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The block that begins at a line, behind a key in a column; and the number of the line behind it.
fn text_block(
    bytes: &[u8],
    all: &[Line],
    from: usize,
    column: usize,
    header: Header,
    file: FileId,
) -> (Value, usize) {
    let content = |line: Line| bytes[line.span.range()].trim_ascii();
    let mut end = from;
    // Lines that are nothing but a tag belong to the text only if more of it follows.
    let mut last = from;
    let mut first = None;
    while let Some(&line) = all.get(end) {
        let text = content(line);
        let indented = indentation(bytes, line) > column;
        if !text.is_empty() && !indented && !is_tag(text) {
            break;
        }
        end += 1;
        if !text.is_empty() && indented {
            last = end;
            if first.is_none() && !is_tag(text) {
                first = Some(line);
            }
        }
    }
    let lines = &all[from..last];
    let own = first.or(lines.first().copied()).map_or(0, |line| indentation(bytes, line));
    let indent = header.indent.map_or(own, |more| column + more);
    let mut mapped = Mapped::default();
    for (at, &line) in lines.iter().enumerate() {
        let feed = at + 1 < lines.len() || !header.strip;
        let plain = |line: Option<&Line>| {
            line.is_some_and(|line| !content(*line).is_empty() && indentation(bytes, *line) == indent)
        };
        if header.folded && plain(Some(&line)) && plain(lines.get(at + 1)) {
            block::add(&mut mapped, bytes, line, indent, false, file);
            mapped.put(b" ", Site { file, span: line.end });
        } else {
            block::add(&mut mapped, bytes, line, indent, feed, file);
        }
    }
    let writing = match header.folded {
        true => Err(JOINED),
        false => Ok(block::writing(bytes, lines.first().copied(), indent)),
    };
    (Value::Block(mapped, writing), last)
}
