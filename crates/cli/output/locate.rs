//! Lines and columns for many places, without counting the same line from its start again and again.

use std::collections::HashMap;

use wslint_model::{FileId, Project, Site};
use wslint_syntax::Position;

/// Turns byte offsets into positions. Asked in file order, as findings come, it counts each byte about once.
pub(crate) struct Locator<'p> {
    project: &'p Project,
    last: HashMap<FileId, Cursor>,
}

#[derive(Clone, Copy)]
struct Cursor {
    offset: u32,
    position: Position,
}

impl<'p> Locator<'p> {
    /// A locator for the files of a project.
    pub(crate) fn new(project: &'p Project) -> Self {
        Self { project, last: HashMap::new() }
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
        let position = match self.last.get(&file) {
            Some(cursor) if cursor.position.line == line && cursor.offset <= offset => {
                let end = (offset as usize).min(source.len());
                let between = &source[(cursor.offset as usize).min(end)..end];
                Position { line, column: cursor.position.column + characters(between) }
            }
            _ => lines.position(offset, source),
        };
        self.last.insert(file, Cursor { offset, position });
        position
    }
}

/// Characters of a piece of a line, counted as [`wslint_syntax::LineIndex`] counts them.
fn characters(bytes: &[u8]) -> u32 {
    let count: usize =
        bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}
