//! The flags of `wslint compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::options::{ConfigOptions, TerminalOptions};

/// `wslint compare OLD [NEW]`
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// What it was: a revision of git (`main`, `HEAD~1`, `v1.2:deploy`), or a folder or file; `A..B` and `A...B` name both
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,

    /// What it is now, by default the working tree
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<PathBuf>,

    /// How the changes are printed
    #[arg(long, value_enum, default_value_t = CompareFormat::Full)]
    pub(crate) format: CompareFormat,

    /// What makes the exit status 1
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = FailOn::Worse, env = "WSLINT_FAIL_ON", hide_env = true)]
    pub(crate) fail_on: FailOn,

    #[command(flatten)]
    pub(crate) config: ConfigOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// With the lines of both trees, for people
    Full,
    /// One JSON document
    Json,
    /// Markdown, for the summary of a job or a comment
    Markdown,
    /// One HTML file with both ways drawn, for a report
    Html,
    /// Annotations of GitHub Actions
    Github,
}

/// What makes a comparison fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A route that fares worse
    Worse,
    /// A route that is not the same
    Change,
    /// Nothing
    Never,
}
