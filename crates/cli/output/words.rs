//! Numbers and paragraphs as people write them.

use textwrap::core::Word;
use textwrap::{WordSeparator, WordSplitter};

/// `1 file`, `3 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// How paragraphs are wrapped: at blanks only, and never between a number and its unit.
pub(crate) fn unbroken(width: usize) -> textwrap::Options<'static> {
    textwrap::Options::new(width)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(words_and_durations))
        .break_words(false)
}

/// The words of a line; a duration is one.
fn words_and_durations(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for word in WordSeparator::AsciiSpace.find_words(line) {
        let end = at + word.len() + word.whitespace.len();
        let unit = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let measured = spans.last().is_some_and(|&(start, end)| {
            let number = line[start..end].trim_end();
            number.parse::<f64>().is_ok() && matches!(unit, "d" | "h" | "min" | "s" | "ms")
        });
        match spans.last_mut() {
            Some(number) if measured => number.1 = end,
            _ => spans.push((at, end)),
        }
        at = end;
    }
    Box::new(spans.into_iter().map(|(start, end)| Word::from(&line[start..end])))
}

#[cfg(test)]
mod tests {
    use super::unbroken;

    #[test]
    fn a_number_stays_with_its_unit() {
        let text = "silence of 2.5 s, then of 1 h, cuts item 3 short";
        let lines = textwrap::wrap(text, unbroken(12));
        assert_eq!(lines, ["silence of", "2.5 s, then", "of 1 h, cuts", "item 3 short"]);
    }
}
