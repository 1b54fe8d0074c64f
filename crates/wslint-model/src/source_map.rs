//! Where text that a proxy reads, but that is no file of its own, comes from: the bytes of a ConfigMap in a manifest, of
//! a heredoc in a script, or what an Ingress controller generates from an annotation.

use wslint_syntax::Span;

use crate::site::Site;

/// Where each byte of a text comes from, as pieces in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    pieces: Vec<Piece>,
}

/// A piece of a text and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes of the text.
    pub text: Span,
    /// The bytes that people edit.
    pub from: Site,
    /// What the one is to the other.
    pub likeness: Likeness,
}

/// What the bytes of a text are to those that they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same, so that an edit of one is an edit of the other.
    Same,
    /// What follows from them.
    Made,
    /// What line breaks in quotes are read as, with the blanks around them: more blanks beside them would be read as a part of
    /// it.
    Joined,
}

impl SourceMap {
    /// The pieces, in the order of the text, without gaps.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Where a span of the text comes from: from where its first byte does to where its last byte of the same
    /// file does. `None` for a map without pieces.
    pub fn site(&self, span: Span) -> Option<Site> {
        let first = self.pieces.get(self.index(span.start))?;
        let start = first.at(span.start);
        if span.is_empty() {
            return Some(Site { span: Span { start: start.start, end: start.start }, ..first.from });
        }
        let touched = self.pieces.get(self.index(span.start)..=self.index(span.end - 1))?;
        let last = touched.iter().rev().find(|piece| piece.from.file == first.from.file)?;
        let end = last.at((span.end - 1).min(last.text.end - 1));
        let joins = start.start <= end.end;
        Some(Site { span: if joins { start.to(end) } else { start }, ..first.from })
    }

    /// Where a span of the text comes from, if the same bytes stand there, so that they may be edited.
    pub fn editable(&self, span: Span) -> Option<Site> {
        let piece = self.pieces.get(self.index(span.start))?;
        let within = piece.is_verbatim() && span.end <= piece.text.end;
        within.then(|| {
            let start = piece.from.span.start + (span.start - piece.text.start);
            let end = start + (span.end - span.start);
            Site { span: Span { start, end }, ..piece.from }
        })
    }

    /// The text that comes from a span of a file, from the first byte of which any part does to the last; `None` where none
    /// does, or where pieces do not stand in the order of the text.
    pub fn text_from(&self, from: Span) -> Option<Span> {
        let first = self.pieces.partition_point(|piece| piece.from.span.end <= from.start);
        let within = |piece: &&Piece| piece.from.span.start < from.end;
        let mut found = self.pieces.get(first..)?.iter().take_while(within);
        let first = found.next()?;
        let last = found.last().unwrap_or(first);
        (first.text.start <= last.text.end).then(|| first.part(from).to(last.part(from)))
    }

    /// The piece that holds a byte of the text, or the last one.
    fn index(&self, offset: u32) -> usize {
        let after = self.pieces.partition_point(|piece| piece.text.end <= offset);
        after.min(self.pieces.len().saturating_sub(1))
    }
}

impl Piece {
    /// Whether it holds the bytes that it comes from.
    pub fn is_verbatim(&self) -> bool {
        self.likeness == Likeness::Same
    }

    /// Where one byte of the text comes from.
    fn at(&self, offset: u32) -> Span {
        if !self.is_verbatim() {
            return self.from.span;
        }
        let start = (self.from.span.start + (offset - self.text.start)).min(self.from.span.end);
        Span { start, end: (start + 1).min(self.from.span.end) }
    }

    /// The part of its text that comes from a span, which it reaches into.
    fn part(&self, from: Span) -> Span {
        if !self.is_verbatim() {
            return self.text;
        }
        let at = |offset: u32| {
            self.text.start + (offset.clamp(self.from.span.start, self.from.span.end) - self.from.span.start)
        };
        Span { start: at(from.start), end: at(from.end) }
    }

    /// Whether the next piece goes on where this one ends, so that both are one.
    fn continues(&self, next: &Self) -> bool {
        let same_file = self.from.file == next.from.file;
        if !same_file || self.likeness != next.likeness {
            return false;
        }
        if self.is_verbatim() {
            self.from.span.end == next.from.span.start
        } else {
            self.from.span == next.from.span
        }
    }
}

/// A text that is put together, and its map.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    /// The text.
    pub text: Vec<u8>,
    /// Where it comes from.
    pub map: SourceMap,
}

impl Mapped {
    /// Adds bytes that stand at `from` as they are.
    pub fn copy(&mut self, bytes: &[u8], from: Site) {
        self.push(bytes, from, Likeness::Same);
    }

    /// Adds bytes that follow from what stands at `from`, but are not the same.
    pub fn put(&mut self, bytes: &[u8], from: Site) {
        self.push(bytes, from, Likeness::Made);
    }

    /// Adds a part of another text, with its places.
    pub fn append(&mut self, other: &Self, part: Span) {
        let first = other.map.pieces.partition_point(|piece| piece.text.end <= part.start);
        for piece in other.map.pieces[first..].iter().take_while(|piece| piece.text.start < part.end) {
            let text = Span { start: piece.text.start.max(part.start), end: piece.text.end.min(part.end) };
            let from = match piece.is_verbatim() {
                true => Span {
                    start: piece.from.span.start + (text.start - piece.text.start),
                    end: piece.from.span.start + (text.end - piece.text.start),
                },
                false => piece.from.span,
            };
            self.push(&other.text[text.range()], Site { span: from, ..piece.from }, piece.likeness);
        }
    }

    /// Adds bytes that are so much like those at `from`.
    pub fn push(&mut self, bytes: &[u8], from: Site, likeness: Likeness) {
        if bytes.is_empty() {
            return;
        }
        let text = Span::new(self.text.len(), self.text.len() + bytes.len());
        self.text.extend_from_slice(bytes);
        let next = Piece { text, from, likeness };
        match self.map.pieces.last_mut() {
            Some(last) if last.continues(&next) => {
                last.text.end = next.text.end;
                last.from.span.end = next.from.span.end;
            }
            _ => self.map.pieces.push(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::FileId;

    fn site(start: usize, end: usize) -> Site {
        Site { file: FileId(3), span: Span::new(start, end) }
    }

    /// Two indented lines of a block literal, whose indentation is no text, with an escape in the second.
    fn mapped() -> Mapped {
        let mut mapped = Mapped::default();
        mapped.copy(b"listen 80;\n", site(14, 25));
        mapped.copy(b"set ", site(29, 33));
        mapped.put(b"$", site(33, 35));
        mapped.copy(b"a 1;\n", site(35, 40));
        mapped
    }

    #[test]
    fn a_span_is_found_where_it_stands() {
        let Mapped { text, map } = mapped();
        assert_eq!(text, b"listen 80;\nset $a 1;\n");
        assert_eq!(map.site(Span::new(7, 9)), Some(site(21, 23)));
        assert_eq!(map.site(Span::new(11, 17)), Some(site(29, 36)), "through the escape");
        assert_eq!(map.site(Span::new(0, text.len())), Some(site(14, 40)));
        assert_eq!(map.site(Span::new(text.len(), text.len())), Some(site(40, 40)), "the end");
    }

    #[test]
    fn only_the_same_bytes_are_edited() {
        let Mapped { map, .. } = mapped();
        assert_eq!(map.editable(Span::new(7, 9)), Some(site(21, 23)));
        assert_eq!(map.editable(Span::new(8, 12)), None, "over two lines with indentation between them");
        assert_eq!(map.editable(Span::new(15, 16)), None, "an escape");
    }

    #[test]
    fn the_text_of_a_line_of_the_file_is_found() {
        let Mapped { map, .. } = mapped();
        assert_eq!(map.text_from(Span::new(10, 25)), Some(Span::new(0, 11)));
        assert_eq!(
            map.text_from(Span::new(25, 34)),
            Some(Span::new(11, 16)),
            "half of an escape is all of it"
        );
        assert_eq!(map.text_from(Span::new(50, 60)), None);
    }

    #[test]
    fn a_part_keeps_its_places() {
        let mut part = Mapped::default();
        part.append(&mapped(), Span::new(7, 17));
        assert_eq!(part.text, b"80;\nset $a");
        assert_eq!(part.map.site(Span::new(0, 2)), Some(site(21, 23)));
        assert_eq!(part.map.site(Span::new(8, 9)), Some(site(33, 35)), "the escape");
        assert_eq!(part.map.editable(Span::new(9, 10)), Some(site(35, 36)));
    }

    #[test]
    fn pieces_that_go_on_are_one() {
        let mut mapped = Mapped::default();
        mapped.copy(b"ab", site(0, 2));
        mapped.copy(b"cd", site(2, 4));
        mapped.put(b"e", site(4, 9));
        mapped.put(b"f", site(4, 9));
        assert_eq!(mapped.map.pieces().len(), 2);
        assert_eq!(mapped.map.site(Span::new(4, 6)), Some(site(4, 9)));
    }
}
