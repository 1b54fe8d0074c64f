//! The configurations of the products' pages, on the real proxies with a stand-in of the product: a Socket.IO server at its
//! path, or a WebSocket server that refuses HTTP/1.0, compares `Origin` where the product does, and never speaks by itself.
//! A sample is tried; `WSLINT_PRODUCT=` tries all, `WSLINT_PRODUCT=graf` those whose names hold that.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use wslint_lab::{Client, Handshake, Hold, Lab, Peer, Setup, SocketIo, Transports};
use wslint_model::traffic::Framework;
use wslint_rules::product;

/// One that compares `Origin`, one whose path is a folder, one below a folder of its own, Socket.IO, and one at the root.
const SAMPLE: [&str; 6] =
    ["grafana", "jupyterhub", "guacamole", "uptime-kuma", "home-assistant", "code-server"];

/// How many proxies run at the same time. They mostly wait.
const AT_ONCE: usize = 6;

/// A silence that the idle limit of the pages outlives, and the proxies' defaults do not.
const SILENCE: Duration = Duration::from_secs(90);

#[test]
// The test is where the environment is looked at.
#[allow(clippy::disallowed_methods)]
fn handshakes_pass_and_silence_is_kept() {
    let wanted = std::env::var("WSLINT_PRODUCT");
    let is_wanted = |name: &str| match &wanted {
        Ok(part) => name.contains(part.as_str()),
        Err(_) => SAMPLE.contains(&name),
    };
    let lab = Lab::new().expect("the lab can be set up");
    let products = Framework::all().filter(|product| is_wanted(product.name()));
    let tries: Vec<(Framework, Setup)> = products
        .flat_map(|one| {
            let nginx = product::nginx(one).map(|config| (one, Setup::nginx(config)));
            let haproxy = product::haproxy(one).map(|config| (one, Setup::haproxy(config)));
            [nginx, haproxy].into_iter().flatten()
        })
        .collect();
    assert!(!tries.is_empty(), "no product is called so");
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((one, setup)) = tries.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = show(&lab, *one, setup) {
                        let place = format!("{} with {}", one.name(), setup.proxy.program());
                        let mut failures = failures.lock().expect("nobody panics while holding the list");
                        failures.push(format!("{place}: {failure}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("nobody panics while holding the list");
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// A server that says nothing by itself.
fn stand_in(handshake: Handshake) -> Peer {
    Peer::WebSocket { handshake, heartbeat: None }
}

fn show(lab: &Lab, one: Framework, setup: &Setup) -> Result<(), String> {
    let path = product::sample_path(one).ok_or("it has no path")?;
    let socketio = one.is("socket.io") && path.ends_with("/socket.io/");
    let (peer, mut client) = match (socketio, one.compares_origin()) {
        (true, _) => {
            let peer = Peer::SocketIo(SocketIo { path: path.clone(), ..SocketIo::default() });
            (peer, Client { path, ..Client::socketio(Transports::Both) })
        }
        (false, true) => (stand_in(Handshake::ChecksOrigin), Client::websocket(&path)),
        (false, false) => (stand_in(Handshake::Strict), Client::websocket(&path)),
    };
    let setup = setup.clone().default_peer(peer);
    client.hold = Some(Hold::For(SILENCE));
    let report = lab.run(&setup, &[client]).map_err(|error| error.to_string())?;
    let Some(seen) = report.observations.first() else { return Err(report.config.text().to_owned()) };
    match (seen.succeeded == seen.attempts, seen.alive) {
        (true, Some(true)) => Ok(()),
        _ => Err(format!("statuses {:?}, alive {:?}, error {:?}", seen.statuses, seen.alive, seen.error)),
    }
}
