//! The lab's own Socket.IO, which needs no Node, does what the real one does.

#[allow(dead_code, reason = "the other tests use the rest")]
mod common;

use common::{LAB, outcome};
use wslint_lab::{Application, Client, Handshake, Observation, Peer, Setup, Transports};

/// Several servers behind a proxy that shares requests as this line says.
fn shared(line: &str) -> Setup {
    Setup::nginx(format!(
        "upstream chat {{ {line} server 10.0.0.1:3000; server 10.0.0.2:3000; }}\n\
         server {{ location / {{ proxy_pass http://chat; proxy_set_header Host $host; }} }}"
    ))
}

fn application() -> Application {
    Application { handshake: Handshake::Strict, engine: Some("/socket.io/".into()), at: None }
}

/// A client without Node, and one of npm's.
fn clients() -> [Client; 2] {
    let npm = Client::socketio(Transports::Polling);
    [Client::polling("/socket.io/"), npm].map(|client| client.count(4).serves(application()))
}

/// What a client sees. Node tells of a connection that nginx closes just as it is used again as of any other error; only
/// then the client asks again.
fn observed(setup: &Setup, client: &Client) -> Observation {
    let run = || LAB.run(setup, std::slice::from_ref(client)).expect("it runs").observations.remove(0);
    let is_reset = |seen: &Observation| seen.error.as_ref().is_some_and(|error| error.contains("ECONNRESET"));
    let first = run();
    if is_reset(&first) { run() } else { first }
}

fn check(what: &str, seen: &Observation, expected: &str) {
    assert_eq!(outcome(seen), expected, "{what}: {seen:#?}");
}

#[test]
fn each_client_meets_each_server_alike() {
    for peer in [Peer::Application, Peer::socketio()] {
        for (line, expected) in [("ip_hash;", "4 of 4"), ("", "0 of 4")] {
            for client in clients() {
                let setup = shared(line).default_peer(peer.clone());
                check(&format!("{line:?} {peer:?} {:?}", client.ask), &observed(&setup, &client), expected);
            }
        }
    }
}

#[test]
fn clients_go_on_by_websocket_alike() {
    let upgrade = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;";
    let client = Client::upgrading("/socket.io/").count(4).serves(application());
    for peer in [Peer::Application, Peer::socketio()] {
        for (line, headers, upgraded) in [("ip_hash;", upgrade, 4), ("ip_hash;", "", 0)] {
            let setup = Setup::nginx(format!(
                "upstream chat {{ {line} server 10.0.0.1:3000; server 10.0.0.2:3000; }}\n\
                 server {{ location / {{ proxy_pass http://chat; proxy_set_header Host $host; {headers} }} }}"
            ));
            let seen = observed(&setup.default_peer(peer.clone()), &client);
            check(&format!("{headers:?} {peer:?}"), &seen, "4 of 4");
            assert_eq!(seen.upgraded, upgraded, "{headers:?} {peer:?}: {seen:#?}");
            assert_eq!(seen.kept_from_upgrade.is_some(), upgraded == 0, "{seen:#?}");
        }
    }
}

#[test]
fn wrong_requests_are_answered_alike() {
    let asked = [
        "/socket.io/?EIO=4&transport=polling",
        "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA",
        "/socket.io/?EIO=4&transport=carrier-pigeon",
        "/socket.io/?EIO=4",
        "/elsewhere/socket.io/?EIO=4&transport=polling",
    ];
    let setup = |peer| Setup::nginx("location / { proxy_pass http://app:3000; }").default_peer(peer);
    let seen = |peer| {
        let clients: Vec<Client> = asked.iter().map(|path| Client::get(path).serves(application())).collect();
        let report = LAB.run(&setup(peer), &clients).expect("it runs");
        report.observations.iter().map(outcome).collect::<Vec<_>>()
    };
    let (own, real) = (seen(Peer::Application), seen(Peer::socketio()));
    // Beside its path the real one has nothing here, and an application has pages.
    assert_eq!(own[..4], real[..4]);
    assert_eq!((own[4].as_str(), real[4].as_str()), ("200", "404"));
}
