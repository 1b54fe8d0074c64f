//! What the lab says about the real nginx. Times are those of the configuration; the lab spends a thirtieth.

mod common;

use common::{LAB, check, check_together, outcome, seconds};
use wslint_lab::{Ask, Browser, Client, Handshake, Lab, Peer, Program, Setup, Verdict};

/// A location that passes handshakes on, with `more` in it.
fn good(more: &str) -> String {
    format!(
        "location / {{ proxy_pass http://app:3000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection upgrade; {more} }}"
    )
}

#[test]
fn handshakes() {
    let http10 = Peer::WebSocket { handshake: Handshake::TakesHttp10, heartbeat: None };
    let closes = Peer::WebSocket { handshake: Handshake::Closes, heartbeat: None };
    let origin = Peer::WebSocket { handshake: Handshake::ChecksOrigin, heartbeat: None };
    let bare = "location / { proxy_pass http://app:3000; }";
    let only_11 = "location / { proxy_pass http://app:3000; proxy_http_version 1.1; }";
    let no_version = "location / { proxy_pass http://app:3000; proxy_set_header Upgrade $http_upgrade; \
                      proxy_set_header Connection upgrade; }";
    let exact_key = "map $http_connection $c { Upgrade upgrade; } location / { proxy_pass http://app:3000; \
                     proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; }";
    let setup = |config: &str| Setup::nginx(config);
    let ws = || Client::websocket("/ws");
    check("headers", &setup(&good("")), ws(), "101");
    check("no headers, HTTP/1.0", &setup(bare), ws(), "505");
    check("no headers, HTTP/1.1", &setup(only_11), ws(), "426");
    check("HTTP/1.0, strict server", &setup(no_version), ws(), "505");
    check("HTTP/1.0, lenient server", &setup(no_version).default_peer(http10), ws(), "101");
    check("HTTP/1.0, tungstenite", &setup(no_version).default_peer(closes), ws(), "502");
    check("exact key, Chrome", &setup(exact_key), ws(), "101");
    check("exact key, Firefox", &setup(exact_key), Client::firefox("/ws"), "426");
    check("origin, default Host", &setup(&good("")).default_peer(origin.clone()), ws(), "403");
    let host = good("proxy_set_header Host $http_host;");
    check("origin, client's Host", &setup(&host).default_peer(origin), ws(), "101");
    check("nobody listens", &setup(&good("")).default_peer(Peer::Dead), ws(), "502");
    check("no WebSocket server", &setup(&good("")).default_peer(Peer::http()), ws(), "200");
    check("hidden accept", &setup(&good("proxy_hide_header Sec-WebSocket-Accept;")), ws(), "101");
    check("redirect", &setup("return 301 https://$host$request_uri;"), ws(), "301");
    check("files instead of a server", &setup("location / { try_files $uri /index.html; }"), ws(), "200");
}

#[test]
fn a_101_that_a_browser_refuses_is_no_connection() {
    let setup = Setup::nginx(good("proxy_hide_header Sec-WebSocket-Accept;"));
    let report = LAB.run(&setup, &[Client::websocket("/ws")]).unwrap();
    let seen = &report.observations[0];
    assert_eq!((seen.status, seen.connected, seen.ok), (Some(101), false, false));
    assert_eq!(seen.error.as_deref(), Some("the 101 has no or a wrong Sec-WebSocket-Accept"));
}

#[test]
fn silence() {
    let heart =
        |interval| Peer::WebSocket { handshake: Handshake::Strict, heartbeat: Some(seconds(interval)) };
    let hold = |length| Client::websocket("/ws").hold(seconds(length));
    let mut pings = hold(75);
    pings.ask = Ask::WebSocket { browser: Browser::Chrome, subprotocol: None, ping: Some(seconds(20)) };
    let with = |more: &str| Setup::nginx(good(more));
    let reports = check_together(vec![
        ("default of 60 s", with(""), hold(75), "101 cut"),
        ("an hour", with("proxy_read_timeout 1h;"), hold(75), "101 alive"),
        ("server's ping", with("").default_peer(heart(20)), hold(75), "101 alive"),
        ("ping too late", with("proxy_read_timeout 15s;").default_peer(heart(60)), hold(40), "101 cut"),
        ("client's ping", with(""), pings, "101 alive"),
    ]);
    let after = reports[0].observations[0].cut_after.unwrap();
    // Not before the timeout: nginx's clock starts with its last byte, the client's when that has come.
    assert!(after >= seconds(55), "{after:?}");
}

#[test]
fn configurations() {
    let ws = || Client::websocket("/ws");
    let rejected = "location / { proxy_pass ws://app:3000; }";
    check("unknown scheme", &Setup::nginx(rejected), ws(), "rejected: invalid URL prefix in nginx.conf:1");
    let unclosed = "events {}\nhttp {\n  server {\n    listen 80;\n";
    check("unclosed", &Setup::nginx(unclosed), ws(), "rejected: nginx.conf:5");
    let setup = Setup::nginx(good(""));
    assert!(LAB.check_config(&setup).unwrap().is_accepted());
    let verdict = LAB.check_config(&Setup::nginx(rejected)).unwrap();
    assert!(
        matches!(&verdict, Verdict::Rejected(text) if text.contains("invalid URL prefix")),
        "{verdict:?}"
    );
    // A fragment without any address is still checked.
    assert!(LAB.run(&Setup::nginx("map $uri $b { default 1; }"), &[]).unwrap().config.is_accepted());

    let whole = "user www-data;\npid /run/nginx.pid;\nerror_log /var/log/nginx/error.log;\n\
                 include /etc/nginx/modules-enabled/*.conf;\nevents { worker_connections 768; }\nhttp {\n  \
                 include mime.types;\n  access_log /var/log/nginx/access.log;\n  \
                 include /etc/nginx/conf.d/*.conf;\n}\n";
    let site = "server {\n  listen 80;\n  listen [::]:80;\n  listen 443 ssl http2;\n  \
                server_name app.example.com;\n  ssl_certificate /etc/letsencrypt/live/app/fullchain.pem;\n  \
                ssl_certificate_key /etc/letsencrypt/live/app/privkey.pem;\n  \
                include /etc/letsencrypt/options-ssl-nginx.conf;\n  ssl_dhparam /etc/letsencrypt/dhparams.pem;\n  \
                include snippets/app.conf;\n}\n";
    let tree =
        Setup::nginx(whole).file("conf.d/site.conf", site).file("/etc/nginx/snippets/app.conf", good(""));
    check("a tree", &tree, ws(), "101");
    check("a tree, TLS", &tree, ws().listen("443"), "101");
    check("a tree, IPv6", &tree, ws().listen("[::]:80"), "101");
}

#[test]
fn upstreams() {
    let ws = || Client::websocket("/ws?room=1");
    let headers = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
                   proxy_set_header Connection upgrade;";
    let cases = [
        ("a name", format!("location / {{ proxy_pass http://app:3000; {headers} }}"), "app:3000", "app:3000"),
        ("no port", format!("location / {{ proxy_pass http://app; {headers} }}"), "app", "app"),
        ("TLS", format!("location / {{ proxy_pass https://app:3443; {headers} }}"), "app:3443", "app:3443"),
        (
            "an upstream block",
            format!(
                "upstream app {{ server 10.0.0.1:3000; }} location / {{ proxy_pass http://app; {headers} }}"
            ),
            "10.0.0.1:3000",
            "app",
        ),
        (
            "a socket",
            format!("location / {{ proxy_pass http://unix:/run/app.sock; {headers} }}"),
            "unix:/run/app.sock",
            "localhost",
        ),
        (
            "a name per request",
            format!(
                "resolver 127.0.0.11; set $backend backend; location / {{ proxy_pass \
                 http://$backend:3011$request_uri; {headers} }}"
            ),
            "backend:3011",
            "backend:3011",
        ),
        (
            "a number per request",
            format!(
                "set $server \"127.0.0.1\"; set $port 3012; location / {{ proxy_pass \
                 $scheme://$server:$port; {headers} }}"
            ),
            "127.0.0.1:3012",
            "127.0.0.1:3012",
        ),
        (
            "itself",
            format!(
                "server {{ listen 80; location / {{ proxy_pass http://127.0.0.1:8080; {headers} }} }} \
                 server {{ listen 127.0.0.1:8080; location / {{ proxy_pass http://app:3000; {headers} }} }}"
            ),
            "app:3000",
            "app:3000",
        ),
    ];
    for (name, config, peer, host) in cases {
        let report = check(name, &Setup::nginx(config), ws(), "101");
        let arrived = &report.observations[0].arrived[0];
        assert_eq!((arrived.peer.as_str(), arrived.uri.as_str()), (peer, "/ws?room=1"), "{name}");
        assert_eq!(arrived.header("Host").as_deref(), Some(host), "{name}");
        assert_eq!(arrived.tls, name == "TLS", "{name}");
    }
    let unresolved = format!("set $b app; location / {{ proxy_pass http://$b:3013; {headers} }}");
    let report = check("no resolver", &Setup::nginx(unresolved), ws(), "502");
    assert!(report.log.contains("no resolver defined to resolve app"), "{}", report.log);
}

#[test]
fn what_arrives() {
    let config = "location /app/ { proxy_pass http://app:3000/; proxy_http_version 1.1; \
                  proxy_set_header X-Real-IP $remote_addr; proxy_set_header Connection \"\"; }";
    let client = Client::get("/app/page?x=1").header("X-Forwarded-For", "192.0.2.1").count(2);
    let report = LAB.run(&Setup::nginx(config), &[client]).unwrap();
    let seen = &report.observations[0];
    assert!(seen.ok, "{seen:#?}");
    let arrived = &seen.arrived[0];
    let line = (arrived.method.as_str(), arrived.uri.as_str(), arrived.http.as_str(), arrived.answered);
    assert_eq!(line, ("GET", "/page?x=1", "HTTP/1.1", Some(200)));
    let names: Vec<&str> = arrived.headers.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "X-Real-IP",
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "X-Forwarded-For",
    ];
    assert_eq!(names, expected);
    assert_eq!(arrived.header("x-forwarded-for").as_deref(), Some("192.0.2.1"));
    assert_eq!(arrived.header("Connection"), None);
    // Without an upstream block's keepalive, each request has a connection of its own.
    assert_eq!(seen.arrived.iter().map(|arrived| arrived.connection).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn two_addresses_are_two_servers() {
    let config = "upstream nodes { server 10.0.0.1:3000; server 10.0.0.2:3000; } \
                  location / { proxy_pass http://nodes; }";
    let report = LAB.run(&Setup::nginx(config), &[Client::get("/").count(4)]).unwrap();
    let peers: Vec<&str> =
        report.observations[0].arrived.iter().map(|arrived| arrived.peer.as_str()).collect();
    assert_eq!(peers, ["10.0.0.1:3000", "10.0.0.2:3000", "10.0.0.1:3000", "10.0.0.2:3000"]);
}

#[test]
fn limits_and_reloads() {
    let limit = format!("limit_conn_zone $binary_remote_addr zone=one:1m; {}", good("limit_conn one 2;"));
    check("two at once", &Setup::nginx(limit), Client::websocket("/ws").count(3), "2 of 3");
    let whole = |more: &str| {
        Setup::nginx(format!(
            "{more} events {{}} http {{ server {{ listen 80; proxy_read_timeout 1h; {} }} }}",
            good("")
        ))
    };
    let client = || Client::websocket("/ws").hold(seconds(60)).reload();
    check("reload", &whole(""), client(), "101 alive");
    check("reload with a deadline", &whole("worker_shutdown_timeout 10s;"), client(), "101 cut");
}

#[test]
fn events_and_other_origins() {
    let events = |more: &str| {
        Setup::nginx(format!("location / {{ proxy_pass http://app:3000; {more} }}"))
            .default_peer(Peer::Events)
    };
    let client = || Client::events("/events");
    check("chunks", &events("proxy_http_version 1.1;"), client(), "200 streamed");
    check("until the close", &events("proxy_http_version 1.0;"), client(), "200 collected");
    check("unbuffered", &events("proxy_http_version 1.0; proxy_buffering off;"), client(), "200 streamed");

    let origin = "https://page.example";
    let add = format!(
        "add_header Access-Control-Allow-Origin {origin}; add_header Access-Control-Allow-Credentials true;"
    );
    let allows = Peer::Http {
        status: 200,
        headers: vec![
            ("Access-Control-Allow-Origin".into(), origin.into()),
            ("Access-Control-Allow-Credentials".into(), "true".into()),
        ],
    };
    let cases = [
        ("application", "", allows.clone(), true),
        ("proxy", &add, Peer::http(), true),
        ("both", &add, allows, false),
    ];
    for (name, more, peer, readable) in cases {
        let setup =
            Setup::nginx(format!("location / {{ proxy_pass http://app; {more} }}")).default_peer(peer);
        let report = check(name, &setup, Client::cors("/", origin), "200");
        assert_eq!(report.observations[0].ok, readable, "{name}: {report:#?}");
    }
}

#[test]
fn a_newer_nginx_has_other_defaults() {
    let lab = Lab::new().unwrap().with(Program::find_new_nginx().unwrap());
    let bare = Setup::nginx("location / { proxy_pass http://app:3000; }");
    let report = lab.run(&bare, &[Client::websocket("/ws")]).unwrap();
    assert_eq!(outcome(&report.observations[0]), "426", "{report:#?}");
    assert_eq!(report.observations[0].arrived[0].http, "HTTP/1.1");
}
