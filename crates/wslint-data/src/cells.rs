//! What stands in cells that several tables have.

/// How many arguments a name takes, and what else its `arguments` cell says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments<'t> {
    /// At least this many, and at most so many; any number where the cell gives none.
    pub count: Option<(usize, Option<usize>)>,
    /// The words behind the number.
    pub words: Vec<&'t str>,
}

impl<'t> Arguments<'t> {
    /// Reads `1`, `1-3`, `2+`, each perhaps with words behind it, or nothing.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn read(cell: &'t str) -> Result<Self, String> {
        let mut words = cell.split_whitespace().peekable();
        let counts = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        let count = match words.next_if(counts) {
            None => None,
            Some(word) => {
                Some(count(word).ok_or_else(|| format!("`{word}` is none of `1`, `1-3` and `2+`"))?)
            }
        };
        Ok(Self { count, words: words.collect() })
    }

    /// The number as Rust: `Arguments { least: 1, most: Some(2) }`.
    pub fn code(&self) -> String {
        let (least, most) = self.count.unwrap_or((0, None));
        format!("Arguments {{ least: {least}, most: {most:?} }}")
    }
}

fn count(word: &str) -> Option<(usize, Option<usize>)> {
    if let Some(least) = word.strip_suffix('+') {
        return Some((least.parse().ok()?, None));
    }
    let (least, most) = word.split_once('-').unwrap_or((word, word));
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most).then_some((least, Some(most)))
}

/// The bits of words, of which each stands for some.
///
/// # Errors
/// The word that stands for none.
pub fn bits<'w>(words: impl IntoIterator<Item = &'w str>, known: &[(&str, u16)]) -> Result<u16, String> {
    let mut bits = 0;
    for word in words {
        match known.iter().find(|(name, _)| *name == word) {
            Some((_, bit)) => bits |= bit,
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                return Err(format!("`{word}` is none of {}", names.join(", ")));
            }
        }
    }
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let read = |cell| Arguments::read(cell).map(|arguments| (arguments.count, arguments.words));
        assert_eq!(read(""), Ok((None, vec![])));
        assert_eq!(read("1"), Ok((Some((1, Some(1))), vec![])));
        assert_eq!(read("1-3 once"), Ok((Some((1, Some(3))), vec!["once"])));
        assert_eq!(read("0+ block"), Ok((Some((0, None)), vec!["block"])));
        assert_eq!(read("block"), Ok((None, vec!["block"])));
        assert_eq!(read("3-1"), Err("`3-1` is none of `1`, `1-3` and `2+`".to_owned()));
        assert_eq!(read("1x"), Err("`1x` is none of `1`, `1-3` and `2+`".to_owned()));
        assert_eq!(Arguments::read("2+").unwrap().code(), "Arguments { least: 2, most: None }");
    }

    #[test]
    fn words_become_bits() {
        let known = [("http", 4), ("server", 8)];
        assert_eq!(bits(["http", "server"], &known), Ok(12));
        assert_eq!(bits(["htpt"], &known), Err("`htpt` is none of http, server".to_owned()));
    }
}
