//! The flags of `wslint prove`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::options::{ConfigOptions, TerminalOptions};

/// `wslint prove [PATH…]`
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// Files and folders to look at
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// The nginx that is run; by default the first in PATH
    #[arg(long, value_name = "BIN", env = "WSLINT_NGINX", hide_env = true)]
    pub(crate) nginx: Option<PathBuf>,

    /// The HAProxy that is run; by default the first in PATH
    #[arg(long, value_name = "BIN", env = "WSLINT_HAPROXY", hide_env = true)]
    pub(crate) haproxy: Option<PathBuf>,

    /// Run what `wslint --fix` would write as well, and write nothing
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix: also what --unsafe-fixes would write
    #[arg(long, requires = "fix")]
    pub(crate) unsafe_fixes: bool,

    /// How the report is printed
    #[arg(long, value_enum, default_value_t = ProofFormat::Full)]
    pub(crate) format: ProofFormat,

    #[command(flatten)]
    pub(crate) config: ConfigOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// How a proof is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofFormat {
    /// For people
    Full,
    /// One JSON document
    Json,
    /// A table for pull requests and tickets
    Markdown,
}
