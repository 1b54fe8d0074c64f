//! Places in a text as the protocol counts them: lines from 0, and characters from 0 in the units that client and server
//! agreed on (specification, "Position Encodings").

use std::ops::Range;

use lsp_types::{Position, PositionEncodingKind};

/// What a character is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The cheapest one that the client offers; clients that offer none count in UTF-16.
    pub(super) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind: &PositionEncodingKind| offered.is_some_and(|offered| offered.contains(kind));
        if offers(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(&PositionEncodingKind::UTF32) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// Units of a piece of a line. A byte that is no UTF-8 is shown as one character by editors.
    fn count(self, bytes: &[u8]) -> usize {
        if self == Self::Utf8 {
            return bytes.len();
        }
        let valid = |text: &str| text.chars().map(|character| self.units(character)).sum::<usize>();
        bytes.utf8_chunks().map(|chunk| valid(chunk.valid()) + chunk.invalid().len()).sum()
    }

    /// How many bytes of a line come before so many units; a place within a character is the one in front of it, one
    /// behind the end of the line is its end.
    fn bytes(self, line: &[u8], units: usize) -> usize {
        let (mut passed, mut at) = (0, 0);
        for chunk in line.utf8_chunks() {
            let characters =
                chunk.valid().chars().map(|character| (self.units(character), character.len_utf8()));
            for (size, length) in characters.chain(chunk.invalid().iter().map(|_| (1, 1))) {
                if passed + size > units {
                    return at;
                }
                passed += size;
                at += length;
            }
        }
        at
    }
}

/// The lines of a text, which end as the protocol says: with a line feed, a carriage return, or both.
#[derive(Debug)]
pub(super) struct Lines {
    /// Where each line begins, in bytes.
    starts: Vec<usize>,
}

impl Lines {
    /// The lines of a text.
    pub(super) fn new(text: &[u8]) -> Self {
        let ends = memchr::memchr2_iter(b'\n', b'\r', text)
            .filter(|&at| text[at] == b'\n' || text.get(at + 1) != Some(&b'\n'));
        Self { starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect() }
    }

    /// The bytes of a line without what ends it.
    fn line(&self, text: &[u8], line: usize) -> Range<usize> {
        let end_of_text = text.len();
        let Some(&start) = self.starts.get(line) else { return end_of_text..end_of_text };
        let mut end = self.starts.get(line + 1).copied().unwrap_or(end_of_text);
        while end > start && self.starts.len() > line + 1 && matches!(text[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        start..end
    }

    /// The place of a byte.
    pub(super) fn position(&self, text: &[u8], offset: usize, encoding: Encoding) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let span = self.line(text, line);
        let character = encoding.count(&text[span.start..offset.min(span.end)]);
        Position { line: number(line), character: number(character) }
    }

    /// The byte at a place; one that lies behind the end of a line or of the text is that end.
    pub(super) fn offset(&self, text: &[u8], position: Position, encoding: Encoding) -> usize {
        let span = self.line(text, position.line as usize);
        span.start + encoding.bytes(&text[span.clone()], position.character as usize)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, PositionEncodingKind};
    use proptest::prelude::*;

    use super::{Encoding, Lines};

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn the_cheapest_encoding_is_taken() {
        let (utf8, utf16, utf32) =
            (PositionEncodingKind::UTF8, PositionEncodingKind::UTF16, PositionEncodingKind::UTF32);
        assert_eq!(Encoding::negotiated(None), Encoding::Utf16);
        assert_eq!(Encoding::negotiated(Some(std::slice::from_ref(&utf16))), Encoding::Utf16);
        assert_eq!(Encoding::negotiated(Some(&[utf16.clone(), utf32])), Encoding::Utf32);
        assert_eq!(Encoding::negotiated(Some(&[utf16, utf8])), Encoding::Utf8);
    }

    #[test]
    fn characters_are_counted_in_units() {
        let text = "a\n😀é;\r\nx\ry".as_bytes();
        let lines = Lines::new(text);
        let semicolon = text.iter().position(|&byte| byte == b';').expect("it is there");
        for (encoding, character) in ALL.into_iter().zip([6, 3, 2]) {
            assert_eq!(lines.position(text, semicolon, encoding), Position { line: 1, character });
            assert_eq!(lines.offset(text, Position { line: 1, character }, encoding), semicolon);
        }
        assert_eq!(lines.position(text, text.len(), Encoding::Utf16), Position { line: 3, character: 1 });
        let far = Position { line: 1, character: 99 };
        assert_eq!(lines.offset(text, far, Encoding::Utf16), semicolon + 1);
        assert_eq!(lines.offset(text, Position { line: 99, character: 0 }, Encoding::Utf16), text.len());
    }

    proptest! {
        #[test]
        fn places_come_back(text in "[a😀é\n\r;]{0,40}") {
            let bytes = text.as_bytes();
            let lines = Lines::new(bytes);
            for (offset, _) in text.char_indices() {
                if text.is_char_boundary(offset) && !matches!(bytes[offset], b'\n' | b'\r') {
                    for encoding in ALL {
                        let position = lines.position(bytes, offset, encoding);
                        prop_assert_eq!(lines.offset(bytes, position, encoding), offset);
                    }
                }
            }
        }

        #[test]
        fn any_bytes_have_places(bytes in prop::collection::vec(any::<u8>(), 0..40), line: u8, character: u8) {
            let lines = Lines::new(&bytes);
            for encoding in ALL {
                let position = Position { line: line.into(), character: character.into() };
                prop_assert!(lines.offset(&bytes, position, encoding) <= bytes.len());
                for offset in 0..=bytes.len() {
                    lines.position(&bytes, offset, encoding);
                }
            }
        }
    }
}
