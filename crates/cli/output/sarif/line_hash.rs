//! `primaryLocationLineHash`, by which code scanning follows an alert when its line moves. GitHub's upload step works it
//! out itself and complains about any other value, so it is worked out the same way
//! (github/codeql-action, `fingerprints.ts`), for reports that come another way.
//!
//! A line's hash is over the 100 characters from its start on, in UTF-16 code units, into the lines after it. Blanks and
//! tabs do not count, and each end of line counts as a line feed. Equal hashes of one file are numbered.

use std::collections::{BTreeSet, HashMap, VecDeque};

use foldhash::fast::RandomState;

/// Characters under a hash.
const WINDOW: usize = 100;
/// The base of the polynomial.
const BASE: u64 = 37;
/// By how much a hash grows while the characters of a window come.
const SHIFT: u64 = BASE.wrapping_pow(WINDOW as u32);
const SPACE: u16 = b' ' as u16;
const TAB: u16 = b'\t' as u16;
const FEED: u16 = b'\n' as u16;
const RETURN: u16 = b'\r' as u16;
/// What stands for the end of the file, before zeros up to the window's size.
const END: u16 = u16::MAX;

/// The hashes of some of the lines that start in `text`, by their number from 1.
pub(super) fn line_hashes(text: &[u8], wanted: &BTreeSet<u32>) -> HashMap<u32, String> {
    // Nearly all files have no other characters.
    if text.is_ascii() {
        hashes(text.iter().copied().map(u16::from), wanted)
    } else {
        hashes(String::from_utf8_lossy(text).encode_utf16(), wanted)
    }
}

fn hashes(text: impl Iterator<Item = u16>, wanted: &BTreeSet<u32>) -> HashMap<u32, String> {
    let mut hasher = Hasher::new(wanted);
    hasher.line();
    let mut after_return = false;
    for unit in text {
        match unit {
            SPACE | TAB => after_return = false,
            FEED if after_return => after_return = false,
            FEED | RETURN => {
                after_return = unit == RETURN;
                hasher.unit(FEED);
                if hasher.is_done() {
                    break;
                }
                hasher.line();
            }
            _ => {
                after_return = false;
                hasher.unit(unit);
            }
        }
    }
    hasher.unit(END);
    (1..WINDOW).for_each(|_| hasher.unit(0));
    hasher.hashes
}

/// Takes the characters that count. The hash of a line is what those of its window add to the hash of all before it, and is
/// known once they came.
struct Hasher<'w> {
    wanted: &'w BTreeSet<u32>,
    /// The hash of all characters so far.
    hash: u64,
    /// How many they are.
    units: usize,
    /// The lines whose window is not full: their numbers, after how many characters they start, and the hash of these.
    open: VecDeque<(u32, usize, u64)>,
    /// After how many characters the window of the first of these is full.
    full: usize,
    lines: u32,
    /// How many lines had each hash so far.
    equals: HashMap<u64, u32, RandomState>,
    hashes: HashMap<u32, String>,
}

impl<'w> Hasher<'w> {
    fn new(wanted: &'w BTreeSet<u32>) -> Self {
        Self {
            wanted,
            hash: 0,
            units: 0,
            open: VecDeque::new(),
            full: WINDOW,
            lines: 0,
            equals: HashMap::default(),
            hashes: HashMap::new(),
        }
    }

    /// Whether all hashes that are wanted are known.
    fn is_done(&self) -> bool {
        self.hashes.len() == self.wanted.len()
    }

    /// A line starts here.
    fn line(&mut self) {
        self.lines += 1;
        if self.open.is_empty() {
            self.full = self.units + WINDOW;
        }
        self.open.push_back((self.lines, self.units, self.hash));
    }

    #[inline]
    fn unit(&mut self, unit: u16) {
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(u64::from(unit));
        self.units += 1;
        if self.units == self.full {
            self.close();
        }
    }

    /// The windows behind the starts of some lines are full.
    fn close(&mut self) {
        while let Some(&(line, start, before)) = self.open.front() {
            self.full = start + WINDOW;
            if self.units < self.full {
                break;
            }
            self.open.pop_front();
            let hash = self.hash.wrapping_sub(before.wrapping_mul(SHIFT));
            let equal = self.equals.entry(hash).or_default();
            *equal += 1;
            if self.wanted.contains(&line) {
                self.hashes.insert(line, format!("{hash:x}:{equal}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::line_hashes;

    /// The hashes of all lines.
    fn all(text: &str) -> Vec<String> {
        let wanted = BTreeSet::from_iter(1..100);
        let hashes = line_hashes(text.as_bytes(), &wanted);
        wanted.iter().map_while(|line| hashes.get(line).cloned()).collect()
    }

    #[test]
    fn the_hashes_are_githubs() {
        for (text, hashes) in [
            ("", &["c129715d7a2bc9a3:1"][..]),
            (
                " a\nb\n  \t\tc\n d",
                &["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
            ),
            (
                " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
                &[
                    "8b7cf3e952e7aeb2:1",
                    "b1ae1287ec4718d9:1",
                    "bff680108adb0fcc:1",
                    "c6805c5e1288b612:1",
                    "b86d3392aea1be30:1",
                    "e6ceba753e1a442:1",
                ],
            ),
        ] {
            assert_eq!(all(text), hashes, "{text:?}");
            assert_eq!(all(&text.replace('\n', "\r\n")), hashes, "{text:?}");
            assert_eq!(all(&text.replace('\n', "\r")), hashes, "{text:?}");
        }
        assert_eq!(all("x\n".repeat(3).as_str())[2], all("x\n")[0]);
        assert_eq!(line_hashes(b"a\nb\n", &BTreeSet::from([2])).len(), 1);
    }
}
