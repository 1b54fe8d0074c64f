//! What is read of a deployment goes into a project, within bounds.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use wslint_model::{Content, File, FileId, Mark, Project, Role, Site, Text};
use wslint_syntax::Span;

use super::budget::Budget;
use crate::config::Configuration;
use crate::escape::shown_path;
use crate::files::Territory;

/// The project, and what may be read for it.
pub(crate) struct Ground<'l> {
    /// The project that learns of its deployment.
    pub(crate) project: &'l mut Project,
    /// Where each of its files lies.
    pub(crate) paths: &'l mut Vec<PathBuf>,
    /// What may be read.
    pub(crate) territory: &'l Territory,
    /// What the run goes by.
    pub(crate) configuration: &'l Configuration,
    /// What was learnt, a line each.
    pub(crate) told: Vec<String>,
    /// How much is left to be read.
    pub(super) budget: Budget,
    /// The files that were made parts of the project, by the path that they were read at.
    beside: HashMap<PathBuf, FileId>,
}

impl<'l> Ground<'l> {
    /// A project that nothing was told yet.
    pub(crate) fn new(
        project: &'l mut Project,
        paths: &'l mut Vec<PathBuf>,
        territory: &'l Territory,
        configuration: &'l Configuration,
    ) -> Self {
        let (told, budget, beside) = (Vec::new(), Budget::default(), HashMap::new());
        Self { project, paths, territory, configuration, told, budget, beside }
    }

    /// The bytes of a file, as far as there is room for them.
    pub(super) fn read(&mut self, path: &Path) -> Option<Vec<u8>> {
        self.budget.read(self.territory, path)
    }

    /// A place of a file that neither proxy reads, whose bytes are these, and what the place means. The file becomes a part
    /// of the project.
    pub(super) fn mark(&mut self, (path, bytes): (&Path, &[u8]), span: Span, words: String) -> Mark {
        let (project, paths) = (&mut *self.project, &mut *self.paths);
        let file = *self.beside.entry(path.to_owned()).or_insert_with(|| {
            let id = FileId(project.files.len() as u32);
            let content = Content::Beside(Text::new(bytes.to_owned()));
            project.files.push(File::new(shown(path), content, false));
            paths.push(from_here(path).to_owned());
            id
        });
        Mark { site: Site { file, span }, role: Role::Says(words) }
    }

    /// A place as people should read it: `file:line`.
    pub(super) fn place(&self, site: Site) -> String {
        let file = self.project.file(site.file);
        format!("{}:{}", file.path, file.lines().line(site.span.start))
    }
}

/// A place in a file of these bytes as people should read it: `file:line`.
pub(super) fn place_in(path: &Path, bytes: &[u8], span: Span) -> String {
    let before = &bytes[..span.range().start.min(bytes.len())];
    format!("{}:{}", shown(path), 1 + memchr::memchr_iter(b'\n', before).count())
}

/// A path as people should read it.
fn shown(path: &Path) -> String {
    shown_path(from_here(path))
}

/// A path from the working directory on where it lies below.
fn from_here(path: &Path) -> &Path {
    let here = std::path::absolute(".").unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path)
}
