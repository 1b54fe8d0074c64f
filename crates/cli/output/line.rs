//! The text of a place as one line: for lists, where a snippet would be too much.

use wslint_model::{Project, Site};
use wslint_syntax::Span;

use crate::escape::escape_bytes;
use crate::secret::Veil;

/// A line of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    /// The file, for people.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The column, from 1.
    pub(crate) column: u32,
    /// What stands there, as far as it is one line.
    pub(crate) text: String,
}

impl Line {
    /// Whether two lines say the same, wherever they stand and however they are indented.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.words().eq(other.words())
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.text.trim_end_matches(['{', ';']).split_ascii_whitespace()
    }
}

/// The longest line that is looked at, in bytes.
const MOST: usize = 1024;

/// The first line of the text at a site, safe to print and cut to `room` columns.
pub(crate) fn line_text(project: &Project, veil: &Veil, site: Site, room: usize) -> String {
    cut(&escape_bytes(&first_line(project, veil, site)), room)
}

/// The first line of the text at a site, without secrets. It may hold anything else.
pub(crate) fn first_line(project: &Project, veil: &Veil, site: Site) -> Vec<u8> {
    let text = project.text(site);
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    // More than this cannot be shown anyway.
    let (start, end) = (site.span.start as usize, site.span.start as usize + end.min(MOST));
    let source = project.file(site.file).source();
    let mut line = Vec::new();
    let mut done = start;
    for hidden in veil.in_line(project, site.file, Span::new(start, end)) {
        line.extend_from_slice(&source[done..hidden.start.clamp(done, end)]);
        line.extend_from_slice(b"***");
        done = hidden.end.clamp(done, end);
    }
    line.extend_from_slice(&source[done..end]);
    line.trim_ascii().to_vec()
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
