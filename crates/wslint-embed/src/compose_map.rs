//! Text within text within a file: two maps become one.

use wslint_model::{Mapped, Piece, Site};
use wslint_syntax::Span;

/// The map of a text whose places are those of another text, as places of the file that holds the other.
pub(crate) fn through(outer: &Mapped, inner: Mapped) -> Mapped {
    let mut mapped = Mapped::default();
    let pieces = outer.map.pieces();
    for piece in inner.map.pieces() {
        let bytes = &inner.text[piece.text.range()];
        if !piece.is_verbatim() {
            if let Some(site) = outer.map.site(piece.from.span) {
                mapped.push(bytes, site, piece.likeness);
            }
            continue;
        }
        let from = piece.from.span;
        let first = pieces.partition_point(|outer| outer.text.end <= from.start);
        for outer in pieces[first..].iter().take_while(|outer| outer.text.start < from.end) {
            let part = overlap(outer, from);
            let own = Span { start: part.start - from.start, end: part.end - from.start };
            mapped.push(&bytes[own.range()], outer_site(outer, part), outer.likeness);
        }
    }
    mapped
}

fn overlap(piece: &Piece, span: Span) -> Span {
    Span { start: piece.text.start.max(span.start), end: piece.text.end.min(span.end) }
}

fn outer_site(piece: &Piece, part: Span) -> Site {
    if !piece.is_verbatim() {
        return piece.from;
    }
    let start = piece.from.span.start + (part.start - piece.text.start);
    let end = start + (part.end - part.start);
    Site { span: Span { start, end }, ..piece.from }
}
