//! What a client of Engine.IO does before it has a WebSocket (its protocol, revision 4, "HTTP long-polling"). Each request
//! has a connection of its own, as where a browser has several open and takes any of them.

use std::io;

use super::attempt::Attempt;
use super::front::{Entrance, Front, authority, connect};
use super::websocket::{Asked, shake};
use crate::polling::{Session, packets};
use crate::{Browser, Client};
use wslint_wire::browser;
use wslint_wire::{Headers, ResponseHead, Wire};

/// What a client of Socket.IO sends to come into the main namespace.
const CONNECT: &str = "40";

/// What a server asks now and then, and what a client answers.
const PING: &str = "2";
const PONG: &str = "3";

/// Opens a session, and sends and reads in it. As with a real client a poll waits while a message is sent, and then it tries
/// to go on by WebSocket, if it `upgrades` at all: where that fails, it stays with polling.
pub(super) async fn session(
    front: &Front<'_>,
    client: &Client,
    entrance: &Entrance,
    messages: usize,
    upgrades: bool,
) -> io::Result<Attempt> {
    let mut poller =
        Poller { front, client, entrance, jar: Jar { secure: entrance.tls, cookies: Vec::new() } };
    let open = poller.send(None, None).await?;
    let Some(open) = poller.answer(open).await? else { return Ok(Attempt::failed(NO_ANSWER)) };
    let mut attempt =
        Attempt { status: Some(open.head.status), headers: open.head.headers.clone(), ..Attempt::default() };
    let session = match open.session() {
        Ok(session) => session,
        Err(error) => return Ok(Attempt { error: Some(error), ..attempt }),
    };
    for message in 0..=messages {
        // An event with an id is answered.
        let (text, answer) = match message {
            0 => (CONNECT.to_owned(), format!("{CONNECT}{{")),
            id => (format!("42{id}[\"echo\",\"hello\"]"), format!("43{id}[")),
        };
        if let Err(failed) = poller.tell(&session.sid, &text, &answer).await? {
            attempt.status = failed.status.or(attempt.status);
            attempt.error = Some(failed.error);
            return Ok(attempt);
        }
    }
    let kept_from = match upgrades {
        true => poller.upgrade(&session.sid, messages + 1).await?.err(),
        false => Some(String::new()),
    };
    attempt.transport = Some(if kept_from.is_none() { "websocket" } else { "polling" }.into());
    attempt.kept_from_upgrade = kept_from.filter(|why| !why.is_empty());
    Ok(attempt)
}

const NO_ANSWER: &str = "the connection was closed without an answer";

/// How many polls an answer may be away: a heartbeat may come before it.
const MOST_POLLS: usize = 4;

/// Why a session does not go on.
struct Failed {
    /// The status of the answer, if it is no success.
    status: Option<u16>,
    error: String,
}

/// What came back.
struct Answer {
    head: ResponseHead,
    body: String,
}

impl Answer {
    /// The session that was opened, or why there is none.
    fn session(&self) -> Result<Session, String> {
        if self.head.status != 200 {
            return Err(self.complaint());
        }
        Session::read(&self.body).ok_or_else(|| "the answer is no session of Engine.IO".to_owned())
    }

    fn complaint(&self) -> String {
        let said = serde_json::from_str::<serde_json::Value>(&self.body).ok();
        match said.as_ref().and_then(|said| said["message"].as_str()) {
            Some(message) => format!("the answer is {}: {message}", self.head.status),
            None => format!("the answer is {}", self.head.status),
        }
    }
}

/// A request that was sent, and its connection.
struct Exchange {
    wire: Wire,
    method: &'static str,
}

/// A client that polls.
struct Poller<'run> {
    front: &'run Front<'run>,
    client: &'run Client,
    entrance: &'run Entrance,
    jar: Jar,
}

impl Poller<'_> {
    /// Sends a poll, or with a body a message, on a connection of its own.
    async fn send(&self, session: Option<&str>, body: Option<&str>) -> io::Result<Exchange> {
        let method = if body.is_some() { "POST" } else { "GET" };
        let mut target = format!("{}?EIO=4&transport=polling", self.client.path);
        if let Some(session) = session {
            target.push_str(&format!("&sid={session}"));
        }
        let mut headers = browser::request(&authority(self.client, self.entrance), "*/*");
        self.jar.send(&mut headers);
        if let Some(body) = body {
            headers.push(("Content-Type".into(), "text/plain;charset=UTF-8".into()));
            headers.push(("Content-Length".into(), body.len().to_string()));
        }
        browser::over(&mut headers, &self.client.headers);
        let mut wire = connect(self.front, self.client, self.entrance).await?;
        wire.send(browser::bytes(method, &target, &headers, body.unwrap_or_default())).await?;
        Ok(Exchange { wire, method })
    }

    /// Sends a packet while a poll waits, and polls until a packet that begins so answers it. Heartbeats are answered.
    async fn tell(&mut self, session: &str, text: &str, wanted: &str) -> io::Result<Result<(), Failed>> {
        let mut waiting = self.send(Some(session), None).await?;
        let sent = self.send(Some(session), Some(text)).await?;
        if let Err(failed) = self.body(sent).await? {
            return Ok(Err(failed));
        }
        for _ in 0..MOST_POLLS {
            let body = match self.body(waiting).await? {
                Ok(body) => body,
                Err(failed) => return Ok(Err(failed)),
            };
            if packets(&body).any(|packet| packet.starts_with(wanted)) {
                return Ok(Ok(()));
            }
            if packets(&body).any(|packet| packet == PING) {
                let sent = self.send(Some(session), Some(PONG)).await?;
                if let Err(failed) = self.body(sent).await? {
                    return Ok(Err(failed));
                }
            }
            waiting = self.send(Some(session), None).await?;
        }
        let error = format!("no poll brought the answer to `{text}`");
        Ok(Err(Failed { status: None, error }))
    }

    /// What a request brings, or why that is no success.
    async fn body(&mut self, exchange: Exchange) -> io::Result<Result<String, Failed>> {
        Ok(match self.answer(exchange).await? {
            None => Err(Failed { status: None, error: NO_ANSWER.into() }),
            Some(answer) if answer.head.status != 200 => {
                Err(Failed { status: Some(answer.head.status), error: answer.complaint() })
            }
            Some(answer) => Ok(answer.body),
        })
    }

    /// Goes on by WebSocket (the protocol's "Upgrade"): the server answers a probe on the new connection, and from `5` on the
    /// session lives there. Says what keeps it from that.
    async fn upgrade(&self, session: &str, message: usize) -> io::Result<Result<(), String>> {
        let target = format!("{}?EIO=4&transport=websocket&sid={session}", self.client.path);
        let mut more = Headers::new();
        self.jar.send(&mut more);
        let asked = Asked { browser: Browser::Chrome, subprotocol: None, target: &target, more: &more };
        let (attempt, socket) = shake(self.front, self.client, self.entrance, &asked).await?;
        let Some(mut socket) = socket else {
            return Ok(Err(attempt.error.unwrap_or_else(|| NO_ANSWER.to_owned())));
        };
        if let Err(error) = socket.ask("2probe", "3probe").await {
            return Ok(Err(format!("no answer to the probe: {error}")));
        }
        let event = format!("42{message}[\"echo\",\"hello\"]");
        let answered = match socket.tell("5").await {
            Ok(()) => socket.ask(&event, &format!("43{message}[\"hello\"]")).await,
            Err(error) => Err(error),
        };
        socket.close().await;
        Ok(answered)
    }

    /// Waits for the answer; none if the connection was closed.
    async fn answer(&mut self, mut exchange: Exchange) -> io::Result<Option<Answer>> {
        let Some(head) = exchange.wire.response().await? else { return Ok(None) };
        self.jar.keep(&head.headers);
        let body = exchange.wire.body(head.framing(exchange.method)).await?;
        Ok(Some(Answer { head, body: String::from_utf8_lossy(&body).into_owned() }))
    }
}

/// The cookies of one client and one host.
struct Jar {
    /// Whether those are sent back that are for TLS only.
    secure: bool,
    cookies: Vec<(String, String)>,
}

impl Jar {
    fn send(&self, headers: &mut Headers) {
        let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !all.is_empty() {
            headers.push(("Cookie".into(), all.join("; ")));
        }
    }

    /// Takes cookies over as browsers do (RFC 6265, section 5.3), but for those of other paths and hosts.
    fn keep(&mut self, headers: &Headers) {
        for (_, line) in headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie")) {
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            if parts.any(|attribute| attribute.eq_ignore_ascii_case("secure")) && !self.secure {
                continue;
            }
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}
