//! From a configuration as people write it to a private copy that runs on loopback. What is changed are words, by
//! their byte spans; everything around them stays as it is, and line numbers with it.
//!
//! The copy is made in two steps: [`copy`] says which addresses the configuration has and leaves a hole for each,
//! and [`Places::fill`] fills the holes once the peers run and the ports are known.

mod edit;
mod haproxy;
mod nginx;
mod time;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};

pub(crate) use edit::Piece;

use crate::program::Program;
use crate::{Error, Kind, Setup};

/// The lab's certificate, in the copy's folder.
pub(crate) const CERTIFICATE: &str = "wslint-lab.crt";
/// Its private key.
pub(crate) const KEY: &str = "wslint-lab.key";
/// Both in one file, as HAProxy wants them.
pub(crate) const CERTIFICATE_AND_KEY: &str = "wslint-lab.pem";

/// A configuration with holes.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) kind: Kind,
    /// The first is the main file.
    pub(crate) files: Vec<FileCopy>,
    /// The addresses that the configuration listens on, in their order.
    pub(crate) listens: Vec<Listen>,
    /// Those of them that take no TCP connection of a client.
    pub(crate) datagrams: HashSet<String>,
    /// The addresses that it connects to.
    pub(crate) peers: BTreeSet<Upstream>,
}

/// One file with holes.
#[derive(Debug)]
pub(crate) struct FileCopy {
    /// Relative to the copy's folder.
    pub(crate) path: PathBuf,
    pub(crate) pieces: Vec<Piece>,
}

/// A listening address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listen {
    /// In one spelling for all that are the same.
    pub(crate) address: String,
    /// The port, unless it is a socket in the file system.
    pub(crate) port: Option<u16>,
    /// Whether it speaks TLS.
    pub(crate) tls: bool,
}

/// An address that the proxy connects to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Upstream {
    /// In one spelling for all that are the same.
    pub(crate) address: String,
    /// As the configuration writes it first; the reports use it.
    pub(crate) written: String,
    /// The host, if the proxy puts the address together itself and so decides on the port, and that port.
    pub(crate) composed: Option<(String, u16)>,
}

/// What goes into the holes.
pub(crate) struct Places {
    folder: PathBuf,
    /// Where the copy listens instead of each [`Listen::address`].
    pub(crate) listens: HashMap<String, SocketAddr>,
    /// Where the peer of each [`Upstream::address`] listens, and how the configuration writes it.
    pub(crate) peers: HashMap<String, (SocketAddr, String)>,
    /// The loopback address that stands for each host of a composed address.
    pub(crate) hosts: HashMap<String, Ipv4Addr>,
    /// The name server that knows these hosts.
    pub(crate) resolver: Option<SocketAddr>,
}

impl Places {
    /// Places in `folder`, none yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            listens: HashMap::new(),
            peers: HashMap::new(),
            hosts: HashMap::new(),
            resolver: None,
        }
    }

    /// The bytes of a file.
    pub(crate) fn fill(&self, pieces: &[Piece]) -> Vec<u8> {
        // A hole for which there is nothing is an address that was not collected; the discard port refuses.
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(text) => bytes.extend_from_slice(text),
                Piece::Folder => bytes.extend_from_slice(self.folder.as_os_str().as_encoded_bytes()),
                Piece::Listen(address) => {
                    let place = self.listens.get(address).copied().unwrap_or(nowhere);
                    bytes.extend_from_slice(place.to_string().as_bytes());
                }
                Piece::Peer(address) => {
                    let place = self.peers.get(address).map_or(nowhere, |(place, _)| *place);
                    bytes.extend_from_slice(place.to_string().as_bytes());
                }
                Piece::Host(host) => {
                    let place = self.hosts.get(host).copied().unwrap_or(Ipv4Addr::LOCALHOST);
                    bytes.extend_from_slice(place.to_string().as_bytes());
                }
                Piece::Resolver => {
                    bytes.extend_from_slice(self.resolver.unwrap_or(nowhere).to_string().as_bytes());
                }
            }
        }
        bytes
    }

    /// A text from the proxy in the configuration's own words: its addresses, and no folder of the lab's.
    pub(crate) fn written(&self, text: &str) -> String {
        let mut text = text.replace(&format!("{}/", self.folder.display()), "");
        for (address, (place, written)) in &self.peers {
            // nginx calls a socket in the file system by this name in `Host` and the like.
            let written = if address.starts_with("unix:") { "localhost" } else { written };
            text = text.replace(&place.to_string(), written);
        }
        for (host, place) in &self.hosts {
            text = text.replace(&place.to_string(), host);
        }
        for (written, place) in &self.listens {
            text = text.replace(&place.to_string(), written);
        }
        text
    }
}

/// The copy of a setup's files.
pub(crate) fn copy(setup: &Setup, program: &Program) -> Result<Copy, Error> {
    if setup.files.is_empty() {
        return Err(Error::BadSetup("there is no file".into()));
    }
    match setup.proxy {
        Kind::Nginx => nginx::copy(setup, program),
        Kind::Haproxy => haproxy::copy(setup),
    }
}

/// Whether the address that a setup lists is the one that the configuration writes.
pub(crate) fn is_address(kind: Kind, listed: &str, upstream: &Upstream) -> bool {
    let address = match kind {
        Kind::Nginx => nginx::upstream_address(listed, 80),
        Kind::Haproxy => haproxy::upstream_address(listed),
    };
    listed == upstream.written || address == upstream.address
}

/// The arguments with which the proxy runs the copy in `folder`.
pub(crate) fn run_arguments(program: &Program, copy: &Copy, folder: &Path, reloads: bool) -> Vec<OsString> {
    match program.kind {
        Kind::Nginx => nginx::arguments(copy, folder, false, reloads),
        Kind::Haproxy => haproxy::arguments(copy, folder, false),
    }
}

/// The arguments with which the proxy only checks it.
pub(crate) fn check_arguments(program: &Program, copy: &Copy, folder: &Path) -> Vec<OsString> {
    match program.kind {
        Kind::Nginx => nginx::arguments(copy, folder, true, false),
        Kind::Haproxy => haproxy::arguments(copy, folder, true),
    }
}

/// A setup's path in the copy's folder: what stands before `prefix` is dropped.
fn relative(path: &Path, prefix: &str) -> Result<PathBuf, Error> {
    let path = path.strip_prefix(prefix).unwrap_or(path);
    let path = path.strip_prefix("/").unwrap_or(path);
    if path.as_os_str().is_empty() || path.components().any(|part| part == Component::ParentDir) {
        return Err(Error::BadSetup(format!("{} is no path of a file", path.display())));
    }
    Ok(path.components().filter(|part| *part != Component::CurDir).collect())
}

/// The listening address of the same configuration that an address to connect to leads to.
fn is_own(upstream: &str, listens: &[Listen]) -> Option<String> {
    let leads_to = |listen: &&Listen| match (split_port(upstream), split_port(&listen.address)) {
        (Some((host, port)), Some((on, listening))) => {
            let local = matches!(host, "127.0.0.1" | "localhost" | "[::1]" | "0.0.0.0");
            port == listening && (host == on || local && is_any(on))
        }
        _ => upstream == listen.address,
    };
    listens.iter().find(leads_to).map(|listen| listen.address.clone())
}

/// Whether a listening host covers loopback.
fn is_any(host: &str) -> bool {
    matches!(host, "*" | "" | "0.0.0.0" | "[::]" | "::" | "localhost" | "127.0.0.1")
}

/// `host:port` in two.
fn split_port(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    Some((host, port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of a setup's copy as text, each hole by its name.
    fn text(setup: &Setup) -> String {
        let version = "1.22.1".into();
        let program = Program { kind: setup.proxy, path: PathBuf::new(), version, modules: Vec::new() };
        let copy = copy(setup, &program).unwrap();
        let mut text = String::new();
        for piece in copy.files.iter().flat_map(|file| &file.pieces) {
            match piece {
                Piece::Bytes(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
                Piece::Folder => text.push_str("<folder>"),
                Piece::Listen(address) => text.push_str(&format!("<listen {address}>")),
                Piece::Peer(address) => text.push_str(&format!("<peer {address}>")),
                Piece::Host(host) => text.push_str(&format!("<host {host}>")),
                Piece::Resolver => text.push_str("<resolver>"),
            }
        }
        text
    }

    /// The lab's own words in a fragment's `http`, which each expectation would otherwise repeat.
    fn without_own_settings(text: &str) -> String {
        let own = "client_body_temp_path <folder>/client_body; proxy_temp_path <folder>/proxy; \
                   fastcgi_temp_path <folder>/fastcgi; uwsgi_temp_path <folder>/uwsgi; \
                   scgi_temp_path <folder>/scgi; access_log off; ";
        text.replace(own, "").replace("<!doctype html>\n", "")
    }

    #[test]
    fn nginx_fragments_get_what_must_stand_around_them() {
        let cases = [
            (
                "location /ws { proxy_pass http://app:3000; }",
                "events {} http { proxy_read_timeout 2000ms; server { listen <listen *:80>; location /ws { \
                 proxy_pass http://<peer app:3000>; }\n}}\n",
            ),
            (
                "map $http_upgrade $c { default upgrade; }\nlocation / { proxy_pass http://app; }",
                "events {} http { proxy_read_timeout 2000ms; map $http_upgrade $c { default upgrade; }\nserver { \
                 listen <listen *:80>; \nlocation / { proxy_pass http://<peer app:80>; }\n}}\n",
            ),
            (
                "proxy_pass http://app:3000/ws;",
                "events {} http { proxy_read_timeout 2000ms; server { listen <listen *:80>; location / { \
                 proxy_pass http://<peer app:3000>/ws;\n}}}\n",
            ),
            (
                "server { proxy_read_timeout 5m; }",
                "events {} http { proxy_read_timeout 2000ms; server { listen <listen *:80>;  \
                 proxy_read_timeout 10000ms; }\n}\n",
            ),
            (
                "upstream app { server 10.0.0.1; } server { listen [::]:80 ipv6only=on; location / { \
                 proxy_pass \"http://app\"; } }",
                "events {} http { proxy_read_timeout 2000ms; upstream app { server <peer 10.0.0.1:80>; } server { \
                 listen <listen [::]:80> ; location / { proxy_pass \"http://app\"; } }\n}\n",
            ),
        ];
        for (config, expected) in cases {
            assert_eq!(without_own_settings(&text(&Setup::nginx(config))), expected, "{config}");
        }
    }

    #[test]
    fn nginx_files_keep_their_lines() {
        let config = "user www-data;\nevents {}\nhttp {\n  access_log /var/log/a.log;\n  proxy_read_timeout 0;\n  \
                      include /etc/nginx/conf.d/*.conf;\n  server {\n    listen 443 ssl;\n    \
                      ssl_certificate /etc/x.pem;\n    set $b 10.0.0.1;\n    location / { proxy_pass \
                      http://$b:3000; }\n    location /own { proxy_pass https://127.0.0.1:443; }\n  }\n}\n";
        let expected = "\nevents {}\nhttp { client_body_temp_path <folder>/client_body; \
                        proxy_temp_path <folder>/proxy; fastcgi_temp_path <folder>/fastcgi; \
                        uwsgi_temp_path <folder>/uwsgi; scgi_temp_path <folder>/scgi; \n  \
                        access_log <folder>/access.log;\n  proxy_read_timeout 0ms;\n  \
                        include <folder>/conf.d/*.conf;\n  server {\n    listen <listen *:443> ssl;\n    \
                        ssl_certificate <folder>/wslint-lab.crt;\n    set $b <host 10.0.0.1>;\n    \
                        location / { proxy_pass http://$b:3000; }\n    \
                        location /own { proxy_pass https://<listen *:443>; }\n  }\n}\n";
        assert_eq!(text(&Setup::nginx(config)).replace("<!doctype html>\n", ""), expected);
    }

    #[test]
    fn haproxy_files_keep_their_lines() {
        let config = "global\n    daemon\n    maxconn 10\ndefaults\n    mode http\n    timeout client 60s\n    \
                      timeout connect 5s\nfrontend f\n    bind :80,10.0.0.1:443 ssl crt /etc/x.pem\n    \
                      acl ws path -f /etc/haproxy/ws.lst\n    default_backend b\nbackend b\n    \
                      server s \"App:3000\" check port 81 ssl ca-file /etc/ca.pem # main\n    \
                      server own 127.0.0.1:80\n";
        let expected = "global\n    \n    maxconn 10\ndefaults\n    mode http\n    timeout client 2000ms\n    \
                        timeout connect 5s\nfrontend f\n    bind <listen *:80>,<listen 10.0.0.1:443> ssl crt \
                        <folder>/wslint-lab.pem\n    acl ws path -f <folder>/ws.lst\n    \
                        default_backend b\nbackend b\n    server s <peer app:3000> check  ssl ca-file \
                        <folder>/wslint-lab.crt # main\n    server own <listen *:80>\n\
                        global\n    no strict-limits\n    nbthread 1\n    log stdout format raw local0\n";
        assert_eq!(text(&Setup::haproxy(config)), expected);
    }
}
