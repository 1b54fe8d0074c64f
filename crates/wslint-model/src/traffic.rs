//! Knowing that a route carries WebSocket traffic, what serves it, and how often its heartbeat speaks.

use crate::choices::IdleVerdict;

pub use crate::choices::Confidence;
pub use crate::product::{Framework, Heartbeat, Sign, sign_of_path};

/// Idle limits up to this one, in milliseconds, cut silent connections within a minute.
const SHORT: u64 = 60_000;

/// The answer to [`crate::questions::IDLE_VERDICT`]; all times in milliseconds. A limit that is at or above the accepted minimum is long,
/// unless the heartbeat is slower still. One that is as long as the heartbeat is a race, which no heartbeat is known to win.
pub fn idle_verdict(limit: u64, heartbeat: Option<Heartbeat>, minimum: u64) -> IdleVerdict {
    match heartbeat {
        Some(heartbeat) if limit < heartbeat.silence && heartbeat.certain => IdleVerdict::BelowHeartbeat,
        _ if limit >= minimum => IdleVerdict::Long,
        Some(heartbeat) if limit > heartbeat.silence => match limit <= SHORT {
            true => IdleVerdict::KeptAlive,
            false => IdleVerdict::Long,
        },
        _ if limit <= SHORT => IdleVerdict::Short,
        _ => IdleVerdict::Moderate,
    }
}
