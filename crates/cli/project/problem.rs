//! What went wrong, or is worth knowing, while the files were read: no findings, but words about the job itself.

use std::path::{Path, PathBuf};

use wslint_model::{Mark, Site};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The job could not be done as asked: the exit status is 2.
    Error,
    /// Worth knowing: something is not at hand, so that what depends on it stays unknown.
    Note,
}

/// One thing to say about the job.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// How bad it is.
    pub(crate) level: Level,
    /// What kind it is, for machines: `syntax`, `unreadable`, `include-cycle` …
    pub(crate) code: &'static str,
    /// What is wrong, in one clause.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// Where.
    pub(crate) place: Place,
    /// More places that explain it.
    pub(crate) marks: Vec<Mark>,
    /// The file that it is about, where the place is a line that names this file.
    pub(crate) about: Option<PathBuf>,
}

/// Where a problem shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// In a file that was read.
    Site(Site),
    /// A file that was not read, as people should read its path.
    Path(String),
}

impl Problem {
    /// An error without further explanation.
    pub(crate) fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            code,
            message: message.into(),
            help: None,
            place,
            marks: Vec::new(),
            about: None,
        }
    }

    /// A note without further explanation.
    pub(crate) fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::error(code, place, message) }
    }

    /// Makes an error a note: it is about a file that a proxy may never read.
    pub(crate) fn weaken(&mut self) {
        self.level = Level::Note;
        if self.code == "syntax" {
            self.message = format!("not read to its end: {}", self.message);
            let why =
                "the exit status leaves it out: nobody named the file, and nothing includes it for certain";
            self.help = Some(why.to_owned());
        }
    }

    /// The same problem as a note; see [`weaken`](Self::weaken).
    pub(crate) fn weakened(mut self) -> Self {
        self.weaken();
        self
    }

    /// The same problem with a word on what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same problem about the file that its place names.
    pub(crate) fn about(self, file: &Path) -> Self {
        Self { about: Some(file.to_owned()), ..self }
    }

    /// The same problem with more places that explain it.
    pub(crate) fn marks(self, marks: Vec<Mark>) -> Self {
        Self { marks, ..self }
    }
}
