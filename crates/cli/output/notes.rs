//! Notes: what is worth a line, but no snippet. Equal ones are reported once, with the number of their places.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Write};

use wslint_model::{Project, Site};
use wslint_rules::builtin;

use super::console::Console;
use super::locate::Locator;
use super::page;
use super::words::unbroken;
use crate::escape::escape;
use crate::project::Place;

/// Notes in the order in which they came.
#[derive(Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    /// Where a note stands, by its tag and words.
    index: HashMap<(String, String), usize>,
}

struct Note {
    place: Place,
    tag: String,
    words: String,
    more: usize,
}

impl Notes {
    /// Adds a note, or another place of one that is there.
    pub(super) fn add(&mut self, site: Site, tag: &str, words: &str) {
        self.add_at(Place::Site(site), tag, words);
    }

    /// Adds a note about a file that was not read as configuration.
    pub(super) fn add_path(&mut self, path: &str, tag: &str, words: &str) {
        self.add_at(Place::Path(path.to_owned()), tag, words);
    }

    fn add_at(&mut self, place: Place, tag: &str, words: &str) {
        match self.index.entry((tag.to_owned(), words.to_owned())) {
            Entry::Occupied(told) => self.notes[*told.get()].more += 1,
            Entry::Vacant(new) => {
                new.insert(self.notes.len());
                self.notes.push(Note { place, tag: tag.to_owned(), words: words.to_owned(), more: 0 });
            }
        }
    }

    /// Prints the notes, each as one paragraph with its place in front.
    pub(super) fn print(
        &self,
        project: &Project,
        locator: &mut Locator<'_>,
        console: &mut Console,
    ) -> io::Result<()> {
        if self.notes.is_empty() {
            return Ok(());
        }
        writeln!(console, "Notes:")?;
        let options = unbroken(console.width).initial_indent("  ").subsequent_indent("    ");
        for note in &self.notes {
            let place = match &note.place {
                Place::Path(path) => escape(path).into_owned(),
                Place::Site(site) => {
                    let position = locator.start(*site);
                    let path = escape(&project.file(site.file).path);
                    format!("{path}:{}:{}", position.line, position.column)
                }
            };
            let more = match note.more {
                0 => String::new(),
                1 => " (and at one more place)".to_owned(),
                more => format!(" (and at {more} more places)"),
            };
            let line = format!("{place}: {} [{}]{more}", escape(&note.words), note.tag);
            let paragraph = textwrap::fill(&line, &options);
            writeln!(console, "{}", linked(paragraph, &note.tag, console))?;
        }
        writeln!(console)
    }
}

/// The paragraph with the rule that it ends in as a link. A rule has no blank in its id, so no line breaks within it.
fn linked(paragraph: String, tag: &str, console: &Console) -> String {
    match (builtin().get(tag), paragraph.rfind(&format!("[{tag}]"))) {
        (Some(rule), Some(at)) => {
            let (before, behind) = (&paragraph[..=at], &paragraph[at + 1 + tag.len()..]);
            format!("{before}{}{behind}", console.linked(tag, page::url(rule).as_deref()))
        }
        _ => paragraph,
    }
}
