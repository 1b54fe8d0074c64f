//! A kind of input that may be of any size.

use std::fmt::Write as _;

/// A kind of input.
pub(crate) struct Shape {
    /// What it repeats.
    pub(crate) name: &'static str,
    /// The arguments of wslint.
    pub(crate) args: &'static [&'static str],
    /// The names and texts of its files, by how often it repeats.
    pub(crate) make: Box<dyn Fn(usize) -> Vec<(&'static str, String)>>,
}

/// So many lines, in which `#` is the number of each, `»` the next number, and `&` an address of its own.
pub(crate) fn lines(line: &str, times: usize) -> String {
    let mut lines = String::new();
    for number in 0..times {
        let address = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        for character in line.chars() {
            // Writing to a string cannot fail.
            let _ = match character {
                '#' => write!(lines, "{number}"),
                '»' => write!(lines, "{}", number + 1),
                '&' => write!(lines, "{address}"),
                other => write!(lines, "{other}"),
            };
        }
        lines.push('\n');
    }
    lines
}

/// The same, far apart: how many findings are told depends on the bytes of the files.
pub(crate) fn padded(line: &str, times: usize) -> String {
    lines(&format!("{line}{}", " ".repeat(400)), times)
}
