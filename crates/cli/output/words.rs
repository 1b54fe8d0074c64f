//! Numbers and paragraphs as people write them.

use textwrap::core::Word;
use textwrap::{WordSeparator, WordSplitter};
use wslint_facts::NEVER;

/// `1 file`, `3 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Milliseconds as people write them: `60 s`, `1 h`, `2.5 s`.
pub(crate) fn duration(milliseconds: u64) -> String {
    const UNITS: [(u64, &str); 5] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")];
    match milliseconds {
        NEVER => "never".to_owned(),
        0 => "0 s".to_owned(),
        // Idle limits are known by their seconds: 60 s, 75 s, 90 s.
        1000..=600_000 if milliseconds.is_multiple_of(1000) => format!("{} s", milliseconds / 1000),
        1000..60_000 => format!("{} s", milliseconds as f64 / 1000.0),
        _ => {
            let unit = UNITS.iter().find(|(size, _)| milliseconds.is_multiple_of(*size));
            unit.map_or_else(String::new, |(size, name)| format!("{} {name}", milliseconds / size))
        }
    }
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
    use super::{duration, unbroken};

    #[test]
    fn a_number_stays_with_its_unit() {
        let text = "silence of 2.5 s, then of 1 h, cuts item 3 short";
        let lines = textwrap::wrap(text, unbroken(12));
        assert_eq!(lines, ["silence of", "2.5 s, then", "of 1 h, cuts", "item 3 short"]);
    }

    #[test]
    fn durations_are_written_with_the_unit_that_fits() {
        for (milliseconds, words) in [
            (0, "0 s"),
            (500, "500 ms"),
            (2500, "2.5 s"),
            (60_000, "60 s"),
            (600_000, "600 s"),
            (3_600_000, "1 h"),
            (5_400_000, "90 min"),
            (86_400_000, "1 d"),
            (wslint_facts::NEVER, "never"),
        ] {
            assert_eq!(duration(milliseconds), words);
        }
    }
}
