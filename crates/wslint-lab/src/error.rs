//! Why the lab could not do its work. What a proxy or a peer does is never an error: it is an observation.

use std::io;
use std::path::PathBuf;

use crate::Kind;

/// The lab could not run; nothing is known about the configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The proxy's program is neither named by the environment nor in `PATH`.
    #[error(
        "{program} is not installed: run scripts/install-proxies, or name the program with {variable}=/path/to/{program}"
    )]
    MissingProxy {
        /// The program's name: `nginx` or `haproxy`.
        program: &'static str,
        /// The environment variable that names the program.
        variable: &'static str,
    },
    /// The environment variable names something that is not a program of this kind.
    #[error("{program} is not a working {kind}: {reason}")]
    BadProxy {
        /// The proxy that was looked for.
        kind: Kind,
        /// The program that was tried.
        program: PathBuf,
        /// What happened instead of a version.
        reason: String,
    },
    /// Node or the packages of the Socket.IO peers are not there.
    #[error(
        "the Socket.IO peers do not run: {reason}; run scripts/install-proxies (it needs Node 18 or newer)"
    )]
    MissingSocketIo {
        /// What is missing, or what Node said.
        reason: String,
    },
    /// The setup cannot be run as given, for example because it has no file.
    #[error("the lab cannot run this: {0}")]
    BadSetup(String),
    /// The proxy accepted the configuration and yet did not come up.
    #[error("{kind} did not start: {output}")]
    NotStarted {
        /// Which proxy.
        kind: Kind,
        /// What it wrote on its standard output and error.
        output: String,
    },
    /// The operating system refused something that the lab needs.
    #[error("{doing}: {source}")]
    Io {
        /// What the lab was doing.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Adds to an [`io::Error`] what was being done.
pub(crate) trait Doing<T> {
    /// Turns the error into [`Error::Io`], with `doing` as its first words.
    fn doing(self, doing: impl Into<String>) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: impl Into<String>) -> Result<T, Error> {
        self.map_err(|source| Error::Io { doing: doing.into(), source })
    }
}
