//! What controllers would generate of manifests, on the real proxies: they load it, and handshakes fare as the findings on the
//! manifests say.

// The tests are where files are looked at.
#![allow(clippy::disallowed_methods)]

use std::path::Path;
use std::time::Duration;

use wslint_kubernetes::select::Selection;
use wslint_kubernetes::{controllers, objects};
use wslint_lab::{Client, Lab, Observation, Peer, Program, Setup, Transports};
use wslint_model::{FileId, Proxy};

/// The host of the manifests.
const HOST: &str = "app.example.org";

/// What the proxy refuses, as the findings on these manifests say.
const REFUSED: [&str; 2] = ["haproxy-ingress-configmap-client", "nginx-ingress-configmap-bad-time"];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/kubernetes")
}

/// What controllers generate of a manifest, with one server where it is not known how many there are.
fn generated(name: &str) -> Vec<(Proxy, String)> {
    let path = folder().join(format!("{name}.yaml"));
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (objects, _) = objects::read(FileId(0), &text);
    let texts = controllers::compile(&objects, &Selection::new(&objects, &[]));
    let plain = |text: Vec<u8>| {
        let text = String::from_utf8(text).expect("it is text");
        // Checks would ask the peers before they are there, and the client of Socket.IO calls an address.
        let host = format!("{{ req.hdr(host),field(1,:) -i '{HOST}' }} ");
        ["{{", "}}", " check", &host].iter().fold(text, |text, part| text.replace(part, ""))
    };
    texts.into_iter().map(|one| (one.chosen.controller.proxy(), plain(one.text.text))).collect()
}

fn setup((proxy, text): &(Proxy, String)) -> Setup {
    match proxy {
        Proxy::Nginx => Setup::nginx(text.clone()),
        Proxy::Haproxy => Setup::haproxy(text.clone()),
    }
}

/// The newer nginx, which has what the controllers of today write.
fn lab() -> Lab {
    let new_nginx = Program::find_new_nginx().unwrap_or_else(|error| panic!("{error}"));
    Lab::new().expect("the lab can be set up").with(new_nginx)
}

#[test]
fn the_proxies_load_what_is_generated() {
    let lab = lab();
    let entries = std::fs::read_dir(folder()).expect("the manifests are there");
    let names = entries.map(|entry| entry.expect("an entry").path());
    let mut tried = 0;
    let mut failures = Vec::new();
    for path in names.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")) {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for text in generated(&name) {
            // A module that the lab's nginx does not have.
            if text.1.contains("more_set_headers") {
                continue;
            }
            tried += 1;
            match lab.check_config(&setup(&text)) {
                Ok(verdict) if verdict.is_accepted() != REFUSED.contains(&name.as_str()) => {}
                Ok(verdict) => failures.push(format!("{name}: {}\n{}", verdict.text(), text.1)),
                Err(error) => failures.push(format!("{name}: {error}")),
            }
        }
    }
    assert!(tried >= 40, "only {tried} configurations");
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

/// What one client sees of a manifest with a peer behind it.
fn seen(lab: &Lab, name: &str, peer: Peer, client: Client) -> Observation {
    let text = generated(name).remove(0);
    let setup = setup(&text).default_peer(peer);
    let report =
        lab.run(&setup, &[client.host(HOST)]).unwrap_or_else(|error| panic!("{name}: {error}\n{}", text.1));
    let refused = || panic!("{name}: {}\n{}", report.config.text(), text.1);
    report.observations.first().cloned().unwrap_or_else(refused)
}

#[test]
fn handshakes_fare_as_the_findings_say() {
    let lab = lab();
    let ws = |name: &str| seen(&lab, name, Peer::websocket(), Client::websocket("/ws"));
    for name in [
        "nginx-ingress-guide",
        "nginx-ingress-snippet-only",
        "ingress-nginx-configmap",
        "haproxytech-plain",
        "haproxy-ingress-unit",
    ] {
        let seen = ws(name);
        assert!(seen.connected, "{name}: {seen:?}");
    }
    for name in [
        "nginx-ingress-not-named",
        "ingress-nginx-keep-alive",
        "ingress-nginx-grpc",
        "ingress-nginx-hide-upgrade",
        "haproxy-ingress-h2",
    ] {
        let seen = ws(name);
        assert!(!seen.connected, "{name}: {seen:?}");
    }
    let silent = Client::websocket("/ws/ticker").hold(Duration::from_secs(75));
    let seen = seen(&lab, "ingress-nginx-default-timeout", Peer::websocket(), silent);
    assert!(seen.connected && seen.alive == Some(false), "{seen:?}");
}

#[test]
fn polls_fare_as_the_findings_say() {
    let lab = lab();
    let polls = |name: &str| {
        let client = Client { path: "/socket.io/".to_owned(), ..Client::socketio(Transports::Polling) };
        seen(&lab, name, Peer::socketio(), client.count(6))
    };
    for name in [
        "nginx-ingress-ip-hash",
        "ingress-nginx-one-pod",
        "ingress-nginx-affinity",
        "ingress-nginx-canary-sticky",
        "haproxytech-cookie",
    ] {
        let seen = polls(name);
        assert_eq!(seen.succeeded, seen.attempts, "{name}: {seen:?}");
    }
    for name in [
        "ingress-nginx-hpa",
        "ingress-nginx-rewrite",
        "haproxytech-spread",
        "ingress-nginx-affinity-ip",
        "ingress-nginx-canary-weight",
        "virtual-server-split",
    ] {
        let seen = polls(name);
        assert!(seen.succeeded * 2 < seen.attempts, "{name}: {seen:?}");
    }
}
