//! The text of a place as one line: for lists, where a snippet would be too much.

use wslint_facts::{Project, Site};

use crate::escape::escape_bytes;

/// The first line of the text at a site, safe to print and cut to `room` columns.
pub(crate) fn line_text(project: &Project, site: Site, room: usize) -> String {
    let text = project.text(site);
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    // More than this cannot be shown anyway.
    let shown = escape_bytes(text[..end.min(1024)].trim_ascii());
    cut(&shown, room)
}

/// Text cut to `room` columns, with a sign if something is missing.
fn cut(text: &str, room: usize) -> String {
    if textwrap::core::display_width(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut width = 0;
    for character in text.chars() {
        width += textwrap::core::display_width(character.encode_utf8(&mut [0; 4]));
        if width + 3 > room {
            break;
        }
        short.push(character);
    }
    short.push_str("...");
    short
}
