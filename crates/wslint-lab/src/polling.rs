//! Engine.IO's words for a session, as client and server exchange them (its protocol, revision 4).

use serde::Deserialize;

/// The packet that opens a session, or that lets a client into a namespace of Socket.IO.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Session {
    /// The session's id, which each later request names; of a namespace the client's id there.
    pub(crate) sid: String,
}

impl Session {
    /// Reads the answer to the request that opens a session.
    pub(crate) fn read(body: &str) -> Option<Self> {
        serde_json::from_str(body.strip_prefix('0')?).ok()
    }

    /// Reads the answer to a poll that lets a client into the main namespace.
    pub(crate) fn connected(body: &str) -> Option<Self> {
        packets(body).find_map(|packet| serde_json::from_str(packet.strip_prefix("40")?).ok())
    }
}

/// The packets that one poll brings.
pub(crate) fn packets(body: &str) -> impl Iterator<Item = &str> {
    body.split('\u{1e}')
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn an_open_packet_names_the_session() {
        let read = Session::read(r#"0{"sid":"x1","upgrades":["websocket"],"pingInterval":25000}"#);
        assert_eq!(read, Some(Session { sid: "x1".into() }));
        assert_eq!(Session::read("hello"), None);
    }

    #[test]
    fn a_connect_packet_names_the_client() {
        let read = |body| Session::connected(body).map(|client| client.sid);
        assert_eq!(read(r#"40{"sid":"x1"}"#), Some("x1".to_owned()));
        assert_eq!(read("2\u{1e}40{\"sid\":\"x1\"}"), Some("x1".to_owned()));
        assert_eq!(read(r#"0{"sid":"x1"}"#), None);
    }
}
