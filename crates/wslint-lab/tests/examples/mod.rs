//! How the examples of the rules are run: which proxy, and who answers behind it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use wslint_lab::{Handshake, Peer, Setup, SocketIo};
use wslint_model::Proxy;
use wslint_rules::Run;

/// The origin of the page that asks across origins, which is also the one that applications with CORS headers allow.
pub(crate) const ORIGIN: &str = "https://app.example";

/// The proxy with the text of an example, and behind it who its proof names.
pub(crate) fn setup(proxy: Proxy, text: &[u8], run: &Run) -> Setup {
    let setup = match proxy {
        Proxy::Nginx => Setup::nginx(text),
        Proxy::Haproxy => Setup::haproxy(text),
    };
    let default = match run.client {
        client if client.is_socketio() => Peer::socketio(),
        wslint_rules::Client::Events => Peer::Events,
        wslint_rules::Client::Cors | wslint_rules::Client::Preflight => Peer::http(),
        _ => Peer::websocket(),
    };
    let peers = run.peers.iter();
    peers.fold(setup.default_peer(default), |setup, (address, word)| setup.peer(address, peer(*word)))
}

fn peer(word: wslint_rules::Peer) -> Peer {
    use wslint_rules::Peer as Word;
    match word {
        Word::Echo => Peer::websocket(),
        Word::LenientEcho => Peer::WebSocket { handshake: Handshake::TakesHttp10, heartbeat: None },
        Word::OriginEcho => Peer::WebSocket { handshake: Handshake::ChecksOrigin, heartbeat: None },
        Word::SocketIo => Peer::socketio(),
        Word::SocketIoCors => Peer::SocketIo(SocketIo { cors: Some(ORIGIN.into()), ..SocketIo::default() }),
        Word::Http => Peer::http(),
        Word::HttpCors => Peer::Http {
            status: 200,
            headers: vec![
                ("Access-Control-Allow-Origin".into(), ORIGIN.into()),
                ("Access-Control-Allow-Credentials".into(), "true".into()),
            ],
        },
        Word::Events => Peer::Events,
        Word::Dead => Peer::Dead,
    }
}

/// How many proxies run at the same time. They mostly wait.
const AT_ONCE: usize = 6;

/// Shows all claims, several at a time; what is said of those that do not hold, in byte order.
pub(crate) fn failures<C: Sync>(claims: &[C], show: impl Fn(&C) -> Result<(), String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(claim) = claims.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = show(claim) {
                        failures.lock().expect("nobody panics while holding the list").push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("nobody panics while holding the list");
    failures.sort();
    failures
}
