//! What happens to each directive on its way into the copy.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wslint_syntax::nginx::{DirectiveId, Word};

use super::address;
use super::code;
use super::level;
use super::scope::{PREFIX, Scope, Source};
use super::stock::STOCK;
use super::upstream::Upstreams;
use crate::Level;
use crate::program::Program;
use crate::rewrite::copied::{CERTIFICATE, KEY, LeftOut, Listen, USERS};
use crate::rewrite::edit::{Edits, Piece};
use crate::rewrite::time;

/// nginx's default of `proxy_read_timeout`, in milliseconds (the manual; measured: 59.9 s).
const READ_TIMEOUT: u64 = 60_000;
/// nginx's default of the stream module's `proxy_timeout`, in milliseconds (the manual).
const STREAM_TIMEOUT: u64 = 600_000;

/// The lab says where nginx runs and as whom; what the private folder does not have is left out.
const DROPPED: &[&str] = &[
    "user",
    "pid",
    "daemon",
    "master_process",
    "lock_file",
    "worker_processes",
    "worker_cpu_affinity",
    "worker_priority",
    "worker_rlimit_nofile",
    "worker_rlimit_core",
    "working_directory",
    "client_body_temp_path",
    "proxy_temp_path",
    "fastcgi_temp_path",
    "uwsgi_temp_path",
    "scgi_temp_path",
    "ssl_dhparam",
    "ssl_crl",
    "ssl_password_file",
    "ssl_session_ticket_key",
    "ssl_stapling",
    "ssl_stapling_verify",
    "ssl_stapling_file",
    "proxy_bind",
    "ssl_engine",
    "proxy_ssl_password_file",
    "proxy_ssl_crl",
    "proxy_ssl_verify",
    "grpc_ssl_verify",
    "uwsgi_ssl_verify",
    "ssl_ocsp",
    "ssl_ocsp_responder",
    "google_perftools_profiles",
    "state",
    "proxy_store",
    "fastcgi_store",
    "uwsgi_store",
    "scgi_store",
];

/// Directives that name a file which the copy does not have, beside certificates: it gets one of its own.
const PASSWORDS: &str = "auth_basic_user_file";

/// Timeouts that act on connections which stand, or on requests which are under way. Those for connecting and for
/// a request's head stay, since the lab's machine may be slow and they only bound what does not happen.
const TIMEOUTS: &[&str] = &[
    "proxy_read_timeout",
    "proxy_send_timeout",
    "send_timeout",
    "client_body_timeout",
    "keepalive_timeout",
    "lingering_timeout",
    "lingering_time",
    "worker_shutdown_timeout",
    "proxy_timeout",
    "fastcgi_read_timeout",
    "fastcgi_send_timeout",
    "uwsgi_read_timeout",
    "uwsgi_send_timeout",
    "scgi_read_timeout",
    "scgi_send_timeout",
    "grpc_read_timeout",
    "grpc_send_timeout",
    "memcached_read_timeout",
    "memcached_send_timeout",
];

/// The file of the stream module, where it is one.
const STREAM_MODULE: &str = "ngx_stream_module.so";

/// Goes through the files and collects what they connect to.
pub(super) struct Editor<'a> {
    scope: &'a Scope,
    program: &'a Program,
    pub(super) upstreams: Upstreams<'a>,
    /// The listening address of a `server` without `listen`.
    pub(super) implicit_listen: Option<Listen>,
    /// Files of every nginx package that the setup includes and does not have, with their place.
    stock: BTreeSet<(PathBuf, &'static str)>,
    /// What is not run.
    pub(super) left_out: Vec<LeftOut>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(scope: &'a Scope, program: &'a Program) -> Self {
        let (upstreams, stock) = (Upstreams::new(scope), BTreeSet::new());
        let left_out = Vec::new();
        let mut editor = Self { scope, program, upstreams, implicit_listen: None, stock, left_out };
        // nginx's default of `root`.
        editor.index_page(Path::new("html"));
        editor
    }

    /// Whether this is the file that nginx reads first.
    pub(super) fn is_main(&self, source: &Source) -> bool {
        self.scope.sources.first().is_some_and(|main| main.path == source.path)
    }

    /// Whether any listening address speaks TLS.
    pub(super) fn speaks_tls(&self) -> bool {
        self.scope.listens.iter().any(|listen| listen.tls)
    }

    /// The files that nginx is told to read and the setup does not have, although every machine does.
    pub(super) fn stock(&self) -> impl Iterator<Item = (PathBuf, &'static str)> {
        self.stock.iter().cloned()
    }

    /// The changes to one file; `level` is that of its outermost directives.
    pub(super) fn edits(&mut self, source: &Source, level: Level) -> Edits {
        let mut edits = Edits::default();
        for id in source.directives() {
            self.directive(source, id, &mut edits);
        }
        if self.is_main(source) && level == Level::Main {
            self.load_stream_module(source, &mut edits);
        }
        edits
    }

    fn directive(&mut self, source: &Source, id: DirectiveId, edits: &mut Edits) {
        let name = source.name(id);
        let arguments = source.arguments(id);
        let words = source.tree.words(id);
        let statement = source.tree.statement(id).range();
        match name.as_str() {
            name if code::is_directive(name) => self.leave_out(source, id, code::WHY, edits),
            name if DROPPED.contains(&name) => edits.delete(statement, source.tree.source()),
            name if TIMEOUTS.contains(&name) => {
                if let Some(time) = arguments.first().and_then(|value| time::nginx(value)) {
                    replace_word(words.get(1), vec![Piece::Time(time)], edits);
                }
            }
            PASSWORDS => {
                replace_word(words.get(1), vec![Piece::Folder, Piece::text(format!("/{USERS}"))], edits);
            }
            "listen" => self.listen(words, &arguments, edits),
            "server" if source.tree.has_block(id) => self.server(source, id, edits),
            "server" => self.upstreams.connect(source, words.get(1), arguments.first(), edits),
            "proxy_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "grpc_pass" | "memcached_pass" => {
                self.upstreams.connect(source, words.get(1), arguments.first(), edits);
            }
            "set" => self.upstreams.variable(source, words.get(2), arguments.get(1), edits),
            "map" => {
                for entry in source.tree.children(id) {
                    let value = source.arguments(entry).into_iter().next();
                    self.upstreams.variable(source, source.tree.words(entry).get(1), value.as_ref(), edits);
                }
            }
            "http" => {
                let has = |name: &str| self.scope.has(source, id, name);
                let settings = self.http_settings(&has);
                self.after_brace(source, id, settings, edits);
            }
            "stream" => {
                let settings = self.stream_settings(&|name| self.scope.has(source, id, name));
                self.after_brace(source, id, settings, edits);
            }
            "resolver" => {
                let mut first = vec![Piece::Resolver];
                for (word, value) in words[1..].iter().zip(&arguments) {
                    if !value.contains('=') {
                        edits.replace(word.span.range(), std::mem::take(&mut first));
                    }
                }
            }
            "error_log" => replace_word(words.get(1), vec![Piece::text("stderr")], edits),
            "access_log" if arguments.first().is_some_and(|path| path != "off") => {
                replace_word(words.get(1), vec![Piece::Folder, Piece::text("/access.log")], edits);
            }
            "ssl_certificate"
            | "proxy_ssl_certificate"
            | "ssl_trusted_certificate"
            | "ssl_client_certificate"
            | "proxy_ssl_trusted_certificate" => {
                replace_word(
                    words.get(1),
                    vec![Piece::Folder, Piece::text(format!("/{CERTIFICATE}"))],
                    edits,
                );
            }
            "ssl_certificate_key" | "proxy_ssl_certificate_key" => {
                replace_word(words.get(1), vec![Piece::Folder, Piece::text(format!("/{KEY}"))], edits);
            }
            "proxy_cache_path" | "fastcgi_cache_path" | "uwsgi_cache_path" | "scgi_cache_path" => {
                let folder = format!("/cache-{}", words.first().map_or(0, |word| word.span.start));
                replace_word(words.get(1), vec![Piece::Folder, Piece::text(folder)], edits);
            }
            "root" | "alias" => self.documents(words.get(1), arguments.first(), edits),
            "load_module" => self.load_module(source, id, arguments.first(), edits),
            "include" => self.include(source, id, arguments.first(), edits),
            _ => {
                for (word, value) in words.iter().skip(1).zip(&arguments) {
                    if let Some(rest) = value.strip_prefix(PREFIX).filter(|rest| rest.starts_with('/')) {
                        edits.replace(word.span.range(), vec![Piece::Folder, Piece::text(rest)]);
                    }
                }
            }
        }
    }

    /// What `http` needs where the configuration does not say it itself. On one line, for the line numbers.
    pub(super) fn http_settings(&self, has: &dyn Fn(&str) -> bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for module in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            let setting = format!("{module}_temp_path ");
            pieces.extend([Piece::text(setting), Piece::Folder, Piece::text(format!("/{module}; "))]);
        }
        if !has("access_log") {
            pieces.push(Piece::text("access_log off; "));
        }
        if !has("proxy_read_timeout") {
            pieces.extend([Piece::text("proxy_read_timeout "), Piece::Time(READ_TIMEOUT), Piece::text("; ")]);
        }
        pieces
    }

    /// What `stream` needs where the configuration does not say it itself.
    pub(super) fn stream_settings(&self, has: &dyn Fn(&str) -> bool) -> Vec<Piece> {
        match has("proxy_timeout") {
            true => Vec::new(),
            false => vec![Piece::text("proxy_timeout "), Piece::Time(STREAM_TIMEOUT), Piece::text("; ")],
        }
    }

    fn leave_out(&mut self, source: &Source, id: DirectiveId, why: &'static str, edits: &mut Edits) {
        let words = [vec![source.name(id)], source.arguments(id)].concat();
        let what = words.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
        let offset = source.tree.statement(id).range().start;
        self.left_out.push(LeftOut { file: source.index, offset, what, why });
        edits.delete(source.tree.span(id).range(), source.tree.source());
    }

    fn after_brace(&self, source: &Source, id: DirectiveId, mut pieces: Vec<Piece>, edits: &mut Edits) {
        if let Some(block) = source.tree.block(id).filter(|_| !pieces.is_empty()) {
            pieces.insert(0, Piece::text(" "));
            edits.insert(block.open.range().end, pieces);
        }
    }

    fn listen(&mut self, words: &[Word], arguments: &[String], edits: &mut Edits) {
        if let (Some((listen, _)), Some(word)) = (address::listen(arguments), words.get(1)) {
            edits.replace(word.span.range(), vec![Piece::Listen(listen.address)]);
            // Without IPv6 there is nothing to say about it, and nginx 1.31 would refuse.
            for (word, value) in words[1..].iter().zip(arguments) {
                if value.starts_with("ipv6only=") {
                    edits.replace(word.span.range(), Vec::new());
                }
            }
        }
    }

    /// A `server` of http without `listen` listens on port 80 (8000 for who is not root; the manual).
    fn server(&mut self, source: &Source, id: DirectiveId, edits: &mut Edits) {
        let parent = source.tree.parent(id).map(|parent| source.name(parent));
        let in_http = parent.is_none_or(|parent| parent == "http");
        if in_http && !self.scope.has(source, id, "listen") {
            let listen = level::listen();
            let setting =
                vec![Piece::text("listen "), Piece::Listen(listen.address.clone()), Piece::text("; ")];
            self.after_brace(source, id, setting, edits);
            self.implicit_listen = Some(listen);
        }
    }

    fn include(&mut self, source: &Source, id: DirectiveId, pattern: Option<&String>, edits: &mut Edits) {
        let Some(pattern) = pattern else { return };
        let Some(path) = self.scope.place(pattern) else { return };
        let statement = source.tree.statement(id).range();
        let included = self.scope.included(source, id);
        let missing = included.is_none();
        let stock = STOCK.iter().find(|(name, _)| missing && path.ends_with(name));
        if let Some((_, text)) = stock {
            self.stock.insert((path.clone(), text));
        }
        let elsewhere = Path::new(pattern).is_absolute() && !Path::new(pattern).starts_with(PREFIX);
        if let Some(files) = included.filter(|_| self.scope.is_known()) {
            let one = |file: &&Source| {
                [Piece::text("include "), Piece::Folder, Piece::text(format!("/{}; ", file.path.display()))]
            };
            edits.delete(statement.clone(), source.tree.source());
            edits.insert(statement.start, files.iter().flat_map(one).collect());
        } else if missing && (elsewhere || self.scope.is_known()) && stock.is_none() {
            // Such as certbot's options: a file of another package, which the lab's machine does not have.
            edits.delete(statement, source.tree.source());
        } else {
            let pieces = vec![Piece::Folder, Piece::text(format!("/{}", path.display()))];
            replace_word(source.tree.words(id).get(1), pieces, edits);
        }
    }

    /// A folder of documents has an index page, as folders of documents do, unless the setup brings one along.
    fn documents(&mut self, word: Option<&Word>, folder: Option<&String>, edits: &mut Edits) {
        let Some(place) =
            folder.filter(|folder| !folder.contains('$')).and_then(|folder| self.scope.place(folder))
        else {
            return;
        };
        replace_word(word, vec![Piece::Folder, Piece::text(format!("/{}/", place.display()))], edits);
        self.index_page(&place);
    }

    fn index_page(&mut self, folder: &Path) {
        let index = folder.join("index.html");
        if self.scope.sources.iter().all(|source| source.path != index) {
            self.stock.insert((index, "<!doctype html>\n"));
        }
    }

    /// A module is loaded from where this nginx has it; one that it does not have may be built in.
    fn load_module(&mut self, source: &Source, id: DirectiveId, path: Option<&String>, edits: &mut Edits) {
        let name = path.and_then(|path| Path::new(path).file_name()).map(|name| name.to_string_lossy());
        let runs = name.as_ref().is_some_and(|name| code::is_module(name));
        match name.and_then(|name| self.program.module(&name)) {
            _ if runs => self.leave_out(source, id, code::WHY, edits),
            Some(module) => {
                let pieces = vec![Piece::text(module.to_string_lossy())];
                replace_word(source.tree.words(id).get(1), pieces, edits);
            }
            None => {
                self.leave_out(source, id, "this nginx has no such file in its folder of modules", edits);
            }
        }
    }

    /// Debian loads the stream module by a file of its own, which a configuration need not mention.
    fn load_stream_module(&self, source: &Source, edits: &mut Edits) {
        let mut everything = self.scope.sources.iter().flat_map(|source| {
            source.directives().map(move |id| (source.name(id), source.arguments(id).join(" ")))
        });
        let has_stream =
            self.scope.sources.iter().any(|file| file.tree.roots().any(|id| file.name(id) == "stream"));
        let loads =
            everything.any(|(name, arguments)| name == "load_module" && arguments.contains(STREAM_MODULE));
        if has_stream && !loads {
            let start = source.tree.roots().next().map_or(0, |id| source.tree.statement(id).range().start);
            edits.insert(start, vec![Piece::text(self.stream_module())]);
        }
    }

    /// The directive that loads the stream module, where it is a file.
    pub(super) fn stream_module(&self) -> String {
        let module = self.program.module(STREAM_MODULE);
        module.map_or_else(String::new, |module| format!("load_module {}; ", module.display()))
    }
}

fn replace_word(word: Option<&Word>, pieces: Vec<Piece>, edits: &mut Edits) {
    if let Some(word) = word {
        edits.replace(word.span.range(), pieces);
    }
}
