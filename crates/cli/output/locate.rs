//! Lines and columns for many places, without counting the same line from its start again and again.

use std::collections::HashMap;

use wslint_model::{FileId, Project, Site};
use wslint_syntax::{Position, Span};

/// In a longer line, in bytes, places are looked up that stand not far apart.
const LONG_LINE: usize = 4096;

/// How far apart these places stand, in bytes.
const STRIDE: usize = 512;

/// Turns byte offsets into positions. Asked in file order, as findings come, it counts each byte about once.
pub(crate) struct Locator<'p> {
    project: &'p Project,
    last: HashMap<FileId, Cursor>,
    /// Places in long lines, by their file and line.
    long: HashMap<(FileId, u32), Vec<Cursor>>,
}

#[derive(Clone, Copy)]
struct Cursor {
    offset: u32,
    position: Position,
}

impl<'p> Locator<'p> {
    /// A locator for the files of a project.
    pub(crate) fn new(project: &'p Project) -> Self {
        Self { project, last: HashMap::new(), long: HashMap::new() }
    }

    /// Line and column of the first byte of a site.
    pub(crate) fn start(&mut self, site: Site) -> Position {
        self.at(site.file, site.span.start)
    }

    /// Line and column behind the last byte of a site.
    pub(crate) fn end(&mut self, site: Site) -> Position {
        self.at(site.file, site.span.end)
    }

    fn at(&mut self, file: FileId, offset: u32) -> Position {
        let (source, lines) = (self.project.file(file).source(), self.project.file(file).lines());
        let line = lines.line(offset);
        let span = lines.span(line, source);
        let position = if span.len() > LONG_LINE {
            let places = self.long.entry((file, line)).or_insert_with(|| places(line, span, source));
            let before = places.partition_point(|place| place.offset <= offset);
            places[before.saturating_sub(1)].go_on(offset, source)
        } else {
            match self.last.get(&file) {
                Some(cursor) if cursor.position.line == line && cursor.offset <= offset => {
                    cursor.go_on(offset, source)
                }
                _ => lines.position(offset, source),
            }
        };
        self.last.insert(file, Cursor { offset, position });
        position
    }
}

impl Cursor {
    /// The position of a place further on in the same line.
    fn go_on(&self, offset: u32, source: &[u8]) -> Position {
        let end = (offset as usize).min(source.len());
        let between = &source[(self.offset as usize).min(end)..end];
        Position { line: self.position.line, column: self.position.column + characters(between) }
    }
}

/// Places of a line that stand not far apart, each at the first byte of a character.
fn places(line: u32, span: Span, source: &[u8]) -> Vec<Cursor> {
    let begins = |at: &usize| source.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
    let mut places = vec![Cursor { offset: span.start, position: Position { line, column: 1 } }];
    let mut at = span.start as usize;
    while let Some(next) = (at + STRIDE..span.end as usize).find(begins)
        && let Some(last) = places.last()
    {
        places.push(Cursor { offset: next as u32, position: last.go_on(next as u32, source) });
        at = next;
    }
    places
}

/// Characters of a piece of a line, counted as [`wslint_syntax::LineIndex`] counts them.
fn characters(bytes: &[u8]) -> u32 {
    let count: usize =
        bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}
