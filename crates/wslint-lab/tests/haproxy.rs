//! What the lab says about the real HAProxy. Times are those of the configuration; the lab spends a thirtieth.

mod common;

use common::{LAB, check, check_together, seconds};
use wslint_lab::{Ask, Client, Handshake, Peer, Setup, Transports};

/// A configuration with `defaults` and `backend` lines put in.
fn config(defaults: &str, backend: &str) -> Setup {
    Setup::haproxy(format!(
        "global\n    log /dev/log local0\n    user haproxy\n    daemon\n    maxconn 100000\ndefaults\n    mode http\n    \
         log global\n    option httplog\n    timeout connect 5s\n{defaults}\nfrontend fe\n    bind :80\n    \
         bind *:443 ssl crt /etc/ssl/private/app.pem alpn h2,http/1.1\n    default_backend app\nbackend app\n{backend}\n"
    ))
}

const SHORT: &str = "    timeout client 30s\n    timeout server 30s";
const ONE: &str = "    server one 10.0.0.1:3000 check";
const TWO: &str = "    server one 10.0.0.1:3000\n    server two 10.0.0.2:3000";

#[test]
fn handshakes_need_nothing() {
    let report = check("plain", &config(SHORT, ONE), Client::websocket("/ws"), "101");
    let arrived = &report.observations[0].arrived[0];
    assert_eq!((arrived.peer.as_str(), arrived.uri.as_str()), ("10.0.0.1:3000", "/ws"));
    check("TLS", &config(SHORT, ONE), Client::firefox("/ws").listen("*:443"), "101");
    let stripped = format!("    http-request del-header Upgrade\n{ONE}");
    check("stripped", &config(SHORT, &stripped), Client::websocket("/ws"), "426");
    check(
        "denied",
        &config(SHORT, &format!("    http-request deny\n{ONE}")),
        Client::websocket("/ws"),
        "403",
    );
}

#[test]
fn silence() {
    let hold = || Client::websocket("/ws").hold(seconds(60));
    let tunnel = |value: &str| config(SHORT, &format!("    timeout tunnel {value}\n{ONE}"));
    let pings = Peer::WebSocket { handshake: Handshake::Strict, heartbeat: Some(seconds(10)) };
    let tunnelled = String::from_utf8(tunnel("1h").files[0].1.clone()).unwrap();
    let deadline = tunnelled.replacen("global\n", "global\n    hard-stop-after 15s\n", 1);
    let reports = check_together(vec![
        ("no tunnel timeout", config(SHORT, ONE), hold(), "101 cut"),
        ("an hour", tunnel("1h"), hold(), "101 alive"),
        ("milliseconds", tunnel("3600"), hold(), "101 cut"),
        ("zero is none", tunnel("0"), hold(), "101 cut"),
        ("pings", config(SHORT, ONE).default_peer(pings), hold(), "101 alive"),
        ("soft stop", tunnel("1h"), hold().reload(), "101 alive"),
        ("soft stop with a deadline", Setup::haproxy(deadline), hold().reload(), "101 cut"),
    ]);
    let cut = &reports[0];
    let after = cut.observations[0].cut_after.unwrap();
    assert!(after >= seconds(27), "{after:?}");
    assert!(cut.log.contains("cD--") || cut.log.contains("sD--"), "{}", cut.log);
}

#[test]
fn affinity() {
    let polling = || Client::socketio(Transports::Polling).count(3);
    let balance = |lines: &str| config(SHORT, &format!("{lines}{TWO}")).default_peer(Peer::socketio());
    check("round robin", &balance(""), polling(), "0 of 3");
    check("source", &balance("    balance source\n"), polling(), "3 of 3");
    let cookie = "    cookie SERVER insert indirect nocache\n    server one 10.0.0.1:3000 cookie one\n    \
                  server two 10.0.0.2:3000 cookie two\n";
    let sticky = config(SHORT, cookie).default_peer(Peer::socketio());
    check("cookie", &sticky, polling(), "3 of 3");
    let mut jarless = polling();
    jarless.ask = Ask::SocketIo { transports: Transports::Polling, cookies: false };
    check("cookie, client without a jar", &sticky, jarless, "0 of 3");
}

#[test]
fn configurations() {
    let ws = || Client::websocket("/ws");
    let bad = "    timeout tunnel 30d\n    server one 10.0.0.1:3000";
    check(
        "overflow",
        &config(SHORT, bad),
        ws(),
        "rejected: timer overflow in argument '30d' to 'timeout tunnel'",
    );
    check(
        "unknown",
        &config(SHORT, "    tunnel 1h"),
        ws(),
        "rejected: parsing [haproxy.cfg:18] : unknown keyword 'tunnel'",
    );
    assert!(LAB.check_config(&config(SHORT, ONE)).unwrap().is_accepted());
    let warned =
        format!("{SHORT}\nfrontend other\n    bind :81\n    timeout tunnel 1h\n    default_backend app");
    let verdict = LAB.check_config(&config(&warned, ONE)).unwrap();
    assert!(verdict.is_accepted() && verdict.text().contains("has no backend capability"), "{verdict:?}");

    let files = Setup::haproxy(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 1m\n    timeout server 1m\nfrontend fe\n    \
         bind :80\n    acl ws path -f /etc/haproxy/ws.lst\n    http-request deny unless ws\n    \
         use_backend %[path,map(/etc/haproxy/paths.map)]\n",
    )
    .file("backends.cfg", "backend app\n    server one app:3000\n")
    .file("/etc/haproxy/ws.lst", "/ws\n")
    .file("paths.map", "/ws app\n");
    check("several files", &files, ws(), "101");
    check("several files, denied", &files, Client::websocket("/other"), "403");
}

#[test]
fn chained_frontends_reach_each_other() {
    let chained = Setup::haproxy(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 1m\n    timeout server 1m\nlisten outer\n    \
         bind :80\n    server inner 127.0.0.1:8081\nlisten inner\n    bind 127.0.0.1:8081\n    \
         server app app:3000\n",
    );
    let report = check("chained", &chained, Client::websocket("/ws"), "101");
    assert_eq!(report.observations[0].arrived[0].peer, "app:3000");
}

#[test]
fn health_checks_are_no_arrivals() {
    let checked = config(SHORT, &format!("    option httpchk GET /health\n{ONE} inter 50"));
    let report = check("checked", &checked, Client::websocket("/ws").hold(seconds(15)), "101 alive");
    let uris: Vec<&str> = report.observations[0].arrived.iter().map(|arrived| arrived.uri.as_str()).collect();
    assert_eq!(uris, ["/ws"]);
}
