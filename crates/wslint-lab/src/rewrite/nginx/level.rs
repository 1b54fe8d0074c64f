//! Where the outermost directives of a file belong.

use super::scope::Source;
use crate::Level;
use crate::rewrite::copied::Listen;

/// Directives that stand outside of `http`.
const MAIN: &[&str] = &[
    "http",
    "events",
    "stream",
    "mail",
    "worker_processes",
    "user",
    "pid",
    "daemon",
    "load_module",
    "worker_shutdown_timeout",
    "worker_rlimit_nofile",
    "env",
    "thread_pool",
    "master_process",
    "pcre_jit",
];

/// Directives that make no sense but in a location.
const LOCATION: &[&str] =
    &["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "alias", "internal"];

/// Directives that may stand in `server` or deeper, not in `http`.
const SERVER: &[&str] = &["location", "listen", "server_name", "return", "rewrite", "set", "if", "try_files"];

/// The level of a main file.
pub(super) fn level(source: &Source) -> Level {
    let names: Vec<String> = source.tree.roots().map(|id| source.name(id)).collect();
    let has = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
    match () {
        () if has(MAIN) || names.is_empty() => Level::Main,
        () if has(LOCATION) && !has(&["location"]) => Level::Location,
        () if has(SERVER) => Level::Server,
        () => Level::Http,
    }
}

/// The address on which the `server` around a fragment listens.
pub(super) fn listen() -> Listen {
    Listen { address: "*:80".into(), port: Some(80), tls: false }
}
