//! The command line, as data: every flag once, with its help. What the flags do stands in `commands`.

#[cfg(not(target_os = "wasi"))]
mod compare;
mod options;
#[cfg(feature = "live")]
mod probe;
#[cfg(all(feature = "live", unix))]
mod prove;
mod values;
mod variable;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
#[cfg(not(target_os = "wasi"))]
use clap_complete::Shell;
use wslint_model::{Proxy, Version};

#[cfg(not(target_os = "wasi"))]
pub(crate) use compare::{CompareArgs, CompareFormat, FailOn};
pub(crate) use options::{ColorChoice, ConfigOptions, SettingsOptions, TerminalOptions, Threshold};
#[cfg(feature = "live")]
pub(crate) use probe::{ProbeArgs, ProbeFormat};
#[cfg(all(feature = "live", unix))]
pub(crate) use prove::{ProofFormat, ProveArgs};
use values::reason;
pub(crate) use values::{Header, Mapping, Variable};
pub(crate) use variable::with_variable;

/// Finds what breaks WebSocket and Socket.IO traffic in nginx and HAProxy configuration.
#[derive(Debug, Parser)]
#[command(
    name = "wslint",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "A path that is named like a subcommand is written with a folder: ./trace\n\n\
                  A variable holds where a flag is not given: WSLINT_FORMAT for --format.\n\n\
                  Exit status: 0 nothing at or above the threshold, 1 findings, 2 the job could not be done."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) lint: LintArgs,
}

impl LintArgs {
    /// What is read: the paths, or for changed files everything that they may be part of.
    pub(crate) fn linted(&self) -> Vec<PathBuf> {
        if self.changed { vec![PathBuf::from(".")] } else { self.paths.clone() }
    }
}

/// What to do; without a subcommand it is `check`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lint, as without a subcommand
    Check(Box<LintArgs>),
    /// Follow one request through the configuration, step by step
    Trace(TraceArgs),
    /// Run the configuration in the installed proxies on loopback, and hold what happens against what is predicted
    #[cfg(all(feature = "live", unix))]
    Prove(Box<ProveArgs>),
    /// Say what a change does to the WebSocket routes: between two revisions of git, or two folders
    #[cfg(not(target_os = "wasi"))]
    Compare(CompareArgs),
    /// Ask a running service for a WebSocket as browsers do, and say what happens and why
    #[cfg(feature = "live")]
    Probe(Box<ProbeArgs>),
    /// Print every route with its facts and their causes
    #[cfg(not(target_os = "wasi"))]
    Facts(FactsArgs),
    /// Print what the reader sees in one file
    #[cfg(not(target_os = "wasi"))]
    Syntax(SyntaxArgs),
    /// Serve an editor by the Language Server Protocol
    #[cfg(not(target_os = "wasi"))]
    Server(Box<ServerArgs>),
    /// List all rules
    #[cfg(not(target_os = "wasi"))]
    Rules(RulesArgs),
    /// Show the page of one rule
    #[cfg(not(target_os = "wasi"))]
    Explain(ExplainArgs),
    /// Write a wslint.yaml that explains itself
    #[cfg(not(target_os = "wasi"))]
    Init(InitArgs),
    /// Print the script that completes the command line in a shell
    #[cfg(not(target_os = "wasi"))]
    Completions(CompletionsArgs),
    /// Print a manual page, for `man -l -`
    #[cfg(not(target_os = "wasi"))]
    Man(ManArgs),
}

/// `wslint [PATH…]`, `wslint check [PATH…]`
#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Files and folders to lint; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// How findings are printed; by default `github` in a workflow of GitHub Actions, else `full`
    #[arg(long, value_enum, env = "WSLINT_FORMAT", hide_env = true)]
    pub(crate) format: Option<Format>,

    /// Write the report to a file, in the format of --format; the terminal shows what it shows without either
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,

    /// Print how many findings each rule has, in place of the findings
    #[arg(long, env = "WSLINT_STATISTICS", hide_env = true)]
    pub(crate) statistics: bool,

    /// Only these rules: an id, a prefix such as `nginx`, or a glob such as `*/socketio-*`
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "WSLINT_SELECT", hide_env = true)]
    pub(crate) select: Vec<String>,

    /// Not these rules: an id, a prefix or a glob
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "WSLINT_IGNORE", hide_env = true)]
    pub(crate) ignore: Vec<String>,

    /// The least severity that is shown and that makes the exit status 1; what is milder is only counted
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Threshold::Warning, env = "WSLINT_SEVERITY", hide_env = true)]
    pub(crate) severity: Threshold,

    /// Accept the findings that this file lists; only others count
    #[arg(long, value_name = "FILE", env = "WSLINT_BASELINE", hide_env = true)]
    pub(crate) baseline: Option<PathBuf>,

    /// Accept all present findings: write them to the file of --baseline, or to wslint-baseline.json
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub(crate) write_baseline: bool,

    /// Write a `# wslint: ignore` comment above each finding, with this reason or with one to be filled in
    #[arg(
        long,
        value_name = "REASON",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_parser = reason,
        conflicts_with_all = ["fix", "diff", "write_baseline", "no_suppress"]
    )]
    pub(crate) add_ignore: Option<String>,

    /// Report what `# wslint: ignore` comments accept all the same
    #[arg(long, env = "WSLINT_NO_SUPPRESS", hide_env = true)]
    pub(crate) no_suppress: bool,

    /// The PATHs are changed files: read the configurations below the working directory that they belong to, and report
    /// only what concerns these files
    #[arg(long, conflicts_with = "write_baseline")]
    pub(crate) changed: bool,

    /// Say on standard error what each file was taken for, and why
    #[arg(long, short, env = "WSLINT_VERBOSE", hide_env = true)]
    pub(crate) verbose: bool,

    /// Print the files that would be linted, and lint nothing
    #[arg(long, group = "shown", conflicts_with_all = ["fix", "diff", "write_baseline", "add_ignore"])]
    pub(crate) show_files: bool,

    /// Print the settings that hold, in the form of wslint.yaml, and lint nothing
    #[arg(long, group = "shown", conflicts_with_all = ["fix", "diff", "write_baseline", "add_ignore"])]
    pub(crate) show_config: bool,

    /// Print every file that the findings depend on, for build systems and caches, in place of the findings
    #[arg(long, group = "shown", conflicts_with_all = ["fix", "diff", "write_baseline", "add_ignore"])]
    pub(crate) list_inputs: bool,

    /// Exit with 0 even if there are findings
    #[arg(long, env = "WSLINT_EXIT_ZERO", hide_env = true)]
    pub(crate) exit_zero: bool,

    /// Fix what can be fixed without changing what the configuration does otherwise
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix or --diff: also fix where the fixed configuration may do something else besides
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Print what --fix would change, as a diff, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "output_file", "statistics"])]
    pub(crate) diff: bool,

    #[command(flatten)]
    pub(crate) config: ConfigOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// `wslint trace URL [PATH…]`
#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    /// The request: `ws://host:port/path` or wss:// for a handshake, http:// or https:// for a plain request
    #[arg(value_name = "URL")]
    pub(crate) url: String,

    /// Files and folders to look at; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// The address that the request arrives at, where it is not the URL's
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,

    /// A header of the request, in place of the one that a browser would send; without a value, that header is left out
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<Header>,

    /// The method
    #[arg(long)]
    pub(crate) method: Option<String>,

    /// The HTTP version of the request
    #[arg(long, value_name = "VERSION", default_value = "1.1", value_parser = ["1.0", "1.1", "2"])]
    pub(crate) http: String,

    /// How the steps are printed
    #[arg(long, value_enum, default_value_t = TraceFormat::Full)]
    pub(crate) format: TraceFormat,

    #[command(flatten)]
    pub(crate) config: ConfigOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// `wslint facts [PATH…]`
#[derive(Debug, Args)]
pub(crate) struct FactsArgs {
    /// Files and folders to look at; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// Every fact, with all the lines that it follows from
    #[arg(long)]
    pub(crate) all: bool,

    /// How the facts are printed
    #[arg(long, value_enum, default_value_t = ReportFormat::Full)]
    pub(crate) format: ReportFormat,

    #[command(flatten)]
    pub(crate) config: ConfigOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// `wslint syntax FILE`
#[derive(Debug, Args)]
pub(crate) struct SyntaxArgs {
    /// The file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Whose syntax it is; told by the content if not given
    #[arg(long, value_enum)]
    pub(crate) proxy: Option<ProxyName>,

    /// An environment variable that HAProxy sees; all others are unset
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) env: Vec<Variable>,

    /// The HAProxy whose reader it is
    #[arg(long, value_name = "VERSION", default_value_t = Version::HAPROXY_DEFAULT)]
    pub(crate) haproxy_version: Version,

    /// Read `*_by_lua_block` as an nginx without its Lua module does
    #[arg(long)]
    pub(crate) no_lua: bool,
}

/// `wslint server`
#[cfg(not(target_os = "wasi"))]
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    #[command(flatten)]
    pub(crate) config: ConfigOptions,
}

/// `wslint rules`
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Try the examples of your own rules: each finding stands where `bad` is marked, and `good` is clean
    #[arg(long, conflicts_with = "format")]
    pub(crate) test: bool,

    /// How the list is printed
    #[arg(long, value_enum, default_value_t = ReportFormat::Full)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) settings: SettingsOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// `wslint explain RULE`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id of the rule, such as `nginx/upgrade-missing`, or a product, such as `product/grafana`
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    #[command(flatten)]
    pub(crate) settings: SettingsOptions,
    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,
}

/// `wslint init [DIR]`
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder that the file is written to
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
}

/// `wslint completions SHELL`
#[cfg(not(target_os = "wasi"))]
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
    #[command(flatten)]
    pub(crate) settings: SettingsOptions,
}

/// `wslint man [SUBCOMMAND]`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The subcommand that it is about; without one it is about all
    #[arg(value_name = "SUBCOMMAND")]
    pub(crate) subcommand: Option<String>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the lines of the configuration, for people
    Full,
    /// One line each
    Concise,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// A test report
    Junit,
    /// The XML of Checkstyle
    Checkstyle,
    /// JSON for reviewdog
    Rdjson,
    /// Issues of a step of Azure Pipelines
    Azure,
    /// One HTML file with sources and drawn routes, for a report of an incident
    Html,
}

/// How a trace is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// For people
    Full,
    /// One JSON document
    Json,
    /// One HTML file with the way drawn, for a report of an incident
    Html,
}

/// How anything but findings is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Full,
    /// One JSON document
    Json,
}

/// A proxy by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProxyName {
    /// nginx, and what shares its configuration language
    Nginx,
    /// HAProxy
    Haproxy,
}

impl From<ProxyName> for Proxy {
    fn from(name: ProxyName) -> Self {
        match name {
            ProxyName::Nginx => Self::Nginx,
            ProxyName::Haproxy => Self::Haproxy,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    /// Flags that change files or do something else than linting, and one whose meaning hangs on the paths beside it.
    const FLAGS_ONLY: [&str; 13] = [
        "add-ignore",
        "changed",
        "diff",
        "env",
        "fix",
        "help",
        "list-inputs",
        "output-file",
        "show-config",
        "show-files",
        "unsafe-fixes",
        "version",
        "write-baseline",
    ];

    #[test]
    fn every_other_flag_has_its_variable() {
        let command = Cli::command();
        let flags = command.get_arguments().filter_map(|flag| Some((flag.get_long()?, flag)));
        for (name, flag) in flags {
            let variable = flag.get_env().map(|name| name.to_string_lossy().into_owned());
            let named = format!("WSLINT_{}", name.to_uppercase().replace('-', "_"));
            let wanted = (!FLAGS_ONLY.contains(&name)).then_some(named);
            assert_eq!(variable, wanted, "--{name}");
        }
    }
}
