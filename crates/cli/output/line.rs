//! The text of a place as one line: for lists, where a snippet would be too much.

use wslint_model::{Project, Site};

use super::secret::secret;
use crate::escape::escape_bytes;

/// The longest line that is looked at, in bytes.
const MOST: usize = 1024;

/// The first line of the text at a site, safe to print and cut to `room` columns.
pub(crate) fn line_text(project: &Project, site: Site, room: usize) -> String {
    cut(&escape_bytes(&first_line(project, site)), room)
}

/// The first line of the text at a site, without secrets. It may hold anything else.
pub(crate) fn first_line(project: &Project, site: Site) -> Vec<u8> {
    let text = project.text(site);
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    // More than this cannot be shown anyway.
    let line = text[..end.min(MOST)].trim_ascii();
    match secret(line) {
        Some(hidden) => [&line[..hidden.start], b"***", &line[hidden.end..]].concat(),
        None => line.to_vec(),
    }
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
