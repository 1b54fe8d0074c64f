//! Socket.IO as its clients speak it: Engine.IO by polling, by WebSocket, and the upgrade from one to the other.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use wslint_wire::Browser;

use super::ask::{Request, ask, ask_until};
use super::door::Door;
use super::handshake::{Socket, Wanted, close, handshake};
use super::jar::Jar;
use super::packet::{body, framed, polled};
use crate::plan::Plan;
use crate::seen::{Engine, Open, Opened, Reply, Upgrade, Waited};

/// How many sessions are polled, each once on a connection of its own: what spreads sessions by their name keeps some of
/// them together by chance. More heartbeats than one that nobody asked for end a session of some servers.
const SESSIONS: usize = 6;
/// The answers that a poll may get at once before it has to wait: what the server has to say to a new client.
const MOST_NEWS: usize = 3;

/// The target of a request of Engine.IO.
pub(super) fn target(plan: &Plan, protocol: u8, transport: &str, sid: Option<&str>) -> String {
    let (path, query) = plan.target.split_once('?').unwrap_or((&plan.target, ""));
    let own = |pair: &&str| !["EIO=", "transport=", "sid="].iter().any(|name| pair.starts_with(name));
    let mut pairs: Vec<String> =
        query.split('&').filter(|pair| !pair.is_empty()).filter(own).map(str::to_owned).collect();
    pairs.push(format!("EIO={protocol}"));
    pairs.push(format!("transport={transport}"));
    if protocol == 3 && transport == "polling" {
        // Its first servers answer in bytes unless the client says that it reads text.
        pairs.push("b64=1".to_owned());
    }
    pairs.extend(sid.map(|sid| format!("sid={sid}")));
    format!("{path}?{}", pairs.join("&"))
}

/// Whether an answer to a plain request is an Engine.IO server's, which wants to know the transport.
pub(super) fn answers(reply: &Reply) -> bool {
    reply
        .as_ref()
        .is_ok_and(|answer| answer.body.contains(r#""code":0"#) && answer.body.contains("Transport unknown"))
}

/// Speaks Engine.IO.
pub(super) async fn engine(door: &Door, plan: &Plan, watch: &dyn Fn(&str)) -> Engine {
    let mut engine = Engine::default();
    let mut jar = Jar::default();
    let mut session = None;
    watch("opening Engine.IO by polling");
    for protocol in [4, 3] {
        let opened = open(door, plan, protocol).await;
        if let Ok(answer) = &opened.reply
            && session.is_none()
        {
            jar.take(plan, answer);
        }
        if let (Some(open), Some(speaks), None) = (&opened.open, opened.speaks, &session) {
            session = Some((open.clone(), speaks));
        }
        engine.polling.push(opened);
    }
    let protocol = session.as_ref().map(|(_, protocol)| *protocol);
    let cookies = jar.line(plan);
    if let Some((open, protocol)) = &session {
        watch("polling on fresh connections");
        engine.polls = polls(door, plan, open, *protocol, &jar).await;
        if open.upgrades {
            watch("upgrading to WebSocket");
            let target = target(plan, *protocol, "websocket", Some(&open.sid));
            let (handshake, socket) = handshake(door, plan, wanted(&target, cookies.as_deref())).await;
            let probed = match socket {
                Some(socket) => probe(socket, plan.patience).await,
                None => false,
            };
            engine.upgrade = Some(Upgrade { handshake, probed });
        }
    }
    watch("opening Engine.IO by WebSocket");
    let protocol = protocol.unwrap_or(4);
    let (opened, socket) = connect(door, plan, protocol, cookies.as_deref()).await;
    if let Some(socket) = socket {
        close(socket).await;
    }
    engine.protocol = session.map(|(_, protocol)| protocol).or(opened.speaks);
    engine.websocket = Some(opened);
    engine.cookies = jar.seen;
    engine
}

fn wanted<'w>(target: &'w str, cookies: Option<&'w str>) -> Wanted<'w> {
    Wanted { browser: Browser::Chrome, target, extensions: false, origin: true, cookies }
}

async fn open(door: &Door, plan: &Plan, protocol: u8) -> Opened {
    let target = target(plan, protocol, "polling", None);
    let reply = ask(door, &Request::of_script(plan, "GET", &target, "")).await;
    let told =
        reply.as_ref().ok().filter(|answer| answer.status == 200).and_then(|answer| polled(&answer.body));
    let (open, speaks) = told.unzip();
    Opened { protocol, reply, open, speaks }
}

/// Polls a session, and others that are opened for it as other clients would.
async fn polls(door: &Door, plan: &Plan, first: &Open, protocol: u8, jar: &Jar) -> Vec<Reply> {
    let mut replies = vec![post(door, plan, protocol, &first.sid, jar).await];
    for _ in 1..SESSIONS {
        let opened = open(door, plan, protocol).await;
        let (Some(session), Ok(answer)) = (&opened.open, &opened.reply) else {
            replies.push(opened.reply);
            continue;
        };
        let mut jar = Jar::default();
        jar.take(plan, answer);
        replies.push(post(door, plan, protocol, &session.sid, &jar).await);
    }
    replies
}

/// Sends a heartbeat of a session, which its server takes and every other one refuses.
async fn post(door: &Door, plan: &Plan, protocol: u8, sid: &str, jar: &Jar) -> Reply {
    let target = target(plan, protocol, "polling", Some(sid));
    let beat = body(protocol, if protocol == 3 { "2" } else { "3" });
    ask(door, &with_cookies(Request::of_script(plan, "POST", &target, &beat), plan, jar)).await
}

fn with_cookies<'r>(mut request: Request<'r>, plan: &Plan, jar: &Jar) -> Request<'r> {
    match jar.line(plan) {
        Some(line) => {
            request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("Cookie"));
            request.with("Cookie", &line)
        }
        None => request,
    }
}

/// What a client sends on a new WebSocket before it leaves polling; whether the server answers it.
async fn probe(mut socket: Socket, patience: Duration) -> bool {
    let answered = async {
        socket.send(Message::text("2probe")).await.ok()?;
        loop {
            match socket.next().await?.ok()? {
                Message::Text(text) if text.as_str() == "3probe" => return Some(()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    };
    let answered = timeout_at(Instant::now() + patience, answered).await.ok().flatten().is_some();
    close(socket).await;
    answered
}

/// Opens a session by WebSocket alone. The socket is there if the server has opened one on it.
pub(super) async fn connect(
    door: &Door,
    plan: &Plan,
    protocol: u8,
    cookies: Option<&str>,
) -> (Opened, Option<Socket>) {
    let target = target(plan, protocol, "websocket", None);
    let (handshake, socket) = handshake(door, plan, wanted(&target, cookies)).await;
    let mut opened = Opened { protocol, reply: handshake.reply, open: None, speaks: None };
    let Some(mut socket) = socket else { return (opened, None) };
    let first = async {
        loop {
            match socket.next().await?.ok()? {
                Message::Text(text) => return framed(&text),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    };
    opened.open = timeout_at(Instant::now() + door.patience(), first).await.ok().flatten();
    // The opening is the same in both protocols, and a server that does not know the client's refuses it.
    opened.speaks = opened.open.as_ref().map(|_| protocol);
    let open = opened.open.is_some();
    (opened, open.then_some(socket))
}

/// Opens a session by polling and lets a poll wait until the server has something to say, or the hold is over.
pub(super) async fn wait(door: &Door, plan: &Plan, hold: Duration, protocol: u8) -> Option<Waited> {
    let opened = open(door, plan, protocol).await;
    let Open { sid, ping_interval, .. } = opened.open?;
    let mut jar = Jar::default();
    jar.take(plan, opened.reply.as_ref().ok()?);
    let target = target(plan, protocol, "polling", Some(&sid));
    let request = with_cookies(Request::of_script(plan, "GET", &target, ""), plan, &jar);
    let deadline = Instant::now() + hold;
    for _ in 0..MOST_NEWS {
        let asked = Instant::now();
        let reply = ask_until(door, &request, deadline).await;
        let waited = asked.elapsed();
        let over = Instant::now() >= deadline;
        let news = reply.as_ref().is_ok_and(|answer| answer.status == 200) && waited < ping_interval / 2;
        if over || !news {
            return Some(Waited { waited, reply: (!over).then_some(reply), ping_interval });
        }
    }
    None
}
