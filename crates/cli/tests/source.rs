//! `--source ADDRESS`: rules that look at the client's address are decided, for the findings and for `trace` alike.

use crate::support::Scratch;

const HEADERS: &str = "proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Host $http_host; \
                       proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; \
                       proxy_read_timeout 1h;";

/// The handshakes from inside and from outside of 10.0.0.0/8, and without a word on who asks.
#[track_caller]
fn check(name: &str, text: &str, inside: i32, outside: i32) {
    let scratch = Scratch::new(&[(name, text)]);
    for (source, status) in [(Some("10.1.2.3"), inside), (Some("203.0.113.5"), outside), (None, 0)] {
        let mut flags = vec!["--websocket", "/ws"];
        flags.extend(source.into_iter().flat_map(|source| ["--source", source]));
        let found = scratch.run(&[&[name], flags.as_slice()].concat());
        assert_eq!(found.status, Some(status), "{name}, {source:?}: {found:?}");
        let traced =
            [&["trace", "ws://app.example.com/ws", name, "--format", "json"], flags.as_slice()].concat();
        let outcome = &scratch.run(&traced).json()["outcome"];
        let handshake = if status == 0 { "succeeds" } else { "fails" };
        assert_eq!(outcome["handshake"], handshake, "{name}, {source:?}");
    }
}

#[test]
fn nginx_is_told_who_asks() {
    let around = |http: &str, location: &str| {
        format!(
            "events {{ }} http {{ {http} server {{ listen 80; server_name app.example.com; location /ws {{ {location} \
             {HEADERS} }} }} }}"
        )
    };
    check("nginx.conf", &around("", "allow 10.0.0.0/8; deny all;"), 0, 1);
    check("nginx.conf", &around("", "deny 10.0.0.0/8;"), 1, 0);
    let geo = "geo $office { default 0; 10.0.0.0/8 1; }";
    check("nginx.conf", &around(geo, "if ($office = 0) { return 403; }"), 0, 1);
}

#[test]
fn haproxy_is_told_who_asks() {
    let around = |rule: &str| {
        format!(
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 1h\n  timeout server 1h\n  timeout tunnel \
             1h\nfrontend web\n  bind :80\n{rule}  default_backend app\nbackend app\n  server a 127.0.0.1:3000\n"
        )
    };
    check("haproxy.cfg", &around("  http-request deny unless { src 10.0.0.0/8 }\n"), 0, 1);
    check("haproxy.cfg", &around("  tcp-request connection reject if { src 10.0.0.0/8 }\n"), 1, 0);
    let acl = "  acl office src 10.0.0.0/8 192.168.0.0/16\n  http-request deny if !office { path_beg /ws }\n";
    check("haproxy.cfg", &around(acl), 0, 1);
}
