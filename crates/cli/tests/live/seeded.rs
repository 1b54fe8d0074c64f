//! Predictions that are wrong are found: behind the program that is run stands the real proxy with another configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use wslint_lab::{Kind, Program};

use crate::support::Scratch;
use crate::{each, proof};

const NGINX: &str = "events {}
http {
  upstream chat { ip_hash; server 10.0.0.1:3000; server 10.0.0.2:3000; }
  server {
    listen 80;
    server_name app.example.com;
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection \"upgrade\";
    location /ws { proxy_pass http://10.0.0.3:3000; proxy_read_timeout 5m; }
    location /socket.io/ { proxy_pass http://chat; proxy_read_timeout 1h; }
  }
}
";

const HAPROXY: &str = "defaults
    mode http
    timeout connect 5s
    timeout client 1m
    timeout server 1m
frontend web
    bind :80
    default_backend app
backend app
    balance source
    timeout tunnel 1h
    acl chat path_beg /socket.io/
    server one 10.0.0.1:3000
    server two 10.0.0.2:3000
";

/// What is changed behind the back of the prediction, and what must be told to differ.
const SEEDED: [(Kind, &str, &str); 13] = [
    (Kind::Nginx, "s/proxy_set_header Upgrade .*//", "handshake"),
    (Kind::Nginx, "s/proxy_http_version 1.1/proxy_http_version 1.0/", "handshake"),
    (Kind::Nginx, "s/Connection \"upgrade\"/Connection \"close\"/", "handshake"),
    (Kind::Nginx, "s/Connection \"upgrade\"/Connection \"Upgrade\"/", "Connection at the upstream"),
    (Kind::Nginx, "s/Host $host/Host x.example/", "Host at the upstream"),
    (Kind::Nginx, "s#location /ws {#location /ws { rewrite ^ /other break;#", "path at the upstream"),
    (Kind::Nginx, "s#location /ws {#location /ws { return 403;#", "status"),
    (
        Kind::Nginx,
        "s/proxy_read_timeout 1200ms/proxy_read_timeout 700ms/;s/proxy_read_timeout 3500ms/proxy_read_timeout 2000ms/;s/proxy_read_timeout 9000ms/proxy_read_timeout 5000ms/",
        "silence",
    ),
    (Kind::Nginx, "s/ip_hash;//", "polls"),
    (Kind::Haproxy, "s/balance source/balance roundrobin/", "polls"),
    (Kind::Haproxy, "s/default_backend app/&\\n    http-request del-header Upgrade/", "handshake"),
    (
        Kind::Haproxy,
        "s/default_backend app/&\\n    http-request set-path \\/v2%[path]/",
        "path at the upstream",
    ),
    (Kind::Haproxy, "s/timeout tunnel .*//", "silence"),
];

#[test]
fn seeded_wrong_predictions_are_found() {
    let missed: Vec<String> = each(&SEEDED, |(kind, change, what)| {
        let (name, text) = match kind {
            Kind::Nginx => ("nginx.conf", NGINX),
            Kind::Haproxy => ("haproxy.cfg", HAPROXY),
        };
        let tree = Scratch::new(&[(name, text)]);
        let program = Program::find(*kind).expect("the proxy is installed");
        let other = tree.path().join("other");
        let changed = "for word; do case \"$word\" in */0-*) sed -i \"$CHANGE\" \"$word\";; esac; done";
        let script =
            format!("#!/bin/sh\nCHANGE='{change}'\n{changed}\nexec {} \"$@\"\n", program.path.display());
        fs::write(&other, script).expect("a script");
        fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let flag = format!("--{}", kind.program());
        let arguments = [flag.as_str(), other.to_str().expect("UTF-8"), "--websocket", "/ws"];
        let proof = proof(&tree.path().join(name), &arguments);
        let routes = proof["routes"].as_array().expect("routes");
        let told = routes.iter().flat_map(|route| route["differences"].as_array().expect("differences"));
        let found =
            told.map(|difference| difference["what"].as_str().expect("a name")).any(|told| told == *what);
        (!found).then(|| format!("{change}: {what} is not told\n{proof:#}"))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn without_a_change_all_agrees() {
    for (name, text) in [("nginx.conf", NGINX), ("haproxy.cfg", HAPROXY)] {
        let tree = Scratch::new(&[(name, text)]);
        let proof = proof(tree.path(), &["--websocket", "/ws"]);
        let routes = proof["routes"].as_array().expect("routes");
        assert!(!routes.is_empty() && routes.iter().all(|route| route["agrees"] == true), "{proof:#}");
    }
}
