//! From a configuration as people write it to a private copy that runs on loopback. What is changed are words, by
//! their byte spans; everything around them stays as it is, and line numbers with it.
//!
//! The copy is made in two steps: [`copy`] says which addresses the configuration has and leaves a hole for each,
//! and [`Places::fill`] fills the holes once the peers run and the ports are known.

mod address;
mod copied;
mod edit;
mod haproxy;
mod nginx;
mod places;
mod time;

use std::ffi::OsString;
use std::path::Path;

pub use self::copied::LeftOut;
pub(crate) use self::copied::{CERTIFICATE, CERTIFICATE_AND_KEY, Copy, KEY, USER, USERS, Upstream};
pub(crate) use self::places::Places;
use crate::program::Program;
use crate::{Error, Kind, Setup};

/// The copy of a setup's files.
pub(crate) fn copy(setup: &Setup, program: &Program) -> Result<Copy, Error> {
    if setup.files.is_empty() {
        return Err(Error::BadSetup("there is no file".into()));
    }
    match setup.proxy {
        Kind::Nginx => nginx::copy(setup, program),
        Kind::Haproxy => haproxy::copy(setup, program),
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::edit::Piece;
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
                Piece::Time(time) => text.push_str(&format!("{}ms", time / 30)),
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
                        global\n    no strict-limits\n    nbthread 1\n    log stdout format raw local0\n\
                        resolvers default\n    nameserver lab <resolver>\n";
        assert_eq!(text(&Setup::haproxy(config)), expected);
    }
}
