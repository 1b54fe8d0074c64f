//! The WebSocket echo server: tungstenite's own check of the handshake and its frames; what differs between real
//! servers is only how they refuse.

use std::io;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::http::{Request, Version};
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::Handshake;
use wslint_wire::{RequestHead, Wire, has_token, joined};

/// What becomes of a handshake.
pub(crate) enum Answer {
    /// The 101 to send.
    Switch(String),
    /// The status of the refusal.
    Refuse(u16),
    /// No answer at all.
    Close,
}

/// Whether a request was a handshake when it left the browser, whatever the proxy has made of it.
pub(crate) fn is_meant(head: &RequestHead) -> bool {
    let has = |name: &str| joined(&head.headers, name).is_some();
    has("Sec-WebSocket-Key")
        || has("Sec-WebSocket-Version")
        || has_token(&head.headers, "Upgrade", "websocket")
}

/// Judges the handshake in `head`.
pub(crate) fn accept(head: &RequestHead, handshake: Handshake) -> Answer {
    let minor = if handshake == Handshake::TakesHttp10 { 1 } else { head.minor };
    match check(head, minor) {
        Ok(_) if handshake == Handshake::ChecksOrigin && !is_same_origin(head) => Answer::Refuse(403),
        Ok(response) => Answer::Switch(response),
        Err(_) if handshake == Handshake::Closes => Answer::Close,
        Err(Error::Protocol(ProtocolError::WrongHttpVersion)) => Answer::Refuse(505),
        Err(Error::Protocol(ProtocolError::WrongHttpMethod)) => Answer::Refuse(405),
        Err(Error::Protocol(
            ProtocolError::MissingConnectionUpgradeHeader | ProtocolError::MissingUpgradeWebSocketHeader,
        )) => Answer::Refuse(426),
        Err(_) => Answer::Refuse(400),
    }
}

/// Whether the page's host is the one that the request is for, as the server sees it.
fn is_same_origin(head: &RequestHead) -> bool {
    let origin = joined(&head.headers, "Origin").unwrap_or_default();
    let host = joined(&head.headers, "Host").unwrap_or_default();
    origin.split_once("://").is_none_or(|(_, page)| page.eq_ignore_ascii_case(&host))
}

fn check(head: &RequestHead, minor: u8) -> Result<String, Error> {
    let version = if minor == 0 { Version::HTTP_10 } else { Version::HTTP_11 };
    let mut request = Request::builder().method(head.method.as_str()).uri(&head.uri).version(version);
    // Lines of one name are one list; tungstenite looks at the first line only, other servers at the whole list.
    for name in ["Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key"] {
        if let Some(value) = joined(&head.headers, name) {
            request = request.header(name, value);
        }
    }
    let response = create_response(&request.body(())?)?;
    let mut text = String::from("HTTP/1.1 101 Switching Protocols\r\n");
    for (name, value) in response.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
    }
    if let Some(offered) = joined(&head.headers, "Sec-WebSocket-Protocol") {
        let first = offered.split(',').next().unwrap_or_default().trim();
        text.push_str(&format!("Sec-WebSocket-Protocol: {first}\r\n"));
    }
    text.push_str("\r\n");
    Ok(text)
}

/// Goes on with a session that was opened by polling (Engine.IO's protocol, revision 4, "Upgrade"): answers the probe, and
/// from then on the events of Socket.IO that want an answer.
pub(crate) async fn go_on(wire: Wire) -> io::Result<()> {
    let (stream, early) = wire.into_parts();
    let mut socket = WebSocketStream::from_partially_read(stream, early, Role::Server, None).await;
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let answer = match text.as_str() {
            "2probe" => Some("3probe".to_owned()),
            text => text
                .strip_prefix("42")
                .and_then(|event| event.split_once("[\"echo\","))
                .map(|(id, said)| format!("43{id}[{said}")),
        };
        if let Some(answer) = answer
            && socket.send(Message::text(answer)).await.is_err()
        {
            break;
        }
    }
    Ok(())
}

/// Echoes messages until the connection ends; pings at `heartbeat`.
pub(crate) async fn echo(wire: Wire, heartbeat: Option<Duration>) -> io::Result<()> {
    let (stream, early) = wire.into_parts();
    let mut socket = WebSocketStream::from_partially_read(stream, early, Role::Server, None).await;
    let mut pings = heartbeat.map(tokio::time::interval);
    loop {
        let ping = async {
            match &mut pings {
                Some(pings) => pings.tick().await,
                None => std::future::pending().await,
            }
        };
        let answer = tokio::select! {
            _ = ping => Message::Ping(Default::default()),
            message = socket.next() => match message {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => message,
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return Ok(()),
            },
        };
        if socket.send(answer).await.is_err() {
            return Ok(());
        }
    }
}
