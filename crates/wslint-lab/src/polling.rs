//! Engine.IO's words for a session, as client and server exchange them (its protocol, revision 4).

use serde::Deserialize;

/// The packet that opens a session.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Session {
    /// The session's id, which each later request names.
    pub(crate) sid: String,
}

impl Session {
    /// Reads the answer to the request that opens a session.
    pub(crate) fn read(body: &str) -> Option<Self> {
        serde_json::from_str(body.strip_prefix('0')?).ok()
    }
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
}
