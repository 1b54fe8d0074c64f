//! The handshake of a browser.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use wslint_wire::{Browser, Headers, ResponseHead, Stream, browser, joined};

use super::ask::{Request, exchange, with_body};
use super::door::Door;
use crate::plan::Plan;
use crate::seen::Handshake;

/// An open WebSocket.
pub(super) type Socket = WebSocketStream<Stream>;

/// Larger messages end a connection that is held.
const LARGEST_MESSAGE: usize = 16 * 1024 * 1024;
/// How long goodbyes may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'w> {
    pub(super) browser: Browser,
    pub(super) target: &'w str,
    /// Whether extensions are offered, as browsers do. What is sent then may be compressed.
    pub(super) extensions: bool,
    /// Whether the page's origin is told.
    pub(super) origin: bool,
    /// The cookies of the page, those of the user among them.
    pub(super) cookies: Option<&'w str>,
}

/// Makes a handshake. The socket is there if the browser would have one.
pub(super) async fn handshake(door: &Door, plan: &Plan, wanted: Wanted<'_>) -> (Handshake, Option<Socket>) {
    let key = generate_key();
    let mut headers = browser::handshake(wanted.browser, &plan.authority(), &plan.page(), &key, None);
    if !wanted.extensions {
        browser::without(&mut headers, "Sec-WebSocket-Extensions");
    }
    plan.put_over(&mut headers);
    if let Some(cookies) = wanted.cookies {
        browser::without(&mut headers, "Cookie");
        headers.push(("Cookie".into(), cookies.to_owned()));
    }
    if !wanted.origin {
        browser::without(&mut headers, "Origin");
    }
    let subprotocols = joined(&headers, "Sec-WebSocket-Protocol");
    let request = Request { method: "GET", target: wanted.target, headers, body: "" };
    let deadline = Instant::now() + door.patience();
    let told = |reply, refusal| Handshake { browser: wanted.browser, reply, refusal };
    let (answer, wire) = match exchange(door, &request, deadline).await {
        Ok(answered) => answered,
        Err(silence) => return (told(Err(silence), None), None),
    };
    if answer.status != 101 {
        let answer = with_body(answer, wire, "GET", deadline).await;
        return (told(Ok(answer), None), None);
    }
    let head = ResponseHead { status: answer.status, headers: answer.headers.clone() };
    // Of several subprotocols the server takes one.
    let offered = subprotocols.as_deref().map(|list| chosen(list, &head.headers));
    let refusal = browser::refusal(&head, &key, offered.as_deref());
    let refused = refusal.is_some();
    let told = told(Ok(answer), refusal);
    if refused {
        return (told, None);
    }
    let (stream, early) = wire.into_parts();
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    (told, Some(Socket::from_partially_read(stream, early, Role::Client, Some(config)).await))
}

/// The subprotocol of the answer if it was offered, and else the first that was.
fn chosen(offered: &str, answer: &Headers) -> String {
    let taken = joined(answer, "Sec-WebSocket-Protocol");
    let all = || offered.split(',').map(str::trim);
    let taken = taken.filter(|taken| all().any(|one| one == taken));
    taken.unwrap_or_else(|| all().next().unwrap_or_default().to_owned())
}

/// Says goodbye; the other side may be gone already.
pub(super) async fn close(mut socket: Socket) {
    let _ = timeout(GOODBYE, socket.close(None)).await;
}
