//! An open WebSocket of a browser.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, Interval, interval_at, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::front::PATIENCE;
use super::held::Held;
use wslint_wire::Stream;

/// An open WebSocket.
pub(super) struct Socket {
    pub(super) frames: WebSocketStream<Stream>,
    pub(super) ping: Option<Duration>,
    /// When the last message came.
    pub(super) last: Instant,
}

impl Socket {
    /// Waits for `hold` since the last message or for the cut, whichever is first, and then sends a message there and back.
    pub(super) async fn hold(mut self, hold: Duration) -> Held {
        let start = self.last;
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
    pub(super) async fn close(mut self) {
        let _ = timeout(PATIENCE, self.frames.close(None)).await;
    }

    /// Sends a text that nothing answers.
    pub(super) async fn tell(&mut self, text: &str) -> Result<(), String> {
        self.frames.send(Message::text(text)).await.map_err(|error| error.to_string())
    }

    /// Sends a text there and back.
    pub(super) async fn echo(&mut self, text: &str) -> Result<(), String> {
        self.ask(text, text).await
    }

    /// Sends a text, and waits for the one that answers it.
    pub(super) async fn ask(&mut self, text: &str, answer: &str) -> Result<(), String> {
        let there_and_back = async {
            self.frames.send(Message::text(text)).await?;
            loop {
                match self.frames.next().await {
                    Some(Ok(Message::Text(echo))) if echo.as_str() == answer => {
                        self.last = Instant::now();
                        return Ok(());
                    }
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
