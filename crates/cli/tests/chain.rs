//! `wslint trace` where proxies of one tree stand one behind the other, or where one ends the request.

use crate::support::Scratch;

const EDGE: &str = "defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n \
                    timeout tunnel 1h\nfrontend web\n bind *:8080\n default_backend next\nbackend next\n \
                    server a 127.0.0.1:8081\n";
const INNER: &str = "defaults\n mode http\n timeout connect 5s\n timeout client 40s\n timeout server 60s\n\
                     frontend web\n bind 127.0.0.1:8081\n default_backend app\nbackend app\n \
                     server a 10.0.0.5:9000\n";

fn nginx(upstream: &str) -> String {
    format!(
        "events {{}}\nhttp {{\n  server {{\n    listen 127.0.0.1:8081;\n    location / {{\n      \
         proxy_pass http://{upstream};\n      proxy_http_version 1.1;\n      \
         proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection upgrade;\n      \
         proxy_read_timeout 30s;\n    }}\n  }}\n}}\n"
    )
}

fn trace(files: &[(&str, &str)], status: i32) -> (serde_json::Value, String) {
    let scratch = Scratch::new(files);
    let told = scratch.run(&["trace", "ws://localhost:8080/ws", "."]).expect(status).stdout;
    let ran = scratch.run(&["trace", "ws://localhost:8080/ws", ".", "--format", "json"]).expect(status);
    (ran.json()["outcome"].clone(), told)
}

#[test]
fn the_shortest_limit_counts_and_its_hop_is_named() {
    let (outcome, told) = trace(&[("edge/haproxy.cfg", EDGE), ("inner/haproxy.cfg", INNER)], 0);
    assert_eq!(outcome["upstream"], "10.0.0.5:9000");
    assert_eq!(outcome["idle_timeout_ms"], 40_000);
    assert!(told.contains("inner/haproxy.cfg"), "{told}");
    let nginx = nginx("10.0.0.5:9000");
    let (outcome, told) = trace(&[("haproxy/haproxy.cfg", EDGE), ("nginx/nginx.conf", &nginx)], 0);
    assert_eq!(outcome["idle_timeout_ms"], 30_000);
    assert_eq!(outcome["idle_timeout_by"], "proxy_read_timeout");
    assert!(told.contains("at nginx"), "{told}");
}

#[test]
fn a_circle_ends() {
    let nginx = nginx("127.0.0.1:8080");
    let edge = ("haproxy/haproxy.cfg", EDGE);
    let itself = EDGE.replace("127.0.0.1:8081", "127.0.0.1:8080");
    let alone = nginx.replace("listen 127.0.0.1:8081", "listen 8080");
    for files in [
        &[edge, ("nginx/nginx.conf", nginx.as_str())][..],
        &[("haproxy.cfg", &itself)],
        &[("nginx.conf", &alone)],
    ] {
        let (outcome, told) = trace(files, 1);
        assert_eq!(outcome["handshake"], "fails");
        assert!(told.contains("round in a circle"), "{told}");
    }
}

#[test]
fn a_way_that_only_looks_like_a_circle_goes_on() {
    let host = "      proxy_set_header Host inner;\n      proxy_pass";
    let nginx = nginx("127.0.0.1:8080").replace("      proxy_pass", host);
    let rule = " use_backend app if { hdr(host) inner }\n default_backend next\n";
    let routed = EDGE.replace(" default_backend next\n", rule) + "backend app\n server a 10.0.0.5:9000\n";
    let (outcome, _) = trace(&[("haproxy/haproxy.cfg", &routed), ("nginx/nginx.conf", &nginx)], 0);
    assert_eq!(outcome["upstream"], "10.0.0.5:9000");
    let elsewhere = EDGE.replace("*:8080", "10.0.0.1:8080");
    let scratch = Scratch::new(&[("haproxy/haproxy.cfg", &elsewhere), ("nginx/nginx.conf", &nginx)]);
    let ran = scratch.run(&["trace", "ws://10.0.0.1:8080/ws", ".", "--format", "json"]).expect(0);
    assert_eq!(ran.json()["outcome"]["upstream"], "127.0.0.1:8080", "nobody is known to listen there");
}

#[test]
fn a_proxy_on_the_way_back_damages_the_answer() {
    let edge = EDGE.replace(" bind *:8080\n", " bind *:8080\n http-response del-header Upgrade\n");
    let nginx = nginx("10.0.0.5:9000");
    let (outcome, told) = trace(&[("haproxy/haproxy.cfg", &edge), ("nginx/nginx.conf", &nginx)], 1);
    assert_eq!(outcome["handshake"], "succeeds");
    assert_eq!(outcome["status"], 101);
    assert_eq!(outcome["client"], "closes");
    assert!(
        told.contains("BREAKS") && told.contains("the 101 reaches the client without `Upgrade`"),
        "{told}"
    );
}

#[test]
fn a_rule_that_ends_the_request_is_spoken_of() {
    let denies = "frontend web\n bind *:8080\n http-request deny if { hdr(Upgrade) -i websocket }\n";
    let edge = EDGE.replace("frontend web\n bind *:8080\n", denies);
    let (outcome, _) = trace(&[("haproxy.cfg", &edge)], 1);
    assert_eq!(outcome["status"], 403);
    assert_eq!(outcome["rules"], serde_json::json!(["haproxy/ws-denied"]));
}

#[test]
fn what_is_broken_or_missing_beside_the_way_changes_nothing() {
    let edge = EDGE.replace("127.0.0.1:8081", "10.0.0.5:9000");
    let fragment = ("other/site.conf", "include absent.conf;\nserver {\n listen 81;\n}\n");
    let broken = ("broken/nginx.conf", "events {}\nhttp {\n  server {\n    listen 82;\n");
    let (outcome, told) = trace(&[("haproxy.cfg", &edge), fragment, broken], 2);
    assert_eq!((&outcome["config"], &outcome["handshake"]), (&"accepted".into(), &"succeeds".into()));
    assert!(told.starts_with("WORKS") && !told.contains("absent.conf"), "{told}");
    let elsewhere = EDGE.replace("*:8080", "*:83");
    let (outcome, told) = trace(&[("haproxy.cfg", &elsewhere), broken], 2);
    assert!(told.contains("nginx refuses broken/nginx.conf:5"), "{told}");
    assert_eq!(outcome["config"], "rejected", "nobody answers, so the broken one may be meant");
}
