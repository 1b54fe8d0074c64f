//! The WebSocket handshake of a browser.

use std::io;
use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::attempt::{Attempt, Kept};
use super::front::{Entrance, Front, authority, connect, origin};
use super::socket::Socket;
use crate::{Browser, Client};
use wslint_wire::browser;

/// Makes the handshake, judges it as the browser does, and sends one message there and back.
pub(crate) async fn open(
    front: &Front<'_>,
    client: &Client,
    entrance: &Entrance,
    browser: Browser,
    subprotocol: Option<&str>,
    ping: Option<Duration>,
) -> io::Result<Attempt> {
    let asked = Asked { browser, subprotocol, target: &client.path, more: &[] };
    let (mut attempt, socket) = shake(front, client, entrance, &asked).await?;
    if let Some(mut socket) = socket {
        socket.ping = ping.map(|ping| front.clock.taken(ping));
        match socket.echo("hello").await {
            Ok(()) => attempt.kept = Some(Kept::WebSocket(Box::new(socket))),
            Err(error) => attempt.error = Some(format!("no echo after the 101: {error}")),
        }
    }
    Ok(attempt)
}

/// What a handshake asks for.
pub(super) struct Asked<'asked> {
    pub(super) browser: Browser,
    pub(super) subprotocol: Option<&'asked str>,
    pub(super) target: &'asked str,
    /// Headers that a browser adds, such as cookies.
    pub(super) more: &'asked [(String, String)],
}

/// Makes a handshake; the socket is there if the browser keeps the connection.
pub(super) async fn shake(
    front: &Front<'_>,
    client: &Client,
    entrance: &Entrance,
    asked: &Asked<'_>,
) -> io::Result<(Attempt, Option<Socket>)> {
    let mut wire = connect(front, client, entrance).await?;
    let key = generate_key();
    let (host, origin) = (authority(client, entrance), origin(client, entrance));
    let mut headers = browser::handshake(asked.browser, &host, &origin, &key, asked.subprotocol);
    headers.extend_from_slice(asked.more);
    browser::over(&mut headers, &client.headers);
    wire.send(browser::bytes("GET", asked.target, &headers, "")).await?;
    let Some(head) = wire.response().await? else {
        return Ok((Attempt::failed("the connection was closed without an answer"), None));
    };
    let error = browser::refusal(&head, &key, asked.subprotocol);
    let attempt = Attempt { status: Some(head.status), headers: head.headers, error, ..Attempt::default() };
    if attempt.error.is_some() {
        return Ok((attempt, None));
    }
    let (stream, early) = wire.into_parts();
    let frames = WebSocketStream::from_partially_read(stream, early, Role::Client, None).await;
    Ok((attempt, Some(Socket { frames, ping: None, last: Instant::now() })))
}
