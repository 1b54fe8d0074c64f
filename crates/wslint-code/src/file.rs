//! The files that are read, and places in them.

use wslint_syntax::Span;

/// A file of a build folder.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path below the folder, with `/`.
    pub path: &'a str,
    /// All of its text. What is not UTF-8 is no code, and the caller leaves it out.
    pub text: &'a str,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the files given, by position.
    pub file: usize,
    /// Its bytes in the text of the file.
    pub span: Span,
}

impl Place {
    /// What places are ordered by.
    pub(crate) fn order(&self) -> (usize, u32, u32) {
        (self.file, self.span.start, self.span.end)
    }
}
