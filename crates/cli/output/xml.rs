//! XML that is well-formed whatever a configuration or a file name holds.

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::se::Serializer;
use serde::Serialize;

use super::console::Console;
use crate::escape::is_unsafe;

/// Writes one XML document and a line feed.
pub(super) fn write(console: &mut Console, document: &impl Serialize) -> io::Result<()> {
    let mut text = String::new();
    let mut serializer = Serializer::new(&mut text);
    serializer.indent(' ', 2);
    document.serialize(serializer).map_err(io::Error::other)?;
    writeln!(console, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", safe(&text))?;
    console.flush()
}

/// The document with what XML cannot carry, and what a terminal would obey, written out. What the runner of GitHub Actions
/// would obey within a line becomes a reference, and so do tabs, which a parser would fold.
fn safe(document: &str) -> String {
    let mut safe = String::with_capacity(document.len());
    let mut before = ['\0'; 2];
    for character in document.chars() {
        match character {
            '\n' => safe.push('\n'),
            '\t' => safe.push_str("&#9;"),
            '[' if before == ['#', '#'] => safe.push_str("&#91;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
            }
            _ if is_unsafe(character) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
            }
            _ => safe.push(character),
        }
        before = [before[1], character];
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn what_would_be_obeyed_is_written_out() {
        assert_eq!(
            safe("<a b=\"&#10;\">\n\t\u{1b}\0\u{fffe}\u{202e} ##[f] #[g]</a>"),
            "<a b=\"&#10;\">\n&#9;\\u{1b}\\u{0}\\u{fffe}\\u{202e} ##&#91;f] #[g]</a>"
        );
    }
}
