//! Makes text from a configuration or a file name safe to print: a terminal obeys control characters, and bidirectional
//! ones make a line read differently from what it is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use crate::path_bytes::slashed;

/// The text with everything that a terminal would obey or hide written out as `\u{1b}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    // Nearly all text is plain, which its bytes tell at once.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            _ if is_unsafe(character) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
            }
            _ => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

/// Each line of a text made safe; the line feeds stay, which help texts use.
pub(crate) fn escape_lines(text: &str) -> String {
    text.trim_end().split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

/// Bytes from a configuration as one line of safe text; bytes that are not UTF-8 become `\xff`.
pub(crate) fn escape_bytes(bytes: &[u8]) -> String {
    let mut safe = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        safe.push_str(&escape(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(safe, "\\x{byte:02x}");
        }
    }
    safe
}

/// A path as people should read it: relative to the working directory, with `/` and with bytes that are not UTF-8 as `\xff`. Control
/// characters stay: JSON carries them, and what prints for people escapes them.
pub(crate) fn shown_path(path: &Path) -> String {
    let bytes = slashed(path);
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Backticks around code in Markdown: at least so many, and more than stand in a row within, which would end it (CommonMark,
/// sections 4.5 and 6.1).
pub(crate) fn backticks(text: &str, least: usize) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

/// Characters that do something other than show a glyph: C0, DEL, C1, line and paragraph separators, bidirectional and
/// zero-width ones, tags, and the byte order mark.
pub(crate) fn is_unsafe(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_bytes};

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(escape("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(escape("a\u{202e}b\u{2028}c\nd"), "a\\u{202e}b\\u{2028}c\\nd");
        assert_eq!(escape("été 漢字"), "été 漢字");
    }

    #[test]
    fn bytes_that_are_no_text_are_written_out() {
        assert_eq!(escape_bytes(b"a\xffb\x1b"), "a\\xffb\\u{1b}");
    }
}
