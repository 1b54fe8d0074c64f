//! What browsers send, header line by header line, and how they judge the answer.

use serde::Serialize;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::connection::{Headers, ResponseHead, has_token, joined};

/// Whose handshake. They differ in what breaks configurations: Firefox sends `Connection: keep-alive, Upgrade`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Browser {
    /// Chrome, and with it Edge, Opera and most others.
    Chrome,
    /// Firefox.
    Firefox,
}

/// Chrome's name for itself.
pub const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The header lines of a WebSocket handshake, in the browser's order.
pub fn handshake(
    browser: Browser,
    host: &str,
    origin: &str,
    key: &str,
    subprotocol: Option<&str>,
) -> Headers {
    let mut lines: Vec<(&str, &str)> = match browser {
        Browser::Chrome => vec![
            ("Host", host),
            ("Connection", "Upgrade"),
            ("Pragma", "no-cache"),
            ("Cache-Control", "no-cache"),
            ("User-Agent", CHROME),
            ("Upgrade", "websocket"),
            ("Origin", origin),
            ("Sec-WebSocket-Version", "13"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Accept-Language", "en-US,en;q=0.9"),
            ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
        ],
        Browser::Firefox => vec![
            ("Host", host),
            ("User-Agent", FIREFOX),
            ("Accept", "*/*"),
            ("Accept-Language", "en-US,en;q=0.5"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Sec-WebSocket-Version", "13"),
            ("Origin", origin),
            ("Sec-WebSocket-Extensions", "permessage-deflate"),
            ("Sec-WebSocket-Key", key),
            ("Connection", "keep-alive, Upgrade"),
            ("Sec-Fetch-Dest", "empty"),
            ("Sec-Fetch-Mode", "websocket"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Pragma", "no-cache"),
            ("Cache-Control", "no-cache"),
            ("Upgrade", "websocket"),
        ],
    };
    if let Some(subprotocol) = subprotocol {
        lines.push(("Sec-WebSocket-Protocol", subprotocol));
    }
    owned(&lines)
}

/// The header lines of a page's or a script's request, as Chrome sends them.
pub fn request(host: &str, accept: &str) -> Headers {
    owned(&[
        ("Host", host),
        ("Connection", "keep-alive"),
        ("User-Agent", CHROME),
        ("Accept", accept),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Accept-Language", "en-US,en;q=0.9"),
    ])
}

/// Puts `more` over `headers`: a header of the same name is replaced where it stands.
pub fn over(headers: &mut Headers, more: &[(String, String)]) {
    for (name, value) in more {
        match headers.iter_mut().find(|(present, _)| present.eq_ignore_ascii_case(name)) {
            Some(line) => line.1.clone_from(value),
            None => headers.push((name.clone(), value.clone())),
        }
    }
}

/// Takes the header lines of a name away.
pub fn without(headers: &mut Headers, name: &str) {
    headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
}

/// A request as bytes.
pub fn bytes(method: &str, uri: &str, headers: &[(String, String)], body: &str) -> String {
    let mut text = format!("{method} {uri} HTTP/1.1\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text
}

/// Why a browser would fail the connection after this answer (RFC 6455, section 4.1; WHATWG WebSockets).
pub fn refusal(head: &ResponseHead, key: &str, subprotocol: Option<&str>) -> Option<String> {
    if head.status != 101 {
        return Some(format!("the answer is {}, not 101", head.status));
    }
    if !joined(&head.headers, "Upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        return Some("the 101 has no Upgrade: websocket".into());
    }
    if !has_token(&head.headers, "Connection", "upgrade") {
        return Some("the 101 has no Connection: upgrade".into());
    }
    if joined(&head.headers, "Sec-WebSocket-Accept").as_deref() != Some(&derive_accept_key(key.as_bytes())) {
        return Some("the 101 has no or a wrong Sec-WebSocket-Accept".into());
    }
    match (joined(&head.headers, "Sec-WebSocket-Protocol"), subprotocol) {
        (None, Some(_)) => Some("the 101 does not name the subprotocol".into()),
        (Some(got), wanted) if Some(got.as_str()) != wanted => {
            Some(format!("the 101 names the subprotocol {got}, which was not asked for"))
        }
        _ => None,
    }
}

/// Why a browser would keep a page of `origin` from the answer (WHATWG Fetch, section 4.10, with credentials).
pub fn cors_refusal(headers: &[(String, String)], origin: &str) -> Option<String> {
    match joined(headers, "Access-Control-Allow-Origin") {
        None => return Some("there is no Access-Control-Allow-Origin".into()),
        Some(allowed) if allowed != origin => {
            return Some(format!("Access-Control-Allow-Origin is {allowed}, not {origin}"));
        }
        Some(_) => {}
    }
    match joined(headers, "Access-Control-Allow-Credentials").as_deref() {
        Some("true") => None,
        other => Some(format!("Access-Control-Allow-Credentials is {}, not true", other.unwrap_or("absent"))),
    }
}

fn owned(lines: &[(&str, &str)]) -> Headers {
    lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
