//! What the lab says about real Socket.IO through the real nginx.

mod common;

use common::{LAB, check, check_together, seconds};
use wslint_lab::{Client, Peer, Setup, SocketIo, Transports};

const HEADERS: &str =
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;";

fn one(more: &str) -> Setup {
    Setup::nginx(format!("location /socket.io/ {{ proxy_pass http://app:3000; {more} }}"))
        .default_peer(Peer::socketio())
}

#[test]
fn transports() {
    let connect = |transports| Client::socketio(transports);
    check("polling", &one(HEADERS), connect(Transports::Polling), "polling");
    check("upgrade", &one(HEADERS), connect(Transports::Both), "websocket");
    check("WebSocket", &one(HEADERS), connect(Transports::WebSocket), "websocket");
    check("upgrade without headers", &one(""), connect(Transports::Both), "polling");
    check("WebSocket without headers", &one(""), connect(Transports::WebSocket), "not connected");
    let mangled = Setup::nginx(format!("location /socket.io/ {{ proxy_pass http://app:3000/; {HEADERS} }}"))
        .default_peer(Peer::socketio());
    let report = check("mangled path", &mangled, connect(Transports::Polling), "not connected");
    let seen = &report.observations[0];
    assert_eq!(seen.status, Some(404));
    assert!(seen.arrived[0].uri.starts_with("/?EIO=4&transport=polling"), "{}", seen.arrived[0].uri);
}

#[test]
fn affinity() {
    let two = |more: &str| {
        Setup::nginx(format!(
            "upstream nodes {{ {more} server 10.0.0.1:3000; server 10.0.0.2:3000; }} \
             location /socket.io/ {{ proxy_pass http://nodes; {HEADERS} }}"
        ))
        .default_peer(Peer::socketio())
    };
    let report = check("round robin", &two(""), Client::socketio(Transports::Polling).count(3), "0 of 3");
    let error = report.observations[0].error.clone().unwrap();
    assert!(error.contains("Session ID unknown"), "{error}");
    check("ip_hash", &two("ip_hash;"), Client::socketio(Transports::Both).count(3), "3 of 3");
    check("WebSocket only", &two(""), Client::socketio(Transports::WebSocket).count(3), "3 of 3");
}

#[test]
fn heartbeats() {
    let every = |heartbeat| Peer::SocketIo(SocketIo { heartbeat: seconds(heartbeat), ..SocketIo::default() });
    let hold = |transports| Client::socketio(transports).hold(seconds(75));
    let short = || one(&format!("{HEADERS} proxy_read_timeout 15s;")).default_peer(every(60));
    let reports = check_together(vec![
        ("default", one(HEADERS), hold(Transports::WebSocket), "websocket alive"),
        ("default, polling", one(HEADERS), hold(Transports::Polling), "polling alive"),
        ("too short", short(), hold(Transports::WebSocket), "websocket cut"),
        ("too short, polling", short(), hold(Transports::Polling), "polling cut"),
    ]);
    assert_eq!(reports[2].observations[0].error.as_deref(), Some("cut: transport close"));
}

#[test]
fn several_clients_of_one_run_are_told_apart() {
    let clients = [
        Client::socketio(Transports::Polling),
        Client::get("/socket.io/?EIO=4&transport=polling"),
        Client::socketio(Transports::WebSocket),
    ];
    let report = LAB.run(&one(HEADERS), &clients).unwrap();
    let arrivals: Vec<usize> = report.observations.iter().map(|seen| seen.arrived.len()).collect();
    assert!(report.observations.iter().all(|seen| seen.ok), "{report:#?}");
    assert_eq!(arrivals[1..], [1, 1], "{report:#?}");
    assert_eq!(report.observations[1].arrived[0].uri, "/socket.io/?EIO=4&transport=polling");
}
