//! What an Engine.IO server says first, in both of its protocols.

use std::time::Duration;

use serde::Deserialize;

use crate::seen::Open;

/// A longer interval is none that anybody waits for.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Deserialize)]
struct Handshake {
    sid: String,
    #[serde(default)]
    upgrades: Vec<String>,
    #[serde(rename = "pingInterval", default = "usual")]
    ping_interval: f64,
}

/// Of engine.io before its servers said so, milliseconds.
fn usual() -> f64 {
    25_000.0
}

/// The session that a polling answer opens, and the protocol that it is told in: 4 is `0{…}`, 3 has the packet's length
/// before it, `96:0{…}`.
pub(super) fn polled(body: &str) -> Option<(Open, u8)> {
    if let Some(open) = framed(body) {
        return Some((open, 4));
    }
    let (length, packet) = body.split_once(':')?;
    let length: usize = length.parse().ok()?;
    let end = packet.char_indices().nth(length).map_or(packet.len(), |(at, _)| at);
    Some((framed(&packet[..end])?, 3))
}

/// The session that a message opens: a packet of type 0.
pub(super) fn framed(message: &str) -> Option<Open> {
    // More packets may follow, behind a record separator.
    let packet = message.split('\u{1e}').next()?;
    let handshake: Handshake = serde_json::from_str(packet.strip_prefix('0')?).ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte);
    if handshake.sid.is_empty() || handshake.sid.len() > 256 || !handshake.sid.bytes().all(plain) {
        return None;
    }
    let interval = Duration::try_from_secs_f64(handshake.ping_interval / 1_000.0).ok()?;
    Some(Open {
        sid: handshake.sid,
        ping_interval: interval.clamp(Duration::from_millis(10), LONGEST),
        upgrades: handshake.upgrades.iter().any(|upgrade| upgrade == "websocket"),
    })
}

/// A packet in a polling body.
pub(super) fn body(protocol: u8, packet: &str) -> String {
    if protocol == 3 { format!("{}:{packet}", packet.chars().count()) } else { packet.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{framed, polled};

    #[test]
    fn openings_of_both_protocols_are_read() {
        let json = r#"{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}"#;
        let (open, protocol) = polled(&format!("0{json}")).expect("protocol 4");
        assert_eq!(
            (open.sid.as_str(), open.upgrades, open.ping_interval.as_secs(), protocol),
            ("abc", true, 25, 4)
        );
        let three = format!("{}:0{json}2:40", json.len() + 1);
        assert_eq!(polled(&three).expect("protocol 3").1, 3);
        assert!(framed(&format!("0{json}\u{1e}40")).is_some());
    }

    #[test]
    fn what_opens_nothing_is_none() {
        for body in
            ["", "0", "0{}", "hello", "99:", "0{\"sid\":\"a b\"}", "0{\"sid\":\"a\r\nX: y\"}", "5:é0{}"]
        {
            assert!(polled(body).is_none(), "{body:?}");
        }
        let endless = r#"0{"sid":"a","pingInterval":-1}"#;
        assert!(polled(endless).is_none());
    }
}
