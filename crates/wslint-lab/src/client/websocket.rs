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
    let mut wire = connect(front, client, entrance).await?;
    let key = generate_key();
    let (host, origin) = (authority(client, entrance), origin(client, entrance));
    let mut headers = browser::handshake(browser, &host, &origin, &key, subprotocol);
    browser::over(&mut headers, &client.headers);
    wire.send(browser::bytes("GET", &client.path, &headers, "")).await?;
    let Some(head) = wire.response().await? else {
        return Ok(Attempt::failed("the connection was closed without an answer"));
    };
    let mut attempt = Attempt { status: Some(head.status), ..Attempt::default() };
    attempt.error = browser::refusal(&head, &key, subprotocol);
    attempt.headers = head.headers;
    if attempt.error.is_none() {
        let (stream, early) = wire.into_parts();
        let frames = WebSocketStream::from_partially_read(stream, early, Role::Client, None).await;
        let ping = ping.map(|ping| front.clock.taken(ping));
        let mut socket = Socket { frames, ping, last: Instant::now() };
        match socket.echo("hello").await {
            Ok(()) => attempt.kept = Some(Kept::WebSocket(Box::new(socket))),
            Err(error) => attempt.error = Some(format!("no echo after the 101: {error}")),
        }
    }
    Ok(attempt)
}
