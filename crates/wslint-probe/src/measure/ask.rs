//! One request on a connection of its own.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use tokio::time::{Instant, timeout_at};
use wslint_wire::{Headers, ResponseHead, Wire, browser};

use super::door::{Door, Offer};
use crate::plan::Plan;
use crate::seen::{Answer, Reply, Silence};

/// More of a body tells nothing more.
const MOST_BODY: usize = 16 * 1024;

/// A request.
pub(super) struct Request<'r> {
    pub(super) method: &'r str,
    pub(super) target: &'r str,
    pub(super) headers: Headers,
    pub(super) body: &'r str,
}

impl<'r> Request<'r> {
    /// What a script of a page sends: as Chrome does, with the user's headers over it, and with `Origin` where the page is
    /// of another origin.
    pub(super) fn of_script(plan: &Plan, method: &'r str, target: &'r str, body: &'r str) -> Self {
        let mut headers = browser::request(&plan.authority(), "*/*");
        // Of what is packed in a way that is not known here, nothing could be read.
        browser::without(&mut headers, "Accept-Encoding");
        if plan.crosses_origins() || method != "GET" {
            headers.push(("Origin".into(), plan.page()));
        }
        if method == "POST" {
            headers.push(("Content-Type".into(), "text/plain;charset=UTF-8".into()));
            headers.push(("Content-Length".into(), body.len().to_string()));
        }
        plan.put_over(&mut headers);
        Self { method, target, headers, body }
    }

    /// The same with one more header line.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Sends a request and reads the answer.
pub(super) async fn ask(door: &Door, request: &Request<'_>) -> Reply {
    ask_until(door, request, Instant::now() + door.patience()).await
}

/// Sends a request and waits for the answer up to a time.
pub(super) async fn ask_until(door: &Door, request: &Request<'_>, deadline: Instant) -> Reply {
    let (answer, wire) = exchange(door, request, deadline).await?;
    Ok(with_body(answer, wire, request.method, deadline).await)
}

/// Reads the beginning of the body of an answer. A body that never ends, or breaks off, leaves the head that it came with.
pub(super) async fn with_body(answer: Answer, mut wire: Wire, method: &str, deadline: Instant) -> Answer {
    let head = ResponseHead { status: answer.status, headers: answer.headers.clone() };
    let body = timeout_at(deadline, wire.body_within(head.framing(method), MOST_BODY)).await;
    let body = body.ok().and_then(Result::ok).unwrap_or_default();
    let packed =
        answer.header("Content-Encoding").is_some_and(|coding| coding.trim().eq_ignore_ascii_case("gzip"));
    let body = if packed { unpacked(&body) } else { body };
    Answer { body: String::from_utf8_lossy(&body).into_owned(), ..answer }
}

/// The beginning of what is packed, as far as it can be read.
fn unpacked(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // What is spoiled or cut off has a beginning all the same.
    let _ = GzDecoder::new(body).take(MOST_BODY as u64).read_to_end(&mut text);
    text
}

/// Sends a request and reads the head of the answer; what follows it is left on the connection.
pub(super) async fn exchange(
    door: &Door,
    request: &Request<'_>,
    deadline: Instant,
) -> Result<(Answer, Wire), Silence> {
    let mut wire = door.open(Offer::Http1).await.map_err(|error| Silence::Unconnected(error.to_string()))?;
    let bytes = browser::bytes(request.method, request.target, &request.headers, request.body);
    let sent = Instant::now();
    let answer = timeout_at(deadline, async {
        wire.send(bytes).await?;
        wire.response().await
    });
    let answer = match answer.await {
        Ok(answer) => answer,
        Err(_) => return Err(Silence::TimedOut(sent.elapsed())),
    };
    match answer {
        Ok(Some(head)) => {
            let ResponseHead { status, headers } = head;
            Ok((Answer { status, headers, body: String::new(), took: sent.elapsed() }, wire))
        }
        Ok(None) => Err(Silence::Closed),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::InvalidData => {
                let (_, mut read) = wire.into_parts();
                read.truncate(16);
                if read.starts_with(b"HTTP/1.") { Silence::BadHead } else { Silence::NotHttp(read) }
            }
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Silence::Reset,
            _ => Silence::Closed,
        }),
    }
}
