//! Groups of flags that several subcommands share.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use wslint_model::Version;

use super::values::{Mapping, Variable};

/// What the configuration runs on and where its files lie.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigOptions {
    /// Declare a path that carries WebSocket traffic; repeatable
    #[arg(long, value_name = "PATH", value_parser = endpoint_path, env = "WSLINT_WEBSOCKET", hide_env = true)]
    pub(crate) websocket: Vec<String>,

    /// The settings that hold, in place of the wslint.yaml of the linted folder or above it
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", env = "WSLINT_CONFIG", hide_env = true)]
    pub(crate) config: Option<PathBuf>,

    /// Do not look for a wslint.yaml
    #[arg(long, env = "WSLINT_NO_CONFIG", hide_env = true)]
    pub(crate) no_config: bool,

    /// The address that clients connect from, for rules that look at it
    #[arg(long, value_name = "ADDRESS", env = "WSLINT_SOURCE", hide_env = true)]
    pub(crate) source: Option<IpAddr>,

    /// The nginx to predict [default: 1.22.1]
    #[arg(long, value_name = "VERSION", env = "WSLINT_NGINX_VERSION", hide_env = true)]
    pub(crate) nginx_version: Option<Version>,

    /// The HAProxy to predict [default: 2.6.12]
    #[arg(long, value_name = "VERSION", env = "WSLINT_HAPROXY_VERSION", hide_env = true)]
    pub(crate) haproxy_version: Option<Version>,

    /// The folder that relative includes of nginx start from; by default that of the main file
    #[arg(long, value_name = "DIR", env = "WSLINT_NGINX_PREFIX", hide_env = true)]
    pub(crate) nginx_prefix: Option<PathBuf>,

    /// Files that the configuration calls FROM lie in the folder TO; repeatable
    #[arg(long, value_name = "FROM=TO", env = "WSLINT_ROOT", hide_env = true)]
    pub(crate) root: Vec<Mapping>,

    /// Permit includes and links that lead into this folder, outside of what is linted; repeatable
    #[arg(long, value_name = "DIR", env = "WSLINT_ALLOW_ROOT", hide_env = true)]
    pub(crate) allow_root: Vec<PathBuf>,

    /// Search what .gitignore and .ignore hide, too
    #[arg(long, env = "WSLINT_NO_IGNORE_FILES", hide_env = true)]
    pub(crate) no_ignore_files: bool,

    /// Read no code for endpoints: those of servers that a compose file links to the proxies
    #[arg(long, env = "WSLINT_NO_CODE", hide_env = true)]
    pub(crate) no_code: bool,

    /// Read the examples of documents, too: the fences of Markdown
    #[arg(long, env = "WSLINT_INCLUDE_DOCS", hide_env = true)]
    pub(crate) include_docs: bool,

    /// An environment variable that HAProxy sees; others are unknown; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) env: Vec<Variable>,

    /// The name that standard input goes by in the output
    #[arg(long, value_name = "NAME", env = "WSLINT_STDIN_FILENAME", hide_env = true)]
    pub(crate) stdin_filename: Option<String>,
}

fn endpoint_path(text: &str) -> Result<String, String> {
    if text.starts_with('/') {
        Ok(text.to_owned())
    } else {
        Err("the path of an endpoint begins with `/`".to_owned())
    }
}

/// How the output looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct TerminalOptions {
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto, env = "WSLINT_COLOR", hide_env = true)]
    pub(crate) color: ColorChoice,

    /// Print findings only: no notes and no summary
    #[arg(long, short, env = "WSLINT_QUIET", hide_env = true)]
    pub(crate) quiet: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The least severity that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Threshold {
    /// Everything, notes too
    Info,
    /// What drops or degrades traffic, and worse
    Warning,
    /// What breaks traffic for every client
    Error,
}
