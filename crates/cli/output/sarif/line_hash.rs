//! `primaryLocationLineHash`, by which code scanning follows an alert when its line moves. GitHub's upload step works it
//! out itself and complains about any other value, so it is worked out the same way
//! (github/codeql-action, `fingerprints.ts`), for reports that come another way.
//!
//! A line's hash is over the 100 characters from its start on, in UTF-16 code units, into the lines after it. Blanks and
//! tabs do not count, and each end of line counts as a line feed. Equal hashes of one file are numbered.

use std::collections::HashMap;

/// Characters under a hash.
const WINDOW: usize = 100;
/// The base of the polynomial.
const BASE: u64 = 37;
/// What stands for the end of the file, before zeros up to the window's size.
const END: u16 = u16::MAX;

/// The hash of each line that starts in `text`, in order.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = units(text);
    let leaving = (0..WINDOW).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let at = |index: usize| units.get(index).copied().map_or(0, u64::from);
    let mut hash = (0..WINDOW).fold(0u64, |hash, index| hash.wrapping_mul(BASE).wrapping_add(at(index)));
    let mut from = 0;
    let mut equals: HashMap<u64, u32> = HashMap::new();
    let mut hashes = Vec::with_capacity(starts.len());
    for start in starts {
        while from < start {
            hash = hash
                .wrapping_mul(BASE)
                .wrapping_add(at(from + WINDOW))
                .wrapping_sub(leaving.wrapping_mul(at(from)));
            from += 1;
        }
        let equal = equals.entry(hash).or_default();
        *equal += 1;
        hashes.push(format!("{hash:x}:{equal}"));
    }
    hashes
}

/// The characters that count, and where among them each line starts.
fn units(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut starts = vec![0];
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let (blank, feed, carriage) =
            (unit == u16::from(b' ') || unit == u16::from(b'\t'), unit == u16::from(b'\n'), unit == 13);
        if blank || after_return && feed {
            after_return = false;
            continue;
        }
        after_return = carriage;
        units.push(if carriage { u16::from(b'\n') } else { unit });
        if feed || carriage {
            starts.push(units.len());
        }
    }
    units.push(END);
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

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
            assert_eq!(line_hashes(text), hashes, "{text:?}");
            assert_eq!(line_hashes(&text.replace('\n', "\r\n")), hashes, "{text:?}");
            assert_eq!(line_hashes(&text.replace('\n', "\r")), hashes, "{text:?}");
        }
        assert_eq!(line_hashes("x\n".repeat(3).as_str())[2], line_hashes("x\n")[0]);
    }
}
