//! Copies the part of one line that fits on the screen, with nothing in it that a terminal would obey, and remembers
//! where each character comes from.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;
use wslint_syntax::Span;

use crate::escape::is_unsafe;

/// A tab reaches to the next column that is a multiple of this.
const TAB: usize = 4;

/// Columns that a text takes on the screen.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// A line as it is shown, and where its characters come from.
pub(super) struct Copied {
    /// What is shown.
    pub(super) text: String,
    origins: Origins,
}

/// Where the characters of a line come from.
enum Origins {
    /// Each byte is shown as it is, the first at this offset of the file.
    Plain(usize),
    /// Offset in the file and offset in the text of each character, ascending.
    Each(Vec<(usize, usize)>),
}

impl Copied {
    /// Where the byte at `offset` of the file is shown; the nearest shown place if it is not.
    pub(super) fn offset(&self, offset: usize) -> usize {
        match &self.origins {
            Origins::Plain(start) => offset.saturating_sub(*start).min(self.text.len()),
            Origins::Each(origins) => {
                let at = origins.partition_point(|&(origin, _)| origin < offset);
                origins.get(at).map_or(self.text.len(), |&(_, shown)| shown)
            }
        }
    }
}

/// How many bytes beside what is shown may tell that a secret is.
const AROUND: usize = 1024;

/// Copies the part of a line around `anchor` that fits in `room` columns. `secrets` finds the secrets of a part of the
/// line.
pub(super) fn copy(
    source: &[u8],
    line: Span,
    anchor: usize,
    room: usize,
    secrets: impl Fn(Span) -> Vec<Range<usize>>,
) -> Copied {
    let line = line.range();
    let content_end =
        line.start + source[line.clone()].strip_suffix(b"\r").unwrap_or(&source[line.clone()]).len();
    // What stands before the anchor is the statement's beginning, or indentation: worth a third of the room.
    let start = if anchor - line.start <= room / 2 { line.start } else { anchor - room / 3 };
    let start =
        (start..start + 4).find(|&at| source.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)).unwrap_or(start);
    let start = start.min(content_end);
    // A character takes at least one column except for marks that join others, so this much is enough to look at.
    let end = content_end.min(start + room * 8);
    let around = Span::new(start.saturating_sub(AROUND).max(line.start), (end + AROUND).min(line.end));
    let hidden = secrets(around);
    let whole = &source[line.start..content_end];
    if start == line.start && hidden.is_empty() && whole.len() <= room {
        let shown = |byte: &u8| matches!(byte, b' '..=b'~');
        if let Some(text) = str::from_utf8(whole).ok().filter(|_| whole.iter().all(shown)) {
            return Copied { text: text.to_owned(), origins: Origins::Plain(start) };
        }
    }
    let mut copying = Copying { text: String::new(), origins: Vec::new(), hidden };
    copying.take(source, start..end, start > line.start, end < content_end, room);
    Copied { text: copying.text, origins: Origins::Each(copying.origins) }
}

/// A line that is being copied character by character.
struct Copying {
    text: String,
    /// Offset in the file and offset in `text` of each character, ascending.
    origins: Vec<(usize, usize)>,
    /// The bytes of the file that are not shown as they are, ascending.
    hidden: Vec<Range<usize>>,
}

impl Copying {
    /// Adds the characters of a part of the source, as far as there is room, with signs for what is left out before and
    /// behind it.
    fn take(&mut self, source: &[u8], part: Range<usize>, before: bool, behind: bool, room: usize) {
        let mut column = 0;
        if before {
            self.text.push('…');
            column += 1;
        }
        let mut offset = part.start;
        for chunk in source[part].utf8_chunks() {
            for character in chunk.valid().chars() {
                if !self.push(offset, character, &mut column, room) {
                    return;
                }
                offset += character.len_utf8();
            }
            for _ in chunk.invalid() {
                if !self.push(offset, char::REPLACEMENT_CHARACTER, &mut column, room) {
                    return;
                }
                offset += 1;
            }
        }
        if behind {
            self.cut(&mut column, room);
        }
    }

    /// Adds one character, if there is room for it and for the sign that the line goes on.
    fn push(&mut self, offset: usize, character: char, column: &mut usize, room: usize) -> bool {
        let hidden = !self.hidden.is_empty() && self.is_hidden(offset);
        let character = if hidden { '*' } else { character };
        let width = match character {
            ' '..='~' => 1,
            '\t' => TAB - *column % TAB,
            _ => shown(character).width().unwrap_or(0),
        };
        if *column + width > room {
            self.cut(column, room);
            return false;
        }
        self.origins.push((offset, self.text.len()));
        if character == '\t' {
            self.text.extend(std::iter::repeat_n(' ', width));
        } else {
            self.text.push(shown(character));
        }
        *column += width;
        true
    }

    fn is_hidden(&self, offset: usize) -> bool {
        let range = self.hidden.partition_point(|range| range.end <= offset);
        self.hidden.get(range).is_some_and(|range| range.contains(&offset))
    }

    /// Ends the text with the sign that the line goes on.
    fn cut(&mut self, column: &mut usize, room: usize) {
        while *column >= room {
            let Some((_, at)) = self.origins.pop() else { break };
            *column -= columns(&self.text[at..]);
            self.text.truncate(at);
        }
        self.text.push('…');
    }
}

/// What stands for a character: itself, or a picture of it if the terminal would obey or hide it.
fn shown(character: char) -> char {
    match character {
        ' '..='~' => character,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        _ if is_unsafe(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}
