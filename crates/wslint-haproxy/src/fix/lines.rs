//! Edits of lines and words that keep indentation and line ends as they are.

use wslint_syntax::Span;
use wslint_syntax::haproxy::leaves_tag_open;

use crate::statement::Statement;
use wslint_model::Edit;
use wslint_model::{FileId, Project, Site};

/// More blanks than these, in bytes, are no indentation that new lines should have.
const DEEPEST_INDENT: usize = 200;

/// The lines of the files.
pub(crate) struct Lines<'p> {
    /// The files.
    pub(crate) project: &'p Project,
}

impl Lines<'_> {
    fn source(&self, file: FileId) -> &[u8] {
        self.project.file(file).source()
    }

    /// The byte after the end of the line that holds a place, its LF included.
    fn after(&self, file: FileId, at: u32) -> usize {
        let source = self.source(file);
        let rest = &source[at as usize..];
        rest.iter().position(|&byte| byte == b'\n').map_or(source.len(), |end| at as usize + end + 1)
    }

    fn start(&self, file: FileId, at: u32) -> usize {
        let before = &self.source(file)[..at as usize];
        before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1)
    }

    fn edit(file: FileId, start: usize, end: usize, text: &str) -> Edit {
        Edit { site: Site { file, span: Span::new(start, end) }, text: text.as_bytes().to_vec() }
    }

    /// Deletes the whole line of a statement, its comment included. `None` where a part of a template on it goes on below.
    pub(crate) fn delete(&self, line: &Statement<'_>) -> Option<Edit> {
        let start = self.start(line.file, line.span.start);
        let end = self.after(line.file, line.span.end);
        let is_whole = !leaves_tag_open(&self.source(line.file)[start..end]);
        is_whole.then(|| Self::edit(line.file, start, end, ""))
    }

    /// Adds a statement as the first line of a section, indented as the others are. `None` where the header's
    /// line does not end, which HAProxy refuses anyway, or where a template would take the new line for its own.
    pub(crate) fn insert_first(
        &self,
        header: &Statement<'_>,
        statements: &[Statement<'_>],
        text: &str,
    ) -> Option<Edit> {
        let at = self.after(header.file, header.span.end);
        let source = self.source(header.file);
        if source.get(at.checked_sub(1)?) != Some(&b'\n')
            || leaves_tag_open(&source[header.span.start as usize..at])
        {
            return None;
        }
        let end_of_line = if source[..at].ends_with(b"\r\n") { "\r\n" } else { "\n" };
        let indent = match statements.first() {
            Some(first) => {
                let start = self.start(first.file, first.span.start);
                String::from_utf8_lossy(&source[start..first.span.start as usize]).into_owned()
            }
            None => "    ".to_owned(),
        };
        let is_indent = indent.trim().is_empty() && indent.len() <= DEEPEST_INDENT;
        let indent = if is_indent { indent } else { "    ".to_owned() };
        Some(Self::edit(header.file, at, at, &format!("{indent}{text}{end_of_line}")))
    }

    /// Adds a statement on the line after another one, indented as it is.
    pub(crate) fn insert_after(&self, line: &Statement<'_>, text: &str) -> Option<Edit> {
        self.insert_first(line, std::slice::from_ref(line), text)
    }

    /// Removes words and the blanks before them.
    pub(crate) fn remove_words(&self, line: &Statement<'_>, from: usize, to: usize) -> Edit {
        let start = line.word_site(from.saturating_sub(1)).span.end as usize;
        let end = line.word_site(to).span.end as usize;
        Self::edit(line.file, start, end, "")
    }

    /// Writes something after the last word of a statement.
    pub(crate) fn append(&self, line: &Statement<'_>, text: &str) -> Edit {
        let at = line.span.end as usize;
        Self::edit(line.file, at, at, text)
    }

    /// Writes something after a word.
    pub(crate) fn append_to_word(&self, line: &Statement<'_>, index: usize, text: &str) -> Edit {
        let at = line.word_site(index).span.end as usize;
        Self::edit(line.file, at, at, text)
    }

    /// Writes another word in the place of one.
    pub(crate) fn replace_word(&self, line: &Statement<'_>, index: usize, text: &str) -> Edit {
        let span = line.word_site(index).span;
        Self::edit(line.file, span.start as usize, span.end as usize, text)
    }
}
