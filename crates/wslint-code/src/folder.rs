//! The files of one folder, cut into tokens, and which of them a name in code means.

use std::collections::HashMap;

use crate::file::File;
use crate::role;
use crate::text::{Language, Source};

/// A longer file is made by a tool.
const LONGEST_FILE: usize = 4 << 20;

/// A file of JavaScript that runs in a browser, or where else the product runs, with the number that places of it have.
pub(crate) fn client<'a>(at: usize, file: &File<'a>) -> Option<Source<'a>> {
    let language = Language::of(file.path).filter(|one| *one == Language::JavaScript)?;
    let runs = file.text.len() <= LONGEST_FILE && role::runs(file.path) && !role::is_minified(file.text);
    runs.then(|| Source::new(at, file.path, file.text, language))
}

/// The code of one build folder.
pub(crate) struct Folder<'a> {
    files: &'a [File<'a>],
    /// Code that may declare.
    sources: Vec<Source<'a>>,
    /// Which source a path is.
    by_path: HashMap<&'a str, usize>,
}

impl<'a> Folder<'a> {
    pub(crate) fn new(files: &'a [File<'a>]) -> Self {
        let mut sources = Vec::new();
        let mut by_path = HashMap::new();
        for (at, file) in files.iter().enumerate() {
            let Some(language) = Language::of(file.path) else { continue };
            let is_server = file.text.len() <= LONGEST_FILE && role::declares(file.path);
            if is_server && !role::is_minified(file.text) {
                by_path.insert(file.path, sources.len());
                sources.push(Source::new(at, file.path, file.text, language));
            }
        }
        Self { files, sources, by_path }
    }

    /// Code of JavaScript that runs in a browser or may, and cannot declare.
    pub(crate) fn browser(&self) -> impl Iterator<Item = Source<'a>> + '_ {
        let files = self.files.iter().enumerate().filter(|(_, file)| !self.by_path.contains_key(file.path));
        files.filter_map(|(at, file)| client(at, file))
    }

    pub(crate) fn sources(&self) -> &[Source<'a>] {
        &self.sources
    }

    /// Code that may declare, in one language.
    pub(crate) fn of(&self, language: Language) -> impl Iterator<Item = &Source<'a>> + '_ {
        self.sources.iter().filter(move |source| source.language == language)
    }

    /// The code of a file by its path, with its position among all.
    pub(crate) fn at(&self, path: &str) -> Option<(usize, &Source<'a>)> {
        self.by_path.get(path).map(|at| (*at, &self.sources[*at]))
    }

    /// All files, code or not.
    pub(crate) fn files(&self) -> &'a [File<'a>] {
        self.files
    }
}
