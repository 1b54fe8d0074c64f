//! Files that neither proxy reads, as parts of the project, so that places in them can be told.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use wslint_model::{Content, File, FileId, Mark, Role, Site, Text};
use wslint_syntax::Span;

use crate::escape::shown_path;
use crate::project::load::Loaded;

/// The files that were made parts of the project, by the path that they were read at.
#[derive(Debug, Default)]
pub(super) struct Beside(HashMap<PathBuf, FileId>);

impl Beside {
    /// A place of a file, whose bytes are these.
    pub(super) fn site(&mut self, loaded: &mut Loaded, path: &Path, bytes: &[u8], span: Span) -> Site {
        let file = *self.0.entry(path.to_owned()).or_insert_with(|| {
            let id = FileId(loaded.project.files.len() as u32);
            let content = Content::Beside(Text::new(bytes.to_owned()));
            loaded.project.files.push(File { path: shown(path), content, template: false });
            loaded.paths.push(from_here(path).to_owned());
            id
        });
        Site { file, span }
    }

    /// The same with what it means.
    pub(super) fn mark(
        &mut self,
        loaded: &mut Loaded,
        (path, bytes): (&Path, &[u8]),
        span: Span,
        words: String,
    ) -> Mark {
        Mark { site: self.site(loaded, path, bytes, span), role: Role::Says(words) }
    }
}

/// A path as people should read it.
pub(super) fn shown(path: &Path) -> String {
    shown_path(from_here(path))
}

/// A path from the working directory on where it lies below.
fn from_here(path: &Path) -> &Path {
    let here = std::path::absolute(".").unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path)
}
