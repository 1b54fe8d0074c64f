//! What a request meets at a peer that is an HTTP server.

use std::time::Duration;

use crate::Handshake;
use wslint_wire::Headers;

/// What a request meets at an HTTP server.
pub(super) enum Served {
    /// A WebSocket, with the interval of its pings.
    Handshake(Handshake, Option<Duration>),
    /// Engine.IO at this path.
    Poll(String),
    /// An answer with this status and headers.
    Page(u16, Headers),
    /// Server-sent events.
    Events,
}
