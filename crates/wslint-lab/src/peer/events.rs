//! Server-sent events whose sender waits for the reader. It sends an event, then waits until the lab's client has
//! seen it: with that, "the proxy streams" needs no clock, and a proxy that collects the stream is found out by
//! the sender's patience coming to its end.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::recorder::Recorder;
use wslint_wire::{RequestHead, Wire};

/// How many events a stream has.
pub(crate) const EVENTS: usize = 3;

/// How long the sender waits for an event to be seen, the first time that it waits in vain. What streams shows it
/// within milliseconds; it has to be shorter than the usual read timeout of 60 s at the usual scale of 30.
const PATIENCE: Duration = Duration::from_secs(1);

/// Sends the stream: chunked to HTTP/1.1, until the close to HTTP/1.0 (where there are no chunks).
pub(crate) async fn stream(wire: &mut Wire, head: &RequestHead, recorder: &Recorder) -> io::Result<()> {
    let chunked = head.minor > 0;
    let framing = if chunked { "Transfer-Encoding: chunked" } else { "Connection: close" };
    wire.send(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n{framing}\r\n\r\n"
    ))
    .await?;
    let mut seen = recorder.events_seen.subscribe();
    let already = *seen.borrow();
    let mut patient = true;
    for number in 1..=EVENTS {
        let event = format!("data: {number}\n\n");
        match chunked {
            true => wire.send(format!("{:x}\r\n{event}\r\n", event.len())).await?,
            false => wire.send(event).await?,
        }
        if patient {
            let shown = seen.wait_for(|&count| count >= already + number);
            patient = tokio::time::timeout(PATIENCE, shown).await.is_ok();
        }
    }
    // Told before the end of the stream is sent, so that who has seen the end can rely on it.
    recorder.events_streamed.store(patient, Ordering::SeqCst);
    if chunked {
        wire.send("0\r\n\r\n").await?;
    }
    Ok(())
}
