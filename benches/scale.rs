//! CPU time of wslint and of `nginx -t` on the same generated trees, side by side.
//!
//! `cargo bench --bench scale` prints, for 1,000 and 10,000 virtual hosts, the CPU seconds (user and system, the
//! least of several runs) of both programs and their ratio, and how wslint's cost grows between the two sizes.

#![allow(clippy::disallowed_methods, reason = "the benchmark makes its trees and starts both programs")]
#![allow(clippy::print_stdout, reason = "the table is what the benchmark is for")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

fn main() {
    let wslint = env!("CARGO_BIN_EXE_wslint");
    let nginx = std::env::var("WSLINT_NGINX").unwrap_or_else(|_| "nginx".to_owned());
    let mut linted = Vec::new();
    println!("virtual hosts   wslint (CPU s)   nginx -t (CPU s)   wslint / nginx -t");
    for (hosts, runs) in [(1_000, 7), (10_000, 3)] {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        write_tree(folder.path(), hosts).expect("the tree can be written");
        let main = folder.path().join("nginx.conf");
        let lint = least_cpu(runs, || {
            let mut command = Command::new(wslint);
            command.arg("--exit-zero").arg(folder.path());
            command
        });
        let test = least_cpu(runs, || {
            let mut command = Command::new(&nginx);
            command.arg("-t").arg("-c").arg(&main).arg("-p").arg(folder.path());
            command
        });
        println!("{hosts:>13}   {lint:>14.3}   {test:>16.3}   {:>17.2}", lint / test);
        linted.push(lint);
    }
    println!("10,000 hosts cost wslint {:.1} times what 1,000 cost", linted[1] / linted[0]);
}

/// The least CPU time, in seconds, of several runs of a command that must succeed.
fn least_cpu(runs: usize, command: impl Fn() -> Command) -> f64 {
    let cpu = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("resource usage can be read");
        let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        seconds(usage.user_time()) + seconds(usage.system_time())
    };
    (0..runs)
        .map(|_| {
            let before = cpu();
            let mut command = command();
            let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
            assert!(status.expect("the command starts").success(), "{command:?} failed");
            cpu() - before
        })
        .fold(f64::INFINITY, f64::min)
}

/// Writes a tree of virtual hosts, each in a file of its own with an upstream and seven locations, one of which is
/// a Socket.IO endpoint and one a WebSocket that has lost its headers.
fn write_tree(folder: &Path, hosts: usize) -> std::io::Result<()> {
    let scratch = folder.display();
    fs::create_dir(folder.join("hosts"))?;
    fs::write(
        folder.join("nginx.conf"),
        format!(
            "pid {scratch}/nginx.pid;\nerror_log {scratch}/error.log;\nevents {{ worker_connections 1024; }}\n\
             http {{\n    access_log off;\n    server_names_hash_max_size 65536;\n    \
             server_names_hash_bucket_size 128;\n    proxy_headers_hash_max_size 2048;\n    \
             client_body_temp_path {scratch}/client;\n    proxy_temp_path {scratch}/proxy;\n    \
             fastcgi_temp_path {scratch}/fastcgi;\n    uwsgi_temp_path {scratch}/uwsgi;\n    \
             scgi_temp_path {scratch}/scgi;\n    map $http_upgrade $connection_upgrade {{\n        \
             default upgrade;\n        '' close;\n    }}\n    include {scratch}/hosts/*.conf;\n}}\n"
        ),
    )?;
    for host in 0..hosts {
        let address = format!("127.1.{}.{}", host / 250, host % 250 + 1);
        let mut text = String::new();
        let _ = write!(
            text,
            "upstream site_{host} {{\n    ip_hash;\n    server {address}:9000 max_fails=3;\n    \
             server {address}:9001 max_fails=3;\n    keepalive 8;\n}}\n\n\
             server {{\n    listen 127.0.0.1:{};\n    server_name site{host}.test www.site{host}.test;\n    \
             proxy_http_version 1.1;\n    proxy_set_header Host $host;\n    \
             proxy_set_header X-Real-IP $remote_addr;\n    \
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n    \
             add_header X-Content-Type-Options nosniff always;\n\n",
            18_080 + host % 10
        );
        for location in [
            format!("location / {{\n        proxy_pass http://site_{host};\n        proxy_read_timeout 30s;"),
            format!(
                "location /socket.io/ {{\n        proxy_pass http://site_{host};\n        \
                 proxy_set_header Host $host;\n        proxy_set_header Upgrade $http_upgrade;\n        \
                 proxy_set_header Connection $connection_upgrade;\n        proxy_read_timeout 1h;"
            ),
            format!(
                "location /ws {{\n        proxy_pass http://site_{host};\n        proxy_set_header X-Trace $request_id;"
            ),
            format!(
                "location /api/ {{\n        proxy_pass http://site_{host}/v2/;\n        \
                 proxy_set_header Connection \"\";\n        add_header Cache-Control no-store always;"
            ),
            format!(
                "location ~* \\.(?:css|js|png|woff2)$ {{\n        root /srv/site{host}/public;\n        expires 7d;"
            ),
            format!("location /static/ {{\n        alias /srv/site{host}/static/;\n        access_log off;"),
            "location = /health {\n        return 200 \"ok\";".to_owned(),
        ] {
            let _ = writeln!(text, "    {location}\n    }}\n");
        }
        text.push_str("}\n");
        fs::write(folder.join(format!("hosts/{host:05}.conf")), text)?;
    }
    Ok(())
}
