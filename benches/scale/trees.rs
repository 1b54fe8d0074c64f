//! The configurations that are measured, all of them loaded by the proxies themselves.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// Whether virtual hosts have their own paths, headers and times, or those of all others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hosts {
    Alike,
    Differing,
}

/// A tree of virtual hosts, each in a file of its own.
pub(crate) fn nginx(folder: &Path, hosts: usize, kind: Hosts) -> io::Result<()> {
    fs::create_dir(folder.join("hosts"))?;
    let include = format!("    include {}/hosts/*.conf;\n}}\n", folder.display());
    fs::write(folder.join("nginx.conf"), head(folder) + &include)?;
    for number in 0..hosts {
        fs::write(folder.join(format!("hosts/{number:05}.conf")), host(number, kind))?;
    }
    Ok(())
}

/// The same hosts in one file of about so many bytes.
pub(crate) fn nginx_in_one_file(folder: &Path, bytes: usize) -> io::Result<()> {
    let mut text = head(folder);
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&host(number, Hosts::Alike));
        number += 1;
    }
    fs::write(folder.join("nginx.conf"), text + "}\n")
}

/// A configuration of ten lines.
pub(crate) fn tiny(folder: &Path) -> io::Result<()> {
    let text = "events {}\nhttp {\n    server {\n        listen 127.0.0.1:18080;\n        location /ws {\n            \
                proxy_pass http://127.0.0.1:9000;\n        }\n    }\n}\n";
    fs::write(folder.join("nginx.conf"), text)
}

/// A small tree of each kind, for those who count instructions.
pub(crate) fn write_all(folder: &Path, hosts: usize) -> io::Result<()> {
    let within = |name: &str| {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).map(|()| folder)
    };
    nginx(&within("alike")?, hosts, Hosts::Alike)?;
    nginx(&within("differing")?, hosts, Hosts::Differing)?;
    nginx_in_one_file(&within("one")?, hosts << 11)?;
    haproxy(&within("haproxy")?, hosts)?;
    tiny(&within("tiny")?)
}

/// What stands before the hosts.
fn head(folder: &Path) -> String {
    let scratch = folder.display();
    format!(
        "pid {scratch}/nginx.pid;\nerror_log {scratch}/error.log;\nevents {{ worker_connections 1024; }}\n\
         http {{\n    access_log off;\n    server_names_hash_max_size 65536;\n    \
         server_names_hash_bucket_size 128;\n    proxy_headers_hash_max_size 2048;\n    \
         client_body_temp_path {scratch}/client;\n    proxy_temp_path {scratch}/proxy;\n    \
         fastcgi_temp_path {scratch}/fastcgi;\n    uwsgi_temp_path {scratch}/uwsgi;\n    \
         scgi_temp_path {scratch}/scgi;\n    map $http_upgrade $connection_upgrade {{\n        \
         default upgrade;\n        '' close;\n    }}\n"
    )
}

/// A virtual host with an upstream and seven locations, one of which is a Socket.IO endpoint and one a WebSocket that has
/// lost its headers.
fn host(number: usize, kind: Hosts) -> String {
    let differing = kind == Hosts::Differing;
    let own = |text: &str| if differing { format!("{text}-{number}") } else { text.to_owned() };
    let address = format!("127.1.{}.{}", number / 250 % 250, number % 250 + 1);
    let mut text = String::new();
    let method = if differing && number.is_multiple_of(3) { "least_conn" } else { "ip_hash" };
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "upstream site_{number} {{\n    {method};\n    server {address}:9000 max_fails=3;\n    \
         server {address}:9001 max_fails=3;\n    keepalive 8;\n}}\n\n\
         server {{\n    listen 127.0.0.1:{};\n    server_name site{number}.test www.site{number}.test;\n    \
         proxy_http_version 1.1;\n    proxy_set_header Host $host;\n    \
         proxy_set_header X-Real-IP $remote_addr;\n    \
         proxy_set_header {} $proxy_add_x_forwarded_for;\n    \
         add_header X-Content-Type-Options nosniff always;\n\n",
        18_080 + number % 10,
        own("X-Forwarded-For"),
    );
    let (area, seconds) =
        if differing { (format!("/area{number}"), 20 + number % 90) } else { (String::new(), 30) };
    for location in [
        format!(
            "location / {{\n        proxy_pass http://site_{number};\n        proxy_read_timeout {seconds}s;"
        ),
        format!(
            "location {area}/socket.io/ {{\n        proxy_pass http://site_{number};\n        \
             proxy_set_header Host $host;\n        proxy_set_header Upgrade $http_upgrade;\n        \
             proxy_set_header Connection $connection_upgrade;\n        proxy_read_timeout 1h;"
        ),
        format!(
            "location {area}/ws {{\n        proxy_pass http://site_{number};\n        proxy_set_header {} $request_id;",
            own("X-Trace")
        ),
        format!(
            "location {area}/api/ {{\n        proxy_pass http://site_{number}/v2/;\n        \
             proxy_set_header Connection \"\";\n        add_header Cache-Control no-store always;"
        ),
        format!(
            "location ~* \\.(?:css|js|png|woff2)$ {{\n        root /srv/site{number}/public;\n        expires 7d;"
        ),
        format!("location /static/ {{\n        alias /srv/site{number}/static/;\n        access_log off;"),
        "location = /health {\n        return 200 \"ok\";".to_owned(),
    ] {
        let _ = writeln!(text, "    {location}\n    }}\n");
    }
    text.push_str("}\n");
    text
}

/// Pairs of a frontend with 25 tests and a backend with 25 servers, some five thousand bytes each.
pub(crate) fn haproxy(folder: &Path, pairs: usize) -> io::Result<()> {
    let mut text = String::from(
        "global\n    maxconn 20000\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    \
         timeout server 30s\n",
    );
    for number in 0..pairs {
        let address = format!("127.1.{}.{}", number / 250 % 250, number % 250 + 1);
        let port = 20_000 + number % 10_000;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\nfrontend front_{number}\n    bind {address}:{port}\n    option forwardfor\n    \
             acl is_ws_{number} hdr(Upgrade) -i websocket\n    acl is_polling_{number} path_beg /socket.io\n"
        );
        for test in 0..25 {
            let _ = writeln!(
                text,
                "    acl host_{number}_{test} hdr(host) -i site{number}-{test}.test www.site{number}-{test}.test"
            );
        }
        let _ = write!(
            text,
            "    use_backend back_{number} if is_ws_{number} or is_polling_{number}\n    \
             default_backend back_{number}\n\nbackend back_{number}\n    balance roundrobin\n    \
             option http-server-close\n    cookie SRV insert indirect nocache\n    \
             http-request set-header X-Forwarded-Proto https if {{ ssl_fc }}\n"
        );
        for server in 0..25 {
            let _ = writeln!(
                text,
                "    server site_{number}_{server} {address}:{} cookie s{server} check inter 5s fall 3 rise 2 maxconn 200",
                8_000 + server
            );
        }
    }
    fs::write(folder.join("haproxy.cfg"), text)
}
