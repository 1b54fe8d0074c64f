//! What the table of faults has no example of: HTTP/2, cookies of other sites, old clients, names and addresses.

use std::time::Duration;

use wslint_lab::{Lab, Peer, Setup, SocketIo};
use wslint_probe::{Grade, Plan, Report, Service, Step, Trust, Verdict, probe, tell};

/// Probes what runs, on its first listener.
fn probed(setup: &Setup, target: &str, change: impl FnOnce(&mut Plan)) -> Report {
    let lab = Lab::new().expect("the lab can be set up");
    let stood = lab.stand(setup, |entrances| {
        let entrance = &entrances[0];
        let mut plan = Plan {
            tls: entrance.tls,
            host: "app.example.com".into(),
            port: entrance.port.unwrap_or(if entrance.tls { 443 } else { 80 }),
            target: target.into(),
            connect: Some(entrance.address.to_string()),
            headers: Vec::new(),
            origin: None,
            trust: Trust::Anyone,
            patience: Duration::from_secs(5),
            hold: None,
            service: Service::Told,
        };
        change(&mut plan);
        let seen = probe(&plan, &|_| ()).expect("sockets");
        tell(&plan, &seen)
    });
    stood.expect("the lab").expect("the proxy takes the configuration")
}

#[track_caller]
fn step<'r>(report: &'r Report, what: &str) -> &'r Step {
    report.steps.iter().find(|step| step.what == what).unwrap_or_else(|| panic!("no {what}: {report:#?}"))
}

/// HAProxy with TLS and these lines in its frontend and its first backend.
fn haproxy(frontend: &str, server: &str) -> Setup {
    let text = format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\nfrontend web\n    \
         bind :443 ssl crt site.pem alpn h2,http/1.1\n    {frontend}\n    default_backend app\nbackend app\n    \
         server a 127.0.0.1:3000 {server}\nbackend other\n    server b 127.0.0.1:3001\n"
    );
    Setup::haproxy(text).peer("127.0.0.1:3001", Peer::http())
}

#[test]
fn a_websocket_over_http2_works_through_haproxy() {
    let report = probed(&haproxy("", ""), "/ws", |_| ());
    let step = step(&report, "WebSocket over HTTP/2");
    assert_eq!((step.result, report.verdict), (Grade::Ok, Verdict::Works), "{report:#?}");
    assert!(step.detail.contains("a ping through it came back"), "{}", step.detail);
}

#[test]
fn an_acl_that_knows_http1_only_is_found() {
    let report =
        probed(&haproxy("use_backend other if !{ hdr_cnt(Sec-WebSocket-Key) gt 0 }", ""), "/ws", |_| ());
    assert_eq!(step(&report, "handshake as Chrome").result, Grade::Ok, "{report:#?}");
    let step = step(&report, "WebSocket over HTTP/2");
    assert_eq!((step.result, report.verdict), (Grade::Failed, Verdict::Breaks), "{report:#?}");
    assert!(step.cause.as_deref().is_some_and(|cause| cause.contains("no `Sec-WebSocket-Key`")));
}

#[test]
fn h2_in_front_of_http1_is_found() {
    let text = "defaults\n    mode tcp\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\nfrontend web\n    \
                bind :443 ssl crt site.pem alpn h2,http/1.1\n    default_backend app\nbackend app\n    server a 127.0.0.1:3000\n";
    let report = probed(&Setup::haproxy(text), "/ws", |_| ());
    let step = step(&report, "WebSocket over HTTP/2");
    assert_eq!((step.result, report.verdict), (Grade::Failed, Verdict::Breaks), "{report:#?}");
    assert!(step.cause.as_deref().is_some_and(|cause| cause.contains("`mode tcp`")), "{report:#?}");
}

#[test]
fn nginx_offers_no_websocket_over_http2() {
    let text = "server { listen 443 ssl http2; ssl_certificate a.crt; ssl_certificate_key a.key; location /ws { proxy_pass \
                http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Upgrade \
                $http_upgrade; proxy_set_header Connection upgrade; } }";
    let report = probed(&Setup::nginx(text), "/ws", |_| ());
    let step = step(&report, "WebSocket over HTTP/2");
    assert_eq!((step.result, report.verdict), (Grade::Ok, Verdict::Works), "{report:#?}");
    assert!(step.detail.contains("without extended CONNECT"), "{}", step.detail);
}

/// Two Socket.IO servers behind HAProxy and this `cookie` line.
fn with_cookie(line: &str) -> Setup {
    let text = format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\nfrontend web\n    \
         bind :443 ssl crt site.pem\n    default_backend app\nbackend app\n    balance roundrobin\n    {line}\n    \
         server a 127.0.0.1:3001 cookie a\n    server b 127.0.0.1:3002 cookie b\n"
    );
    let server = SocketIo { cors: Some("https://page.example".into()), ..SocketIo::default() };
    Setup::haproxy(text).default_peer(Peer::SocketIo(server))
}

#[test]
fn a_cookie_that_a_page_of_another_site_does_not_send_is_found() {
    let elsewhere = |plan: &mut Plan| plan.origin = Some("https://page.example".into());
    let lax = with_cookie("cookie SRV insert indirect nocache");
    let report = probed(&lax, "/socket.io/", elsewhere);
    let cookie = step(&report, "cookie");
    assert_eq!((cookie.result, report.verdict), (Grade::Warning, Verdict::Breaks), "{report:#?}");
    assert!(cookie.detail.contains("without `SameSite=None; Secure` it is `Lax`"), "{}", cookie.detail);
    assert_eq!(step(&report, "polls on fresh connections").result, Grade::Failed, "{report:#?}");

    // For a page of the same site the same configuration works, and so does it with the attributes for all.
    assert_eq!(probed(&lax, "/socket.io/", |_| ()).verdict, Verdict::Works);
    let none = with_cookie("cookie SRV insert indirect nocache secure attr SameSite=None");
    let report = probed(&none, "/socket.io/", elsewhere);
    assert_eq!(report.verdict, Verdict::Works, "{report:#?}");
}

#[test]
fn a_socket_io_server_is_known_by_its_answer() {
    let server = SocketIo { path: "/rooms/".into(), ..SocketIo::default() };
    let text = "server { listen 80; location / { proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Host \
                $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; } }";
    let report = probed(&Setup::nginx(text).default_peer(Peer::SocketIo(server)), "/rooms/", |_| ());
    assert_eq!(report.verdict, Verdict::Works, "{report:#?}");
    assert!(step(&report, "Engine.IO 4 by polling").detail.contains("Socket.IO 3 and 4"));
    assert!(
        step(&report, "Engine.IO 3 by polling")
            .detail
            .contains("does not serve clients of Socket.IO 1 and 2")
    );
    assert!(
        step(&report, "upgrade from polling to WebSocket").detail.contains("answered the client's probe")
    );
}

#[test]
fn a_port_without_tls_and_one_with_it_are_told_apart() {
    let plain = Setup::nginx("server { listen 80; return 204; }");
    let report = probed(&plain, "/ws", |plan| plan.tls = true);
    assert_eq!(report.verdict, Verdict::Unknown);
    assert!(
        step(&report, "tls")
            .cause
            .as_deref()
            .is_some_and(|cause| cause.contains("nginx `listen 443` without `ssl`"))
    );

    let tls = "server { listen 443 ssl; ssl_certificate a.crt; ssl_certificate_key a.key; return 204; }";
    let report = probed(&Setup::nginx(tls), "/ws", |plan| plan.tls = false);
    let handshake = step(&report, "handshake as Chrome");
    assert!(handshake.cause.as_deref().is_some_and(|cause| cause.contains("use wss://")), "{report:#?}");
}

#[test]
fn credentials_that_are_missing_are_no_fault() {
    let text = "server { listen 80; location /ws { if ($http_authorization = \"\") { return 401; } proxy_pass http://127.0.0.1:3000; \
                proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header \
                Connection upgrade; } }";
    let setup = Setup::nginx(text);
    let report = probed(&setup, "/ws", |_| ());
    assert_eq!(report.verdict, Verdict::Unknown, "{report:#?}");
    assert!(
        step(&report, "handshake as Chrome")
            .cause
            .as_deref()
            .is_some_and(|cause| cause.contains("--header 'Authorization"))
    );
    let authorized = |plan: &mut Plan| {
        plan.headers = vec![("Authorization".into(), Some("Basic dXNlcjpzZWNyZXQ=".into()))]
    };
    assert_eq!(probed(&setup, "/ws", authorized).verdict, Verdict::Works);
}

#[test]
fn a_name_that_leads_nowhere_is_unknown() {
    let setup = Setup::nginx("server { listen 80; return 204; }");
    let report = probed(&setup, "/ws", |plan| plan.connect = Some("nowhere.invalid:80".into()));
    assert_eq!((report.verdict, report.steps.len()), (Verdict::Unknown, 1), "{report:#?}");
    assert!(report.steps[0].detail.contains("`nowhere.invalid:80` leads to no address"), "{report:#?}");
}

#[test]
fn what_is_packed_is_read() {
    let text = "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; gzip_vary on; server { listen 80; location /socket.io/ { \
                proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Upgrade \
                $http_upgrade; proxy_set_header Connection $http_connection; } }";
    let setup = Setup::nginx(text).default_peer(Peer::socketio());
    let report = probed(&setup, "/socket.io/", |_| ());
    assert_eq!(report.verdict, Verdict::Works, "{report:#?}");
    let report = probed(&setup, "/ws", |_| ());
    assert!(step(&report, "handshake as Chrome").detail.starts_with("404 from nginx itself"), "{report:#?}");
}
