//! What happens to each directive on its way into the copy.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use wslint_syntax::nginx::{DirectiveId, Word};

use super::super::edit::{Edits, Piece};
use super::super::{CERTIFICATE, KEY, Listen, Upstream, is_own, split_port, time};
use super::address;
use super::fragment::{self, Level};
use super::scope::{PREFIX, Scope, Source};
use crate::program::Program;

/// nginx's default of `proxy_read_timeout`, in seconds (the manual; measured: 59.9 s).
const READ_TIMEOUT: f64 = 60.0;
/// nginx's default of the stream module's `proxy_timeout`, in seconds (the manual).
const STREAM_TIMEOUT: f64 = 600.0;

/// The lab says where nginx runs and as whom; what the private folder does not have is left out.
const DROPPED: &[&str] = &[
    "user", "pid", "daemon", "master_process", "lock_file", "worker_processes", "worker_cpu_affinity",
    "worker_priority", "worker_rlimit_nofile", "worker_rlimit_core", "working_directory", "client_body_temp_path",
    "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path", "ssl_dhparam", "ssl_crl",
    "ssl_password_file", "ssl_session_ticket_key", "ssl_stapling", "ssl_stapling_verify", "ssl_stapling_file",
    "proxy_bind", "ssl_engine", "proxy_ssl_password_file", "proxy_ssl_crl",
];

/// Timeouts that act on connections which stand, or on requests which are under way. Those for connecting and for
/// a request's head stay, since the lab's machine may be slow and they only bound what does not happen.
const TIMEOUTS: &[&str] = &[
    "proxy_read_timeout", "proxy_send_timeout", "send_timeout", "client_body_timeout", "keepalive_timeout",
    "lingering_timeout", "lingering_time", "worker_shutdown_timeout", "proxy_timeout", "fastcgi_read_timeout",
    "fastcgi_send_timeout", "uwsgi_read_timeout", "uwsgi_send_timeout", "scgi_read_timeout", "scgi_send_timeout",
    "grpc_read_timeout", "grpc_send_timeout", "memcached_read_timeout", "memcached_send_timeout",
];

/// Files that every nginx package has in its prefix, in Debian's wording where it matters.
const STOCK: &[(&str, &str)] = &[
    ("mime.types", "types { text/html html; text/css css; application/javascript js; application/json json; }\n"),
    (
        "proxy_params",
        "proxy_set_header Host $http_host;\nproxy_set_header X-Real-IP $remote_addr;\n\
         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         proxy_set_header X-Forwarded-Proto $scheme;\n",
    ),
    ("fastcgi_params", "fastcgi_param QUERY_STRING $query_string;\n"),
    ("fastcgi.conf", "fastcgi_param QUERY_STRING $query_string;\n"),
    ("uwsgi_params", "uwsgi_param QUERY_STRING $query_string;\n"),
    ("scgi_params", "scgi_param QUERY_STRING $query_string;\n"),
];

/// Goes through the files and collects what they connect to.
pub(super) struct Editor<'a> {
    scope: &'a Scope,
    scale: f64,
    program: &'a Program,
    pub(super) peers: BTreeSet<Upstream>,
    /// The listening address of a `server` without `listen`.
    pub(super) implicit_listen: Option<Listen>,
    /// Files of every nginx package that the setup includes and does not have, with their place.
    stock: BTreeSet<(PathBuf, &'static str)>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(scope: &'a Scope, scale: f64, program: &'a Program) -> Self {
        Self { scope, scale, program, peers: BTreeSet::new(), implicit_listen: None, stock: BTreeSet::new() }
    }

    /// Whether this is the file that nginx reads first.
    pub(super) fn is_main(&self, source: &Source) -> bool {
        self.scope.sources.first().is_some_and(|main| main.path == source.path)
    }

    /// Whether any listening address speaks TLS.
    pub(super) fn speaks_tls(&self) -> bool {
        self.scope.listens.iter().any(|listen| listen.tls)
    }

    /// The files that the configuration includes and the setup does not have, although every package does.
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
            name if DROPPED.contains(&name) => edits.delete(statement, source.tree.source()),
            name if TIMEOUTS.contains(&name) => {
                if let (Some(value), Some(word)) = (arguments.first(), words.get(1)) {
                    if let Some(scaled) = time::nginx(value, self.scale, 1000) {
                        edits.replace(word.span.range(), vec![Piece::text(scaled)]);
                    }
                }
            }
            "listen" => self.listen(words, &arguments, edits),
            "server" if source.tree.has_block(id) => self.server(source, id, edits),
            "server" => self.connect(source, words.get(1), arguments.first(), edits),
            "proxy_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "grpc_pass" | "memcached_pass" => {
                self.connect(source, words.get(1), arguments.first(), edits);
            }
            "set" => self.numeric_address(source, words.get(2), arguments.get(1), edits),
            "map" => {
                for entry in source.tree.children(id) {
                    let value = source.arguments(entry).into_iter().next();
                    self.numeric_address(source, source.tree.words(entry).get(1), value.as_ref(), edits);
                }
            }
            "http" => {
                let has = |name: &str| self.scope.has(source, id, name);
                let settings = self.http_settings(&has);
                self.after_brace(source, id, settings, edits);
            }
            "stream" => {
                if !self.scope.has(source, id, "proxy_timeout") {
                    let setting = format!(" proxy_timeout {}; ", self.seconds(STREAM_TIMEOUT));
                    self.after_brace(source, id, vec![Piece::text(setting)], edits);
                }
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
            "ssl_certificate" | "proxy_ssl_certificate" | "ssl_trusted_certificate" | "ssl_client_certificate"
            | "proxy_ssl_trusted_certificate" => {
                replace_word(words.get(1), vec![Piece::Folder, Piece::text(format!("/{CERTIFICATE}"))], edits);
            }
            "ssl_certificate_key" | "proxy_ssl_certificate_key" => {
                replace_word(words.get(1), vec![Piece::Folder, Piece::text(format!("/{KEY}"))], edits);
            }
            "proxy_cache_path" | "fastcgi_cache_path" | "uwsgi_cache_path" | "scgi_cache_path" => {
                let folder = format!("/cache-{}", words.first().map_or(0, |word| word.span.start));
                replace_word(words.get(1), vec![Piece::Folder, Piece::text(folder)], edits);
            }
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
            pieces.push(Piece::text(format!("proxy_read_timeout {}; ", self.seconds(READ_TIMEOUT))));
        }
        pieces
    }

    fn seconds(&self, seconds: f64) -> String {
        format!("{}ms", (seconds * 1000.0 / self.scale).round().max(1.0))
    }

    fn after_brace(&self, source: &Source, id: DirectiveId, mut pieces: Vec<Piece>, edits: &mut Edits) {
        if let Some(block) = source.tree.block(id) {
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
            let listen = fragment::listen();
            let setting = vec![Piece::text("listen "), Piece::Listen(listen.address.clone()), Piece::text("; ")];
            self.after_brace(source, id, setting, edits);
            self.implicit_listen = Some(listen);
        }
    }

    /// A word that says where to connect: `server` of an upstream and the pass directives.
    fn connect(&mut self, source: &Source, word: Option<&Word>, value: Option<&String>, edits: &mut Edits) {
        let (Some(word), Some(value)) = (word, value) else { return };
        let authority = address::authority(value);
        if value.contains('$') {
            self.connect_through_variables(value);
            return;
        }
        if self.scope.upstreams.contains(&value[authority.clone()]) {
            return;
        }
        let upstream = address::upstream(&value[authority.clone()], address::default_port(value));
        self.replace_address(source, word, &value[authority], upstream, edits);
    }

    /// An address that nginx finds out per request. If it is a name, the lab's name server knows it.
    fn connect_through_variables(&mut self, value: &str) {
        // The host ends where the URI begins, which may be a variable as well: `http://$backend$request_uri`.
        let known = self.scope.values(value).or_else(|| {
            let end = value[address::authority(value)].rfind('$')? + address::authority(value).start;
            self.scope.values(&value[..end])
        });
        for value in known.into_iter().flatten() {
            let authority = &value[address::authority(&value)];
            let host = address::host(authority);
            if host.is_empty() || self.scope.upstreams.contains(authority) || is_numeric(host) {
                continue;
            }
            let mut upstream = address::upstream(authority, address::default_port(&value));
            if let Some((_, port)) = split_port(&upstream.address) {
                upstream.resolved = Some((host.to_ascii_lowercase(), port));
                self.add(upstream);
            }
        }
    }

    /// A variable's value that is an address without a name needs no resolver: it is replaced where it is set.
    fn numeric_address(&mut self, source: &Source, word: Option<&Word>, value: Option<&String>, edits: &mut Edits) {
        let (Some(word), Some(value)) = (word, value) else { return };
        let authority = &value[address::authority(value)];
        let has_port = split_port(authority).is_some();
        if is_numeric(address::host(authority)) && (has_port || value.contains("://")) {
            let upstream = address::upstream(authority, address::default_port(value));
            self.replace_address(source, word, authority, upstream, edits);
        }
    }

    fn replace_address(
        &mut self,
        source: &Source,
        word: &Word,
        written: &str,
        upstream: Upstream,
        edits: &mut Edits,
    ) {
        let Some(range) = inside(source.tree.source(), word.span.range(), written) else { return };
        let piece = match is_own(&upstream.address, &self.scope.listens) {
            Some(listen) => Piece::Listen(listen),
            None => {
                let address = upstream.address.clone();
                self.add(upstream);
                Piece::Peer(address)
            }
        };
        edits.replace(range, vec![piece]);
    }

    fn add(&mut self, upstream: Upstream) {
        match self.peers.iter().find(|known| known.address == upstream.address) {
            // An address that is both literal and resolved has one peer, where the name server says.
            Some(known) if known.resolved.is_none() && upstream.resolved.is_some() => {
                let known = known.clone();
                self.peers.remove(&known);
                self.peers.insert(Upstream { resolved: upstream.resolved, ..known });
            }
            Some(_) => {}
            None => {
                self.peers.insert(upstream);
            }
        }
    }

    fn include(&mut self, source: &Source, id: DirectiveId, pattern: Option<&String>, edits: &mut Edits) {
        let Some(pattern) = pattern else { return };
        let Some(path) = self.scope.place(pattern) else { return };
        let missing = self.scope.included(pattern).next().is_none();
        if let Some((_, text)) = STOCK.iter().find(|(name, _)| missing && path.ends_with(name)) {
            self.stock.insert((path.clone(), text));
        }
        let elsewhere = Path::new(pattern).is_absolute() && !Path::new(pattern).starts_with(PREFIX);
        if elsewhere && missing {
            // Such as certbot's options: a file of another package, which the lab's machine does not have.
            edits.delete(source.tree.statement(id).range(), source.tree.source());
        } else {
            let pieces = vec![Piece::Folder, Piece::text(format!("/{}", path.display()))];
            replace_word(source.tree.words(id).get(1), pieces, edits);
        }
    }

    /// A module is loaded from where this nginx has it; one that it does not have may be built in.
    fn load_module(&self, source: &Source, id: DirectiveId, path: Option<&String>, edits: &mut Edits) {
        let name = path.and_then(|path| Path::new(path).file_name()).map(|name| name.to_string_lossy());
        match name.and_then(|name| self.program.module(&name)) {
            Some(module) => {
                let pieces = vec![Piece::text(module.to_string_lossy())];
                replace_word(source.tree.words(id).get(1), pieces, edits);
            }
            None => edits.delete(source.tree.statement(id).range(), source.tree.source()),
        }
    }

    /// Debian loads the stream module by a file of its own, which a configuration need not mention.
    fn load_stream_module(&self, source: &Source, edits: &mut Edits) {
        const MODULE: &str = "ngx_stream_module.so";
        let mut everything = self.scope.sources.iter().flat_map(|source| {
            source.directives().map(move |id| (source.name(id), source.arguments(id).join(" ")))
        });
        let has_stream = self.scope.sources.iter().any(|file| file.tree.roots().any(|id| file.name(id) == "stream"));
        let loads = everything.any(|(name, arguments)| name == "load_module" && arguments.contains(MODULE));
        if let Some(module) = self.program.module(MODULE).filter(|_| has_stream && !loads) {
            let start = source.tree.roots().next().map_or(0, |id| source.tree.statement(id).range().start);
            edits.insert(start, vec![Piece::text(format!("load_module {}; ", module.display()))]);
        }
    }
}

fn replace_word(word: Option<&Word>, pieces: Vec<Piece>, edits: &mut Edits) {
    if let Some(word) = word {
        edits.replace(word.span.range(), pieces);
    }
}

/// Where `text` stands in a word, quotes and all else around it left alone.
fn inside(source: &[u8], word: Range<usize>, text: &str) -> Option<Range<usize>> {
    let raw = &source[word.clone()];
    let at = raw.windows(text.len().max(1)).position(|window| window == text.as_bytes())?;
    Some(word.start + at..word.start + at + text.len())
}

fn is_numeric(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}
