//! How a run ends: the exit status, and what is said when the job could not be done at all.

use std::io;
use std::path::Path;

use thiserror::Error;

use crate::escape::{escape, shown_path};
use crate::files::system_words;

/// The exit status, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings.
    Findings = 1,
    /// The job could not be done, or not as a whole.
    Failed = 2,
}

/// Why a command gave up.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// Nobody reads the output any more, as in `wslint | head -1`: no failure of ours.
    #[error("nobody reads the output")]
    Closed,
    /// The output cannot be written.
    #[error("cannot write the output: {}", system_words(.0))]
    Output(io::Error),
    /// Anything else, in words that say where, and what to do.
    #[error("{message}")]
    Said {
        /// What is wrong and where.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

impl Failure {
    /// A failure that concerns one path.
    pub(crate) fn at(path: &Path, message: &str) -> Self {
        Self::said(format!("{}: {message}", escape(&shown_path(path))))
    }

    /// A failure in words.
    pub(crate) fn said(message: impl Into<String>) -> Self {
        Self::Said { message: message.into(), help: None }
    }

    /// That a small build lacks something.
    pub(crate) fn left_out(what: &str) -> Self {
        Self::said(format!("this build of wslint has no {what}"))
            .help("on a system that is no browser there is all of it")
    }

    /// The same failure with a word on what to do.
    pub(crate) fn help(self, words: impl Into<String>) -> Self {
        match self {
            Self::Said { message, .. } => Self::Said { message, help: Some(words.into()) },
            other => other,
        }
    }
}

/// The status of a run whose output was printed. What a run found out does not depend on who reads it: in a shell with
/// `set -o pipefail`, `wslint . | head -1` fails as `wslint .` does.
pub(crate) fn whoever_reads(printed: Result<(), Failure>, status: Status) -> Result<Status, Failure> {
    match printed {
        Ok(()) | Err(Failure::Closed) => Ok(status),
        Err(failure) => Err(failure),
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Output(error) }
    }
}
