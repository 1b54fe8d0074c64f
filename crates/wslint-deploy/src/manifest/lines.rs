//! The lines of a text with their bytes.

use wslint_syntax::Span;

/// The lines of a text without blanks around them, each with its bytes.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let words = line.trim();
        (words, Span::new(start, start + words.len()))
    })
}
