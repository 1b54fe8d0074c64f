//! A browser's WebSocket.

use std::io;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, Interval, interval_at, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Attempt, Entrance, Front, Held, Kept, PATIENCE, authority, browser, connect, origin};
use crate::wire::Stream;
use crate::{Browser, Client};

/// An open WebSocket.
pub(crate) struct Socket {
    frames: WebSocketStream<Stream>,
    ping: Option<Duration>,
}

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
        let ping = ping.map(|ping| ping.div_f64(front.scale));
        let mut socket = Socket { frames, ping };
        match socket.echo("hello").await {
            Ok(()) => attempt.kept = Some(Kept::WebSocket(Box::new(socket))),
            Err(error) => attempt.error = Some(format!("no echo after the 101: {error}")),
        }
    }
    Ok(attempt)
}

impl Socket {
    /// Waits for `hold` or for the cut, whichever is first, and then sends a message there and back.
    pub(crate) async fn hold(mut self, hold: Duration) -> Held {
        let start = Instant::now();
        let mut pings = self.ping.map(|ping| interval_at(start + ping, ping));
        let cut = loop {
            tokio::select! {
                _ = sleep_until(start + hold) => break None,
                () = tick(&mut pings) => {
                    if let Err(error) = self.frames.send(Message::Ping(Default::default())).await {
                        break Some(error.to_string());
                    }
                }
                message = self.frames.next() => match message {
                    Some(Ok(Message::Close(_))) => break Some("a close frame".into()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => break Some(error.to_string()),
                    None => break Some("the end of the connection".into()),
                }
            }
        };
        if let Some(error) = cut {
            return Held {
                alive: false,
                cut_after: Some(start.elapsed()),
                error: Some(format!("cut: {error}")),
            };
        }
        let echo = self.echo("still here").await;
        if echo.is_ok() {
            self.close().await;
        }
        let error = echo.err().map(|error| format!("dead after the hold: {error}"));
        Held { alive: error.is_none(), cut_after: None, error }
    }

    /// Says goodbye; the other side may be gone already.
    pub(crate) async fn close(mut self) {
        let _ = timeout(PATIENCE, self.frames.close(None)).await;
    }

    async fn echo(&mut self, text: &str) -> Result<(), String> {
        let there_and_back = async {
            self.frames.send(Message::text(text)).await?;
            loop {
                match self.frames.next().await {
                    Some(Ok(Message::Text(echo))) if echo.as_str() == text => return Ok(()),
                    Some(Ok(Message::Close(_))) | None => return Err(Error::ConnectionClosed),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                }
            }
        };
        match timeout(PATIENCE, there_and_back).await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => Err(format!("nothing within {} s", PATIENCE.as_secs())),
        }
    }
}

async fn tick(pings: &mut Option<Interval>) {
    match pings {
        Some(pings) => {
            pings.tick().await;
        }
        None => std::future::pending().await,
    }
}
