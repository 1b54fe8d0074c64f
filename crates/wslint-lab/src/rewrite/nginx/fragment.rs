//! Completing a fragment: a lone `server {}` or `location {}`, as documentation and repositories have them, gets
//! the blocks that must stand around it.

use wslint_syntax::nginx::DirectiveId;

use super::directive::Editor;
use super::level::listen;
use super::scope::Source;
use crate::Level;
use crate::rewrite::copied::{CERTIFICATE, KEY};
use crate::rewrite::edit::{Edits, Piece};

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
    if level == Level::Stream {
        let mut pieces = vec![Piece::text(format!("{}events {{}} stream {{ ", editor.stream_module()))];
        pieces.extend(editor.stream_settings(&|name| tree.roots().any(|id| source.name(id) == name)));
        pieces.extend(edits.apply(tree.source(), whole));
        pieces.push(Piece::text("\n}\n"));
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
        Level::Http | Level::Main | Level::Stream => "\n}\n",
    };
    pieces.push(Piece::text(closing));
    pieces
}
