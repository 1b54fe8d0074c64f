//! The copy of a HAProxy configuration.

mod address;
mod code;

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use wslint_syntax::haproxy::{Line, Options, Tree, parse};

pub(super) use self::address::upstream_address;
use self::address::{listen, without_family};
use self::code::{SECTIONS_NOT_RUN, not_run};
use super::address::is_own;
use super::copied::{
    CERTIFICATE, CERTIFICATE_AND_KEY, Copy, FileCopy, LeftOut, Listen, USER, Upstream, relative,
};
use super::edit::{Edits, Piece};
use super::time;
use crate::program::Program;
use crate::{Error, Kind, Setup};

/// The folders that absolute paths of configurations lead to; the copy's folder stands for each.
const PREFIXES: [&str; 2] = ["/usr/local/etc/haproxy", "/etc/haproxy"];

/// The lab's own file, read before the configuration's: so its line numbers stay.
const OWN_FILE: &str = "wslint-lab.cfg";

/// Without these, the lab's machine would refuse a large `maxconn`, and each run would start a thread for each
/// processor. The log goes where the lab reads it.
const OWN_SETTINGS: &str = "global\n    no strict-limits\n    nbthread 1\n    log stdout format raw local0\n";

/// Of these HAProxy has some of its own otherwise, which connect to the name servers of the machine.
const OWN_RESOLVERS: &str = "resolvers default\n    nameserver lab ";

/// HAProxy sizes its tables by the system's limits if the configuration says nothing; this is plenty here.
const MAXCONN: &str = "    maxconn 1000\n";

/// Lines of `global` about the process: the lab says where it runs and as whom.
const DROPPED: [&str; 26] = [
    "daemon",
    "chroot",
    "user",
    "group",
    "uid",
    "gid",
    "pidfile",
    "master-worker",
    "cpu-map",
    "ulimit-n",
    "ca-base",
    "crt-base",
    "ssl-dh-param-file",
    "localpeer",
    "node",
    "log",
    "stats",
    "default-path",
    "server-state-base",
    "server-state-file",
    "h1-case-adjust-file",
    "issuers-chain-path",
    "fd-hard-limit",
    "numa-cpu-mapping",
    "nbthread",
    "thread-groups",
];

/// Timeouts that act on connections which stand or requests which wait. Those for connecting, checks and a
/// request's head stay, since the lab's machine may be slow and they only bound what does not happen.
const TIMEOUTS: &[&str] =
    &["client", "server", "tunnel", "client-fin", "server-fin", "http-keep-alive", "queue", "tarpit"];

/// The copy of a setup's files. Those that end in `.cfg` are read with `-f`, in their order, after the main file.
pub(super) fn copy(setup: &Setup, program: &Program) -> Result<Copy, Error> {
    let mut sources = Vec::new();
    let mut files = Vec::new();
    let mut named = Vec::new();
    let options = Options { environment: setup.environment.iter().cloned().collect(), ..Options::default() };
    for (index, (written, bytes)) in setup.files.iter().enumerate() {
        if index == 0 || is_configuration(written) {
            sources.push((index, place(written)?, parse(bytes.as_slice(), &options).tree));
            continue;
        }
        // A name that leads out of the folder gets a place in it all the same.
        let path = place(written).unwrap_or_else(|_| format!("file-{index}").into());
        named.push((written.to_string_lossy().into_owned(), path.clone()));
        files.push(FileCopy { path, pieces: vec![Piece::Bytes(bytes.clone())] });
    }
    let known: HashSet<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let mut editor = Editor {
        files: known,
        data: named,
        listens: Vec::new(),
        datagrams: HashSet::new(),
        peers: BTreeSet::new(),
        edits: Edits::default(),
        file: 0,
        left_out: Vec::new(),
        asks_client: false,
        has_processes: has_processes(&program.version),
    };
    for (.., tree) in &sources {
        editor.collect_listens(tree);
    }
    let mut own = OWN_SETTINGS.to_owned();
    if !sources.iter().any(|(.., tree)| sets_maxconn(tree)) {
        own.push_str(MAXCONN);
    }
    let mut copies = Vec::new();
    let has_no_resolvers = sources.iter().all(|(.., tree)| !has_default_resolvers(tree));
    for (index, path, tree) in sources {
        editor.file = index;
        let pieces = editor.pieces(&tree);
        copies.push(FileCopy { path, pieces });
    }
    copies.extend(files);
    let mut pieces = vec![Piece::text(own)];
    if has_no_resolvers {
        pieces.extend([Piece::text(OWN_RESOLVERS), Piece::Resolver, Piece::text("\n")]);
    }
    copies.push(FileCopy { path: OWN_FILE.into(), pieces });
    let Editor { listens, datagrams, peers, left_out, asks_client, .. } = editor;
    Ok(Copy { kind: Kind::Haproxy, files: copies, listens, datagrams, peers, left_out, asks_client })
}

/// Whether this HAProxy can be several processes: from 2.5 on `nbproc` is an error.
fn has_processes(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < (2, 5)
}

/// How HAProxy is called: in the foreground, in one process.
pub(super) fn arguments(copy: &Copy, folder: &Path, check: bool) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec![if check { "-c" } else { "-db" }.into()];
    arguments.extend(["-f".into(), folder.join(OWN_FILE).into_os_string()]);
    for (index, file) in copy.files.iter().enumerate() {
        if (index == 0 || is_configuration(&file.path)) && file.path != Path::new(OWN_FILE) {
            arguments.extend(["-f".into(), folder.join(&file.path).into_os_string()]);
        }
    }
    arguments
}

fn is_configuration(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "cfg")
}

fn place(path: &Path) -> Result<PathBuf, Error> {
    let prefix = PREFIXES.iter().find(|prefix| path.starts_with(prefix));
    relative(path, prefix.unwrap_or(&PREFIXES[1]))
}

fn sets_maxconn(tree: &Tree) -> bool {
    let mut globals = tree.sections().filter(|section| tree.word(section.header, 0) == b"global");
    globals.any(|section| section.lines().any(|(_, line)| tree.word(line, 0) == b"maxconn"))
}

fn has_default_resolvers(tree: &Tree) -> bool {
    let named = |header: &Line| tree.word(header, 0) == b"resolvers" && tree.word(header, 1) == b"default";
    tree.sections().any(|section| named(section.header))
}

/// Goes through the lines of the files, and collects where they listen and what they connect to.
struct Editor {
    /// The files beside the configuration: patterns, maps, error pages.
    files: HashSet<PathBuf>,
    /// The names that the configuration calls them by, and their places.
    data: Vec<(String, PathBuf)>,
    listens: Vec<Listen>,
    datagrams: HashSet<String>,
    peers: BTreeSet<Upstream>,
    edits: Edits,
    /// The number of the file that is being copied.
    file: usize,
    left_out: Vec<LeftOut>,
    asks_client: bool,
    /// Whether `nbproc` could make several processes of this HAProxy.
    has_processes: bool,
}

impl Editor {
    fn collect_listens(&mut self, tree: &Tree) {
        for section in tree.sections() {
            let is_peers = tree.word(section.header, 0) == b"peers";
            for (_, line) in section.lines() {
                let words = texts(tree, line);
                match words.first().map(String::as_str) {
                    Some("bind") if words.len() > 1 => {
                        let tls = words[2..].iter().any(|word| word == "ssl");
                        for part in words[1].split(',') {
                            let (listen, tcp) = listen(part, tls);
                            self.add_listen(listen, tcp && !is_peers);
                        }
                    }
                    Some("peer") if is_peers && words.len() > 2 => {
                        self.add_listen(listen(&words[2], false).0, false);
                    }
                    _ => {}
                }
            }
        }
    }

    fn add_listen(&mut self, listen: Listen, tcp: bool) {
        if self.listens.iter().any(|known| known.address == listen.address) {
            return;
        }
        if !tcp {
            self.datagrams.insert(listen.address.clone());
        }
        self.listens.push(listen);
    }

    fn pieces(&mut self, tree: &Tree) -> Vec<Piece> {
        self.edits = Edits::default();
        for section in tree.sections() {
            let kind = String::from_utf8_lossy(tree.word(section.header, 0)).into_owned();
            if let Some((_, why)) = SECTIONS_NOT_RUN.iter().find(|(name, _)| *name == kind) {
                self.leave_out(tree, section.header, why);
                section.lines().for_each(|(_, line)| self.delete(tree, line));
                continue;
            }
            for (_, line) in section.lines() {
                self.line(tree, line, &kind);
            }
            if kind == "userlist" {
                // Whoever the copy is asked by is somebody whom it knows.
                let user = format!("\n    user {USER} insecure-password {USER}");
                self.edits.insert(section.header.span.range().end, vec![Piece::text(user)]);
            }
        }
        self.edits.apply(tree.source(), 0..tree.source().len())
    }

    fn line(&mut self, tree: &Tree, line: &Line, section: &str) {
        let words = texts(tree, line);
        let spans: Vec<Range<usize>> = tree.words(line).iter().map(|word| word.span.range()).collect();
        if let Some(why) = not_run(&words) {
            return self.leave_out(tree, line, why);
        }
        match (section, words[0].as_str()) {
            ("global", name) if DROPPED.contains(&name) => self.delete(tree, line),
            ("global", "nbproc") if self.has_processes => self.delete(tree, line),
            ("log-forward", "log") => self.delete(tree, line),
            ("resolvers", "nameserver") if words.len() > 2 => {
                self.edits.replace(spans[2].clone(), vec![Piece::Resolver]);
            }
            ("global", "hard-stop-after") => self.time(&words, &spans, 1),
            (_, "timeout") if words.len() > 2 && TIMEOUTS.contains(&words[1].as_str()) => {
                self.time(&words, &spans, 2);
            }
            (_, "http-request" | "http-response" | "tcp-request") => {
                if let Some(at) = words.iter().position(|word| word == "set-timeout") {
                    self.time(&words, &spans, at + 2);
                }
                self.paths(tree, &words, &spans);
            }
            (_, "bind") if words.len() > 1 => {
                let parts: Vec<String> =
                    words[1].split(',').map(|part| listen(part, false).0.address).collect();
                let mut pieces = Vec::new();
                for part in parts {
                    if !pieces.is_empty() {
                        pieces.push(Piece::text(","));
                    }
                    pieces.push(Piece::Listen(part));
                }
                self.edits.replace(spans[1].clone(), pieces);
                self.parameters(&words, &spans, 2);
            }
            ("peers", "peer") if words.len() > 2 => {
                let address = listen(&words[2], false).0.address;
                self.edits.replace(spans[2].clone(), vec![Piece::Listen(address)]);
            }
            (_, "server") if words.len() > 2 => {
                self.connect(&words[2], spans[2].clone());
                self.parameters(&words, &spans, 3);
            }
            (_, "server-template") if words.len() > 3 => {
                self.connect(&words[3], spans[3].clone());
                self.parameters(&words, &spans, 4);
            }
            (_, "dispatch") if words.len() > 1 => self.connect(&words[1], spans[1].clone()),
            (_, "default-server") => self.parameters(&words, &spans, 1),
            (_, "source") => self.delete(tree, line),
            ("defaults" | "frontend" | "backend" | "listen", "log")
                if words.get(1).is_some_and(|to| to != "global") =>
            {
                self.edits.replace(line.span.range(), vec![Piece::text("log global")]);
            }
            (_, "errorfile") if words.len() > 2 => {
                // Debian's own pages are not part of the configuration, and HAProxy has the same built in.
                match place(Path::new(&words[2])).is_ok_and(|path| self.files.contains(&path)) {
                    true => self.paths(tree, &words, &spans),
                    false => self.delete(tree, line),
                }
            }
            _ => self.paths(tree, &words, &spans),
        }
    }

    fn leave_out(&mut self, tree: &Tree, line: &Line, why: &'static str) {
        let words = texts(tree, line);
        let what = words.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
        let offset = line.span.range().start;
        self.left_out.push(LeftOut { file: self.file, offset, what, why });
        self.delete(tree, line);
    }

    fn delete(&mut self, tree: &Tree, line: &Line) {
        self.edits.delete(line.span.range(), tree.source());
    }

    fn time(&mut self, words: &[String], spans: &[Range<usize>], at: usize) {
        if let Some(milliseconds) = words.get(at).and_then(|word| time::haproxy(word)) {
            self.edits.replace(spans[at].clone(), vec![Piece::Time(milliseconds)]);
        }
    }

    /// A word that says where to connect.
    fn connect(&mut self, written: &str, span: Range<usize>) {
        let address = upstream_address(written);
        // No address of the lab's own is needed for what HAProxy finds out by itself: the client's destination.
        if matches!(address.as_str(), "0.0.0.0" | "*" | "0.0.0.0:0" | "*:0") {
            self.asks_client = true;
            return;
        }
        let own = is_own(&listen(written, false).0.address, &self.listens);
        let piece = match own {
            Some(listen) => Piece::Listen(listen),
            None => {
                if self.peers.iter().all(|known| known.address != address) {
                    let written = without_family(written).to_owned();
                    self.peers.insert(Upstream { address: address.clone(), written, composed: None });
                }
                Piece::Peer(address)
            }
        };
        self.edits.replace(span, vec![piece]);
    }

    /// The parameters of `bind` and `server` that name files, or what the lab's machine does not have.
    fn parameters(&mut self, words: &[String], spans: &[Range<usize>], from: usize) {
        let connects = words[0] != "bind";
        let mut at = from;
        while at < words.len() {
            let replacement: Option<Vec<Piece>> = match words[at].as_str() {
                "crt" => Some(vec![
                    Piece::text("crt "),
                    Piece::Folder,
                    Piece::text(format!("/{CERTIFICATE_AND_KEY}")),
                ]),
                "crt-list" => Some(vec![
                    Piece::text("crt "),
                    Piece::Folder,
                    Piece::text(format!("/{CERTIFICATE_AND_KEY}")),
                ]),
                "ca-file" => {
                    Some(vec![Piece::text("ca-file "), Piece::Folder, Piece::text(format!("/{CERTIFICATE}"))])
                }
                // A check goes to the server's own address here; an interface, an owner or a source address of
                // the lab's machine is none of the configuration's.
                "crl-file" | "interface" | "user" | "group" | "uid" | "gid" | "mode" | "source" | "addr"
                | "port" | "namespace" | "agent-addr" | "agent-port" | "agent-inter" | "ocsp-update"
                | "ca-verify-file" | "usesrc" | "resolvers" | "resolve-prefer" | "resolve-opts"
                | "resolve-net" | "init-addr" => Some(Vec::new()),
                "verify" if connects => Some(vec![Piece::text("verify none")]),
                _ => None,
            };
            match replacement {
                Some(pieces) if at + 1 < words.len() => {
                    self.edits.replace(spans[at].start..spans[at + 1].end, pieces);
                    at += 2;
                }
                _ => {
                    // They ask for an IPv6 address.
                    if matches!(words[at].as_str(), "v4v6" | "v6only" | "agent-check") {
                        self.edits.replace(spans[at].clone(), Vec::new());
                    }
                    at += 1;
                }
            }
        }
    }

    /// Files that are named by an absolute path, also inside of an expression (`map(/etc/haproxy/hosts.map)`).
    fn paths(&mut self, tree: &Tree, words: &[String], spans: &[Range<usize>]) {
        for (word, span) in words.iter().zip(spans) {
            let raw = &tree.source()[span.clone()];
            let found = self.data.iter().find_map(|(name, place)| Some((named_in(word, raw, name)?, place)));
            if let Some((range, place)) = found {
                let range = span.start + range.start..span.start + range.end;
                self.edits.replace(range, vec![Piece::Folder, Piece::text(format!("/{}", place.display()))]);
                continue;
            }
            for prefix in PREFIXES {
                let wanted = format!("{prefix}/");
                if !word.contains(&wanted) {
                    continue;
                }
                if let Some(at) = raw.windows(wanted.len()).position(|window| window == wanted.as_bytes()) {
                    let range = span.start + at..span.start + at + prefix.len();
                    self.edits.replace(range, vec![Piece::Folder]);
                    break;
                }
            }
        }
    }
}

/// Where a word names a file: alone, or as an argument of a converter.
fn named_in(word: &str, raw: &[u8], name: &str) -> Option<Range<usize>> {
    let is_argument = word.contains(&format!("({name}")) || word == name;
    let at = raw.windows(name.len().max(1)).position(|window| window == name.as_bytes())?;
    is_argument.then_some(at..at + name.len())
}

fn texts(tree: &Tree, line: &Line) -> Vec<String> {
    tree.words(line).iter().map(|word| String::from_utf8_lossy(tree.text(word)).into_owned()).collect()
}
