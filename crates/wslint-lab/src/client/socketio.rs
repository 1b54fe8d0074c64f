//! npm's Socket.IO client, in the Node process.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::attempt::{Attempt, Kept};
use super::front::{Entrance, Front, authority};
use super::held::Held;
use crate::socketio::SocketIoProcess;
use crate::{Client, Error, Transports};
use wslint_wire::browser;

/// Connects one client.
pub(crate) async fn open(
    front: &Front<'_>,
    client: &Client,
    entrance: &Entrance,
    transports: Transports,
    cookies: bool,
) -> Result<Attempt, Error> {
    let process = process(front)?;
    let mut headers = Map::new();
    headers.insert("Host".into(), authority(client, entrance).into());
    headers.insert("User-Agent".into(), browser::CHROME.into());
    for (name, value) in &client.headers {
        headers.insert(name.clone(), value.clone().into());
    }
    let scheme = if entrance.tls { "https" } else { "http" };
    let transports: &[&str] = match transports {
        Transports::Both => &["polling", "websocket"],
        Transports::Polling => &["polling"],
        Transports::WebSocket => &["websocket"],
    };
    let command = json!({
        "url": format!("{scheme}://{}", entrance.address),
        "path": client.path,
        "transports": transports,
        "headers": Value::Object(headers),
        "cookies": cookies,
    });
    let (id, connected) = process.connect(command).await?;
    let mut attempt =
        Attempt { status: connected.status, transport: connected.transport, ..Attempt::default() };
    if connected.connected {
        attempt.kept = Some(Kept::SocketIo(id));
    } else {
        process.leave(id).await?;
        let reason = connected.error.unwrap_or_else(|| "not connected".into());
        attempt.error = Some(match connected.body {
            Some(body) if !body.is_empty() => format!("{reason}: {}", body.trim()),
            _ => reason,
        });
    }
    Ok(attempt)
}

/// Holds a client, if there is a hold, and disconnects it.
pub(crate) async fn hold(front: &Front<'_>, id: u64, hold: Option<Duration>) -> Result<Option<Held>, Error> {
    let process = process(front)?;
    let held = match hold {
        None => None,
        Some(hold) => {
            let held = process.hold(id, hold).await?;
            let reason = held.reason.filter(|_| !held.alive).map(|reason| format!("cut: {reason}"));
            Some(Held { alive: held.alive, cut_after: held.cut.map(Duration::from_millis), error: reason })
        }
    };
    process.leave(id).await?;
    Ok(held)
}

fn process<'run>(front: &'run Front<'_>) -> Result<&'run Arc<SocketIoProcess>, Error> {
    front.socketio.as_ref().ok_or_else(|| Error::MissingSocketIo { reason: "it was not started".into() })
}
