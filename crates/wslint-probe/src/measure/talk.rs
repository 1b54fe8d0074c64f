//! Open WebSockets: pings, and connections that are held.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Interval, interval_at, sleep_until, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::seen::{Cut, Held, How, Talk};

/// What the pings carry, so that their pongs are known.
const PAYLOAD: &[u8] = b"wslint";

/// Sends a ping and waits for its pong, which every WebSocket server sends (RFC 6455, section 5.5.2).
pub(super) async fn ping<S>(socket: &mut WebSocketStream<S>, patience: Duration) -> Talk
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let started = Instant::now();
    let there_and_back = async {
        socket.send(Message::Ping(PAYLOAD.into())).await?;
        loop {
            match socket.next().await {
                Some(Ok(Message::Pong(payload))) if payload.as_ref() == PAYLOAD => return Ok(None),
                Some(Ok(Message::Close(frame))) => {
                    return Ok(Some(How::CloseFrame {
                        code: frame.as_ref().map(|frame| frame.code.into()),
                        reason: frame.map(|frame| frame.reason.to_string()).unwrap_or_default(),
                    }));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(Some(How::Closed)),
            }
        }
    };
    let after = |how| Talk::Cut(Cut { after: started.elapsed(), how });
    match timeout_at(started + patience, there_and_back).await {
        Ok(Ok(None)) => Talk::Pong(started.elapsed()),
        Ok(Ok(Some(how))) => after(how),
        Ok(Err(error)) => after(how(&error)),
        Err(_) => Talk::Nothing(started.elapsed()),
    }
}

/// How a connection is held.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub(super) hold: Duration,
    /// The interval of the client's pings.
    pub(super) pings: Option<Duration>,
    /// The heartbeat of Engine.IO, if that is spoken: its protocol and the server's interval.
    pub(super) engine: Option<(u8, Duration)>,
    pub(super) patience: Duration,
}

/// Holds a connection until it is cut, or long enough, and asks then whether it still lives.
pub(super) async fn hold<S>(mut socket: WebSocketStream<S>, manner: Manner) -> Held
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Manner { hold, pings, engine, patience } = manner;
    let started = Instant::now();
    let mut last = started;
    let mut held = Held { hold, pings, heard: 0, cut: None };
    let every = |interval: Duration| interval_at(started + interval, interval);
    let mut pinging = pings.map(every);
    let mut beating = engine.filter(|(protocol, _)| *protocol == 3).map(|(_, interval)| every(interval));
    if matches!(engine, Some((4, _))) {
        // Socket.IO closes a session that joins no namespace.
        let _ = timeout_at(started + hold, socket.send(Message::text("40"))).await;
    }
    let how = loop {
        let said = tokio::select! {
            _ = sleep_until(started + hold) => break None,
            () = tick(&mut pinging) => Some(Message::Ping(PAYLOAD.into())),
            () = tick(&mut beating) => Some(Message::text("2")),
            message = socket.next() => match message {
                Some(Ok(Message::Close(frame))) => {
                    let (code, reason) = frame.map(|frame| (u16::from(frame.code), frame.reason.to_string())).unzip();
                    break Some(How::CloseFrame { code, reason: reason.unwrap_or_default() });
                }
                Some(Ok(message)) => {
                    last = Instant::now();
                    held.heard += usize::from(!matches!(message, Message::Pong(_)));
                    let beats = matches!(engine, Some((4, _))) && message == Message::text("2");
                    beats.then(|| Message::text("3"))
                }
                Some(Err(error)) => break Some(how(&error)),
                None => break Some(How::Closed),
            },
        };
        if let Some(said) = said {
            // Whoever reads nothing holds up what is sent, and no longer than the hold.
            match timeout_at(started + hold, socket.send(said)).await {
                Ok(Ok(())) => last = Instant::now(),
                Ok(Err(error)) => break Some(how(&error)),
                Err(_) => break None,
            }
        }
    };
    if let Some(how) = how {
        held.cut = Some(Cut { after: last.elapsed(), how });
        return held;
    }
    match ping(&mut socket, patience).await {
        Talk::Pong(_) => {}
        Talk::Cut(cut) => held.cut = Some(Cut { after: last.elapsed(), how: cut.how }),
        Talk::Nothing(_) => held.cut = Some(Cut { after: hold, how: How::Dead }),
    }
    held
}

fn how(error: &Error) -> How {
    match error {
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => How::Closed,
        Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => How::Closed,
        Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
            How::Broken("the connection was reset".into())
        }
        error => How::Broken(error.to_string()),
    }
}

async fn tick(interval: &mut Option<Interval>) {
    match interval {
        Some(interval) => {
            interval.tick().await;
        }
        None => std::future::pending().await,
    }
}
