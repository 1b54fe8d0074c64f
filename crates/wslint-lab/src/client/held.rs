//! Connections that are held open.

use std::time::Duration;

/// What became of a connection during the hold.
pub(super) struct Held {
    pub(super) alive: bool,
    /// When it was cut, counted from its last message, by the lab's own time.
    pub(super) cut_after: Option<Duration>,
    pub(super) error: Option<String>,
}
