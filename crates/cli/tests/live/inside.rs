//! Nothing leaves loopback, whatever a configuration asks for: the command is traced where there is no other network.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Scratch;

/// A configuration that speaks to everybody.
const NGINX: &str = "user www-data;
events {}
error_log syslog:server=192.0.2.1:514;
http {
  access_log syslog:server=192.0.2.1:514 combined;
  resolver 192.0.2.53;
  server {
    listen 443 ssl;
    server_name app.example.com;
    ssl_certificate /etc/ssl/app.pem;
    ssl_certificate_key /etc/ssl/app.key;
    ssl_stapling on;
    ssl_stapling_verify on;
    ssl_stapling_responder http://192.0.2.80/;
    root /srv/www;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    location /ws { proxy_pass https://192.0.2.1:3000; }
    location /named/ws { set $app app.internal; proxy_pass http://$app:3000; }
    location /host/ws { proxy_pass http://$host:3000; }
    location /numbers/ws { proxy_pass http://192.0.2.7:3000/x$is_args$args; }
    location /asked/ws { auth_request /auth; proxy_pass http://app.internal; }
    location = /auth { internal; proxy_pass http://192.0.2.9/auth; }
  }
}
";

const HAPROXY: &str = "global
    log 192.0.2.1:514 local0
    user haproxy
    chroot /var/empty
    stats socket 0.0.0.0:9999 level admin
mailers mail
    mailer one 192.0.2.25:25
peers others
    peer one 192.0.2.2:1024
    peer two 192.0.2.3:1024
resolvers dns
    nameserver one 192.0.2.53:53
    parse-resolv-conf
program sidecar
    command touch ran
defaults
    mode http
    log 192.0.2.1:514 local1
    timeout connect 5s
    timeout client 1m
    timeout server 1m
frontend web
    bind :80
    http-request do-resolve(txn.ip,dns) hdr(host)
    http-request set-dst var(txn.ip)
    default_backend app
backend app
    email-alert mailers mail
    email-alert from a@example.com
    email-alert to b@example.com
    stick-table type ip size 1k expire 1h peers others
    timeout tunnel 1h
    server one app.internal:3000 check inter 50 addr 192.0.2.5 port 81 resolvers dns source 192.0.2.6
    server two 192.0.2.4:3000 check inter 50 agent-check agent-addr 192.0.2.8 agent-port 9
";

#[test]
fn nothing_leaves_loopback() {
    let scratch = Scratch::new(&[("nginx/nginx.conf", NGINX), ("haproxy/haproxy.cfg", HAPROXY)]);
    let trace = scratch.path().join("trace");
    let built = assert_cmd::cargo::cargo_bin("wslint");
    let calls = "connect,bind,sendto,sendmsg,sendmmsg";
    let inner = format!(
        "ip link set lo up; exec strace -f -qq -e trace={calls} -o {} {} prove --websocket /ws --format json .",
        trace.display(),
        built.display()
    );
    // Who is not root gets a namespace of users for it, and may then set up its network.
    let own = match rustix::process::geteuid().is_root() {
        true => ["--net"].as_slice(),
        false => ["--map-current-user", "--keep-caps", "--net"].as_slice(),
    };
    let output = Command::new("unshare")
        .args(own)
        .args(["sh", "-c", &inner])
        .current_dir(scratch.path())
        .output()
        .expect("unshare runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let proof: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let routes = proof["routes"].as_array().expect("routes");
    let worked = routes.iter().filter(|route| route["works"] == true).count();
    assert!(worked == routes.len() && worked >= 5, "{proof:#}");
    let left_out = proof["left_out"].to_string();
    for named in
        ["program sidecar", "mailers mail", "email-alert", "http-request do-resolve", "http-request set-dst"]
    {
        assert!(left_out.contains(named), "{named} is not told: {left_out}");
    }
    assert!(!scratch.path().join("ran").exists(), "a program ran");
    assert_eq!(away(&trace), Vec::<String>::new());
}

/// The lines of a trace that name an address which is none of loopback.
fn away(trace: &Path) -> Vec<String> {
    let text = fs::read_to_string(trace).expect("strace wrote it");
    assert!(text.contains("inet_addr(\"127."), "nothing was traced");
    let is_away = |line: &&str| {
        let inet = line.contains("AF_INET") && !line.contains("inet_addr(\"127.");
        inet && !line.contains("inet_pton(AF_INET6, \"::1\"")
    };
    text.lines().filter(is_away).map(str::to_owned).collect()
}
