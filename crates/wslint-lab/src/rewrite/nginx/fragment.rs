//! Completing a fragment: a lone `server {}` or `location {}`, as documentation and repositories have them, gets
//! the blocks that must stand around it.

use wslint_syntax::nginx::DirectiveId;

use super::super::edit::{Edits, Piece};
use super::super::{CERTIFICATE, KEY, Listen};
use super::directive::Editor;
use super::scope::Source;

/// Where a file's outermost directives belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// A whole file, or one that is included where it fits.
    Main,
    /// Inside of `http`.
    Http,
    /// Inside of `server`, but for what only `http` may hold.
    Server,
    /// Inside of `location`, but for what only `http` may hold.
    Location,
}

impl Level {
    /// Whether a `server` has to be written around it.
    pub(super) fn needs_server(self) -> bool {
        matches!(self, Self::Server | Self::Location)
    }
}

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

/// Directives that may stand in `http` only (the manual's "Context").
const HTTP: &[&str] = &[
    "server",
    "upstream",
    "map",
    "geo",
    "split_clients",
    "limit_req_zone",
    "limit_conn_zone",
    "log_format",
    "proxy_cache_path",
    "fastcgi_cache_path",
    "uwsgi_cache_path",
    "scgi_cache_path",
    "map_hash_max_size",
    "map_hash_bucket_size",
    "server_names_hash_max_size",
    "server_names_hash_bucket_size",
    "js_import",
    "lua_shared_dict",
    "variables_hash_max_size",
    "variables_hash_bucket_size",
    "perl_modules",
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

/// The file's pieces, with everything around them that its level needs.
pub(super) fn complete(source: &Source, level: Level, edits: &mut Edits, editor: &Editor<'_>) -> Vec<Piece> {
    let tree = &source.tree;
    let whole = 0..tree.source().len();
    if level == Level::Main {
        let mut pieces = edits.apply(tree.source(), whole);
        let is_main = editor.is_main(source);
        if is_main && !tree.roots().any(|id| matches!(source.name(id).as_str(), "events" | "include")) {
            pieces.push(Piece::text("\nevents {}\n"));
        }
        return pieces;
    }
    let mut pieces = vec![Piece::text("events {} http { ")];
    pieces.extend(editor.http_settings(&|name| tree.roots().any(|id| source.name(id) == name)));
    if editor.speaks_tls() && !tree.roots().any(|id| source.name(id) == "ssl_certificate") {
        // Fragments seldom show the certificate of their `listen ... ssl`.
        pieces.extend([
            Piece::text("ssl_certificate "),
            Piece::Folder,
            Piece::text(format!("/{CERTIFICATE}; ")),
        ]);
        pieces.extend([Piece::text("ssl_certificate_key "), Piece::Folder, Piece::text(format!("/{KEY}; "))]);
    }
    if level.needs_server() {
        let hoisted: Vec<DirectiveId> =
            tree.roots().filter(|&id| HTTP.contains(&source.name(id).as_str())).collect();
        for &id in &hoisted {
            pieces.extend(edits.apply(tree.source(), tree.span(id).range()));
            pieces.push(Piece::text("\n"));
        }
        for &id in &hoisted {
            edits.delete(tree.span(id).range(), tree.source());
        }
        pieces.push(Piece::text("server { "));
        if !tree.roots().any(|id| source.name(id) == "listen") {
            pieces.extend([Piece::text("listen "), Piece::Listen(listen().address), Piece::text("; ")]);
        }
        if level == Level::Location {
            pieces.push(Piece::text("location / { "));
        }
    }
    pieces.extend(edits.apply(tree.source(), whole));
    let closing = match level {
        Level::Location => "\n}}}\n",
        Level::Server => "\n}}\n",
        Level::Http | Level::Main => "\n}\n",
    };
    pieces.push(Piece::text(closing));
    pieces
}
