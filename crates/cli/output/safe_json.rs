//! JSON in which nothing stands that a terminal or the runner of GitHub Actions would obey: what they would is written
//! as `\u009b`, which says the same to whoever parses it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::escape::is_unsafe;

/// Writes one document, without a line feed anywhere.
pub(super) fn write(writer: impl Write, document: &impl Serialize) -> io::Result<()> {
    document.serialize(&mut Serializer::with_formatter(writer, Safe)).map_err(io::Error::from)
}

struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Most texts hold nothing of the kind. All bytes are looked at, which goes many at a time.
        let is_plain = |plain: bool, byte: &u8| plain & (*byte < b'\x7f') & (*byte != b'#');
        if fragment.as_bytes().iter().fold(true, is_plain) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        for (at, character) in fragment.char_indices() {
            let command = character == '[' && fragment[..at].ends_with("##");
            if command || (!character.is_ascii() || character == '\x7f') && is_unsafe(character) {
                writer.write_all(&fragment.as_bytes()[written..at])?;
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                written = at + character.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn what_is_obeyed_is_escaped_and_reads_back() {
        let text = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0001} ##[error] \"##[b]\" #[c] é漢\n";
        let mut out = Vec::new();
        write(&mut out, &text).expect("memory takes it");
        let json = String::from_utf8(out).expect("UTF-8");
        assert_eq!(
            json,
            r###""a\u001b\u007f\u009b\u202e\udb40\udc01 ##\u005berror] \"##\u005bb]\" #[c] é漢\n""###
        );
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
    }
}
