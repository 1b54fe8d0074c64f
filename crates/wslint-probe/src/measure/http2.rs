//! A WebSocket over HTTP/2: extended CONNECT (RFC 8441), which browsers use on a connection that they have already.

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::ext::Protocol;
use h2::{RecvStream, SendStream};
use http::{Method, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use wslint_wire::{Browser, browser};

use super::door::{Door, Offer};
use super::talk::ping;
use crate::plan::Plan;
use crate::seen::{Http2, Talk};

/// What is on its way between a stream of HTTP/2 and the frames on it.
const WINDOW: usize = 64 * 1024;

/// Asks for the page over HTTP/2, and then for a WebSocket on the same connection.
pub(super) async fn http2(door: &Door, plan: &Plan, target: &str) -> Http2 {
    match timeout(door.patience() * 2, ask(door, plan, target)).await {
        Ok(seen) => seen,
        Err(_) => Http2::Refused("no answer in time".into()),
    }
}

async fn ask(door: &Door, plan: &Plan, target: &str) -> Http2 {
    let broken = |error: &dyn std::fmt::Display| Http2::Broken(error.to_string());
    let stream = match door.stream(Offer::Http2).await {
        Ok(stream) => stream,
        Err(error) => return broken(&error),
    };
    let (mut send, connection) = match h2::client::handshake(stream).await {
        Ok(both) => both,
        Err(error) => return broken(&error),
    };
    // Everything that runs beside ends with this.
    let mut beside = JoinSet::new();
    beside.spawn(async move {
        // What goes wrong shows in the requests.
        let _ = connection.await;
    });
    // The server's settings come before its first answer. Some servers answer no plain request for a WebSocket's path, over
    // either version of HTTP.
    if let Ok(Err(error)) = timeout(door.patience() / 2, page(&mut send, plan)).await {
        return broken(&error);
    }
    if !send.is_extended_connect_protocol_enabled() {
        return Http2::NotOffered;
    }
    match connect(&mut send, plan, target).await {
        Err(error) => Http2::Refused(error.to_string()),
        Ok((200, sender, receiver)) => talk(sender, receiver, &mut beside, door.patience()).await,
        Ok((status, ..)) => Http2::Answered(status),
    }
}

async fn page(
    send: &mut SendRequest<Bytes>,
    plan: &Plan,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let uri = format!("https://{}{}", plan.authority(), plan.target);
    let request =
        headed(Request::builder().uri(uri), plan, browser::request(&plan.authority(), "*/*")).body(())?;
    poll_fn(|context| send.poll_ready(context)).await?;
    let (response, _) = send.send_request(request, true)?;
    response.await?;
    Ok(())
}

async fn connect(
    send: &mut SendRequest<Bytes>,
    plan: &Plan,
    target: &str,
) -> Result<(u16, SendStream<Bytes>, RecvStream), Box<dyn std::error::Error + Send + Sync>> {
    let uri = format!("https://{}{target}", plan.authority());
    let mut headers = browser::handshake(Browser::Chrome, &plan.authority(), &plan.page(), "", None);
    // The key belongs to HTTP/1 (RFC 8441, section 5), and frames are read here without extensions.
    for name in ["Sec-WebSocket-Key", "Sec-WebSocket-Extensions", "Upgrade"] {
        browser::without(&mut headers, name);
    }
    let request = headed(Request::builder().method(Method::CONNECT).uri(uri), plan, headers);
    let request = request.extension(Protocol::from_static("websocket")).body(())?;
    poll_fn(|context| send.poll_ready(context)).await?;
    let (response, sender) = send.send_request(request, false)?;
    let response = response.await?;
    Ok((response.status().as_u16(), sender, response.into_body()))
}

/// Header lines as HTTP/2 has them: without those of a connection, and without `Host`.
fn headed(
    mut request: http::request::Builder,
    plan: &Plan,
    mut headers: wslint_wire::Headers,
) -> http::request::Builder {
    plan.put_over(&mut headers);
    for (name, value) in &headers {
        let name = name.to_ascii_lowercase();
        if !["host", "connection", "upgrade", "keep-alive", "transfer-encoding"].contains(&name.as_str()) {
            request = request.header(name, value.as_str());
        }
    }
    request
}

/// Sends a ping through the stream.
async fn talk(
    sender: SendStream<Bytes>,
    receiver: RecvStream,
    beside: &mut JoinSet<()>,
    patience: Duration,
) -> Http2 {
    let (near, far) = duplex(WINDOW);
    carry(far, sender, receiver, beside);
    let mut socket = WebSocketStream::from_raw_socket(near, Role::Client, None).await;
    match ping(&mut socket, patience).await {
        Talk::Pong(_) => Http2::Works,
        Talk::Cut(_) | Talk::Nothing(_) => Http2::Silent,
    }
}

/// Carries bytes between a stream of HTTP/2 and one that frames can be read from.
fn carry(
    far: DuplexStream,
    mut sender: SendStream<Bytes>,
    mut receiver: RecvStream,
    beside: &mut JoinSet<()>,
) {
    let (mut read, mut write) = split(far);
    beside.spawn(async move {
        while let Some(Ok(data)) = receiver.data().await {
            let _ = receiver.flow_control().release_capacity(data.len());
            if write.write_all(&data).await.is_err() {
                return;
            }
        }
        let _ = write.shutdown().await;
    });
    beside.spawn(async move {
        let mut buffer = vec![0; 1024];
        while let Ok(length @ 1..) = read.read(&mut buffer).await {
            if sender.send_data(Bytes::copy_from_slice(&buffer[..length]), false).is_err() {
                return;
            }
        }
        let _ = sender.send_data(Bytes::new(), true);
    });
}
