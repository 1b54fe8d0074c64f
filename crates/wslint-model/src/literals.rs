//! Many patterns at once: those that a value may match are looked up by what the value begins with, ends with, holds or
//! is, so that asking costs what the value is long and not what the patterns are many.

use std::hash::{BuildHasher, RandomState};

/// What a pattern needs of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// It is this text.
    Whole,
    /// It begins so.
    Head,
    /// It ends so.
    Tail,
    /// It has this among its parts between these delimiters.
    Part(&'static [char]),
}

/// Patterns, each with what stands for it.
#[derive(Clone, Debug, Default)]
pub struct Literals<T> {
    /// By the hash of what the value must have.
    entries: Vec<(u64, T)>,
    /// Which needs there are, and whether case counts.
    kinds: Vec<(Need, bool)>,
    /// The lengths of what values begin with, in order.
    heads: Vec<usize>,
    /// The lengths of what values end with, in order.
    tails: Vec<usize>,
    state: RandomState,
}

impl<T: Copy> Literals<T> {
    /// Adds a pattern by what it needs; [`finish`](Self::finish) comes before the first question.
    pub fn add(&mut self, need: Need, ignore_case: bool, text: &str, item: T) {
        let lower;
        let text = match ignore_case {
            true => {
                lower = text.to_ascii_lowercase();
                lower.as_str()
            }
            false => text,
        };
        match need {
            Need::Head => self.heads.push(text.len()),
            Need::Tail => self.tails.push(text.len()),
            Need::Whole | Need::Part(_) => {}
        }
        if !self.kinds.contains(&(need, ignore_case)) {
            self.kinds.push((need, ignore_case));
        }
        let start = self.start(need, ignore_case);
        let hash = match need {
            Need::Tail => text.bytes().rev().fold(start, step),
            Need::Head | Need::Whole | Need::Part(_) => text.bytes().fold(start, step),
        };
        self.entries.push((hash, item));
        // Both stay as short as the lengths are different, whatever the number of patterns.
        for lengths in [&mut self.heads, &mut self.tails] {
            if lengths.len() >= 1024 && lengths.len() == lengths.capacity() {
                lengths.sort_unstable();
                lengths.dedup();
            }
        }
    }

    /// Puts in order what was added.
    pub fn finish(&mut self) {
        self.entries.sort_by_key(|(hash, _)| *hash);
        self.entries.shrink_to_fit();
        for lengths in [&mut self.heads, &mut self.tails] {
            lengths.sort_unstable();
            lengths.dedup();
            lengths.shrink_to_fit();
        }
    }

    /// What stands for the patterns that a value may match: all that it does match, and hardly any other.
    pub fn candidates(&self, value: &str) -> Vec<T> {
        let mut found = Vec::new();
        for &(need, ignore_case) in &self.kinds {
            let lower;
            let text = match ignore_case {
                true => {
                    lower = value.to_ascii_lowercase();
                    lower.as_str()
                }
                false => value,
            };
            let start = self.start(need, ignore_case);
            match need {
                Need::Whole => self.take(text.bytes().fold(start, step), &mut found),
                Need::Head => self.along(start, text.bytes(), &self.heads, &mut found),
                Need::Tail => self.along(start, text.bytes().rev(), &self.tails, &mut found),
                Need::Part(delimiters) => {
                    for part in text.split(delimiters) {
                        self.take(part.bytes().fold(start, step), &mut found);
                    }
                }
            }
        }
        found
    }

    /// Looks up what the bytes begin with, at each of the lengths.
    fn along(&self, start: u64, bytes: impl Iterator<Item = u8>, lengths: &[usize], found: &mut Vec<T>) {
        let mut lengths = lengths.iter().copied().peekable();
        if lengths.next_if_eq(&0).is_some() {
            self.take(start, found);
        }
        let mut hash = start;
        for (at, byte) in bytes.enumerate() {
            if lengths.peek().is_none() {
                break;
            }
            hash = step(hash, byte);
            if lengths.next_if_eq(&(at + 1)).is_some() {
                self.take(hash, found);
            }
        }
    }

    fn take(&self, hash: u64, found: &mut Vec<T>) {
        let from = self.entries.partition_point(|(other, _)| *other < hash);
        let same = self.entries[from..].iter().take_while(|(other, _)| *other == hash);
        found.extend(same.map(|(_, item)| *item));
    }

    fn start(&self, need: Need, ignore_case: bool) -> u64 {
        self.state.hash_one((need, ignore_case))
    }
}

/// One byte more of a hash (FNV-1a with another multiplier, which mixes the upper bits as well).
fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::{Literals, Need};

    const PARTS: &[char] = &['/', '.'];

    fn check(value: &str, expected: &[&str]) {
        let needs = [Need::Whole, Need::Head, Need::Tail, Need::Part(PARTS)];
        let texts = ["", "/ws", "WS", "ws", "example.com", "é"];
        let mut literals = Literals::default();
        let mut names = Vec::new();
        for need in needs {
            for text in texts {
                for ignore_case in [false, true] {
                    literals.add(need, ignore_case, text, names.len());
                    let case = if ignore_case { " -i" } else { "" };
                    names.push(match need {
                        Need::Whole => format!("={text}{case}"),
                        Need::Head => format!("^{text}{case}"),
                        Need::Tail => format!("{text}${case}"),
                        Need::Part(_) => format!("/{text}/{case}"),
                    });
                }
            }
        }
        literals.finish();
        let mut found: Vec<&str> = literals.candidates(value).into_iter().map(|item| &*names[item]).collect();
        found.retain(|name| !["^", "^ -i", "$", "$ -i"].contains(name));
        found.sort_unstable();
        found.dedup();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn patterns_are_found_by_what_they_need() {
        check(
            "ws",
            &[
                "/WS/ -i", "/ws/", "/ws/ -i", "=WS -i", "=ws", "=ws -i", "WS$ -i", "^WS -i", "^ws", "^ws -i",
                "ws$", "ws$ -i",
            ],
        );
        check("/wsx", &["// -i", "//", "^/ws", "^/ws -i"]);
        check("a.WS/é", &["/WS/", "/WS/ -i", "/ws/ -i", "/é/", "/é/ -i", "é$", "é$ -i"]);
    }
}
