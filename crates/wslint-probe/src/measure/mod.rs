//! Measuring: what is asked, in which order, and no opinion on it.

mod ask;
mod cors;
mod door;
mod handshake;
mod http2;
mod jar;
mod packet;
mod socketio;
mod talk;
mod trust;

use std::io;
use std::time::Duration;

use futures_util::future::OptionFuture;
use wslint_wire::Browser;

use self::ask::{Request, ask};
use self::door::Door;
use self::handshake::{Wanted, close, handshake};
use self::talk::{Manner, hold, ping};
use crate::plan::{Plan, Service};
use crate::seen::{Held, Seen};

/// A client's pings while a connection is held: this often, or six times in a shorter hold.
const PINGS: Duration = Duration::from_secs(20);

/// Asks the service all that the plan wants to know. `watch` is told what is done next, for people who wait. It takes a few
/// requests' time, and with a hold that long.
///
/// # Errors
/// The system gives no runtime for sockets; never what the service does.
pub fn probe(plan: &Plan, watch: &dyn Fn(&str)) -> io::Result<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(measure(plan, watch));
    // A name server that never answers holds a thread, for which nobody waits.
    runtime.shutdown_background();
    Ok(seen)
}

async fn measure(plan: &Plan, watch: &dyn Fn(&str)) -> Seen {
    let (reach, door) = Door::find(plan, watch).await;
    let mut seen = Seen { reach, ..Seen::default() };
    let Some(door) = door else { return seen };
    watch("asking for the page");
    let plain = ask(&door, &Request::of_script(plan, "GET", &plan.target, "")).await;
    let is_engine = match plan.service {
        Service::SocketIo => true,
        Service::Told => named_so(plan) || socketio::answers(&plain),
    };
    seen.plain = Some(plain);
    let target = match is_engine {
        true => socketio::target(plan, 4, "websocket", None),
        false => plan.target.clone(),
    };
    handshakes(&door, plan, &target, &mut seen, watch).await;
    if is_engine {
        seen.engine = Some(socketio::engine(&door, plan, watch).await);
        if plan.crosses_origins() {
            watch("asking as a page of another origin");
            let target = socketio::target(plan, 4, "polling", None);
            seen.cors = Some(cors::cors(&door, plan, &target).await);
        }
    }
    let has_h2 = matches!(&seen.reach.tls, Some(Ok(tls)) if tls.alpn.as_deref() == Some("h2"));
    if has_h2 {
        watch("asking over HTTP/2");
        seen.http2 = Some(http2::http2(&door, plan, &target).await);
    }
    if let Some(time) = plan.hold {
        watch(&format!("holding a connection for {} s", time.as_secs_f64()));
        held(&door, plan, time, &mut seen).await;
    }
    seen
}

/// Whether the path or the query is Engine.IO's.
fn named_so(plan: &Plan) -> bool {
    let segments = plan.path().trim_end_matches('/').rsplit('/');
    let last = segments.take(1).any(|segment| ["socket.io", "engine.io"].contains(&segment));
    last || plan.target.contains("EIO=")
}

async fn handshakes(door: &Door, plan: &Plan, target: &str, seen: &mut Seen, watch: &dyn Fn(&str)) {
    let as_browser = |browser| Wanted { browser, target, extensions: true, origin: true, cookies: None };
    for browser in [Browser::Chrome, Browser::Firefox] {
        watch(&format!("making the handshake of {browser:?}"));
        let (handshake, socket) = handshake(door, plan, as_browser(browser)).await;
        if let Some(socket) = socket {
            close(socket).await;
        }
        seen.handshakes.push(handshake);
    }
    let chrome = &seen.handshakes[0];
    if chrome.reply.as_ref().is_ok_and(|answer| answer.status == 403) {
        let wanted = Wanted { origin: false, ..as_browser(Browser::Chrome) };
        let (again, socket) = handshake(door, plan, wanted).await;
        if let Some(socket) = socket {
            close(socket).await;
        }
        seen.without_origin = Some(again);
    } else if chrome.succeeded() {
        watch("sending a ping");
        let wanted = Wanted { extensions: false, ..as_browser(Browser::Chrome) };
        if let (_, Some(mut socket)) = handshake(door, plan, wanted).await {
            seen.talk = Some(ping(&mut socket, door.patience()).await);
            close(socket).await;
        }
    }
}

/// Holds connections beside each other: a quiet one, one with pings, and a poll that waits.
async fn held(door: &Door, plan: &Plan, time: Duration, seen: &mut Seen) {
    let engine = seen.engine.as_ref();
    let works = match engine {
        Some(engine) => engine.websocket.as_ref().is_some_and(|opened| opened.open.is_some()),
        None => seen.handshakes.iter().any(|handshake| handshake.succeeded()),
    };
    let protocol = engine.map(|engine| engine.protocol.unwrap_or(4));
    let polls = engine.is_some_and(|engine| {
        engine.polls.iter().all(|reply| reply.as_ref().is_ok_and(|answer| answer.status == 200))
            && engine.polling.iter().any(|opened| opened.open.is_some())
    });
    let pings = PINGS.min(time / 6).max(Duration::from_millis(1));
    let quiet = one(door, plan, protocol, works.then_some(time), None);
    let pinged = one(door, plan, protocol, works.then_some(time), Some(pings));
    let poll = protocol.filter(|_| polls).map(|protocol| socketio::wait(door, plan, time, protocol));
    let (quiet, pinged, poll) = tokio::join!(quiet, pinged, OptionFuture::from(poll));
    seen.quiet = quiet;
    seen.pinged = pinged;
    seen.poll = poll.flatten();
}

/// Opens a WebSocket and holds it, with a session of Engine.IO on it where that is spoken.
async fn one(
    door: &Door,
    plan: &Plan,
    protocol: Option<u8>,
    time: Option<Duration>,
    pings: Option<Duration>,
) -> Option<Held> {
    let manner = Manner { hold: time?, pings, engine: None, patience: door.patience() };
    let Some(protocol) = protocol else {
        let wanted = Wanted {
            browser: Browser::Chrome,
            target: &plan.target,
            extensions: false,
            origin: true,
            cookies: None,
        };
        let (_, socket) = handshake(door, plan, wanted).await;
        return Some(hold(socket?, manner).await);
    };
    let (opened, socket) = socketio::connect(door, plan, protocol, None).await;
    let interval = opened.open.map(|open| open.ping_interval)?;
    Some(hold(socket?, Manner { engine: Some((protocol, interval)), ..manner }).await)
}
