//! XML that is well-formed whatever a configuration or a file name holds.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::name::QName;
use quick_xml::writer::Writer;

use super::console::Console;
use crate::escape::is_unsafe;

/// Writes a document: its declaration, what `content` writes, and a line feed.
pub(super) fn document(
    console: &mut Console,
    content: impl FnOnce(&mut Writer<&mut Console>) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(&mut *console, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    content(&mut writer)?;
    writeln!(console)?;
    console.flush()
}

/// An attribute with any text as its value.
pub(super) fn attribute<'a>(name: &'a str, value: &str) -> Attribute<'a> {
    Attribute { key: QName(name), value: Cow::Owned(escaped(value)) }
}

/// Any text as content.
pub(super) fn text(content: &str) -> BytesText<'static> {
    BytesText::from_escaped(escaped(content))
}

/// Characters with a meaning, and blanks that a parser would fold, become references. What XML cannot carry, and what a
/// terminal would obey, is written out. So is what the runner of GitHub
/// Actions would obey within a line; no line starts with anything but an element.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    let mut before = ['\0'; 2];
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(safe, "&#{};", u32::from(character));
            }
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
    use super::escaped;

    #[test]
    fn everything_with_a_meaning_is_written_out() {
        assert_eq!(
            escaped("<a b=\"c&d\">\n\u{1b}\0\u{fffe}\u{202e} ##[f] #[g]"),
            "&lt;a b=&quot;c&amp;d&quot;&gt;&#10;\\u{1b}\\u{0}\\u{fffe}\\u{202e} ##&#91;f] #[g]"
        );
    }
}
