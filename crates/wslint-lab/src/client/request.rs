//! Plain requests: pages, calls from another origin, streams of events.

use std::io;
use std::sync::atomic::Ordering;

use super::attempt::{Attempt, in_time};
use super::front::{Entrance, Front, authority, connect};
use crate::{Ask, Client};
use wslint_wire::browser;
use wslint_wire::{Body, Framing, Headers, ResponseHead, Wire};

/// Makes the requests one after the other, on one connection as long as the proxy keeps it, as a browser does.
pub(crate) async fn all(front: &Front<'_>, client: &Client, entrance: &Entrance) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    let mut wire = None;
    for _ in 0..client.count {
        attempts.push(in_time(one(front, client, entrance, &mut wire)).await);
    }
    attempts
}

async fn one(
    front: &Front<'_>,
    client: &Client,
    entrance: &Entrance,
    open: &mut Option<Wire>,
) -> io::Result<Attempt> {
    let (method, body) = match &client.ask {
        Ask::Http { method, body } => (method.as_str(), body.as_deref().unwrap_or_default()),
        _ => ("GET", ""),
    };
    let request = browser::bytes(method, &client.path, &headers(client, entrance, body), body);
    let mut wire = match open.take() {
        Some(wire) => wire,
        None => connect(front, client, entrance).await?,
    };
    wire.send(request).await?;
    let Some(head) = wire.response().await? else {
        return Ok(Attempt::failed("the connection was closed without an answer"));
    };
    let framing = head.framing(method);
    let mut attempt = Attempt { status: Some(head.status), ..Attempt::default() };
    match &client.ask {
        Ask::Events => {
            // A stream that breaks off did not come event by event either.
            let seen = watch_events(front, &mut wire, &head).await.unwrap_or_default();
            let streamed = seen > 0 && front.recorder.events_streamed.load(Ordering::SeqCst);
            attempt.streamed = Some(streamed);
            if !streamed {
                attempt.error = Some("the events did not come one by one".into());
            }
        }
        ask => {
            wire.body(framing).await?;
            attempt.error = match ask {
                Ask::Cors { origin } => browser::cors_refusal(&head.headers, origin),
                _ if (200..300).contains(&head.status) => None,
                _ => Some(format!("the answer is {}", head.status)),
            };
        }
    }
    let keeps =
        framing != Framing::UntilClose && !wslint_wire::has_token(&head.headers, "Connection", "close");
    if keeps && head.status != 101 {
        *open = Some(wire);
    }
    attempt.headers = head.headers;
    Ok(attempt)
}

fn headers(client: &Client, entrance: &Entrance, body: &str) -> Headers {
    let accept = if client.ask == Ask::Events { "text/event-stream" } else { "*/*" };
    let mut headers = browser::request(&authority(client, entrance), accept);
    if let Ask::Cors { origin } = &client.ask {
        headers.push(("Origin".into(), origin.clone()));
    }
    if !body.is_empty() {
        headers.push(("Content-Type".into(), "text/plain;charset=UTF-8".into()));
        headers.push(("Content-Length".into(), body.len().to_string()));
    }
    browser::over(&mut headers, &client.headers);
    headers
}

/// Reads events and tells the sender of each one as it comes; returns how many came.
async fn watch_events(front: &Front<'_>, wire: &mut Wire, head: &ResponseHead) -> io::Result<usize> {
    let mut body = Body::new(head.framing("GET"));
    let (mut text, mut seen) = (Vec::new(), 0);
    while let Some(part) = wire.part(&mut body).await? {
        text.extend_from_slice(&part);
        let ended = text.windows(2).filter(|pair| pair == b"\n\n").count();
        front.recorder.events_seen.send_modify(|count| *count += ended - seen);
        seen = ended;
    }
    Ok(seen)
}
