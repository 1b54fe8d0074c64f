//! Asks a running service for a WebSocket as browsers do, and says what happened, what that means, and which setting of
//! which proxy usually causes it.
//!
//! ```text
//! Plan ──measure──▶ Seen ──tell──▶ Report
//! ```
//!
//! [`probe`] opens a handful of connections to the one service that the [`Plan`] names, each once and each within the plan's
//! patience: it follows no redirect, tries nothing again, and reads no more of an answer than it needs. What it saw is
//! [`Seen`], which holds no opinion; the [`Report`] of [`tell`] is made of that alone. Nothing here knows a configuration:
//! whoever has one holds it against `Seen` afterwards.

mod measure;
mod plan;
mod report;
mod seen;
mod tell;

pub use measure::probe;
pub use plan::{Plan, Service, Trust};
pub use report::{Grade, Report, Step, Verdict};
pub use seen::{
    Address, Answer, Cookie, Cors, Cut, Engine, Handshake, Held, How, Http2, Open, Opened, Reach, Reply,
    Seen, Silence, Talk, Tls, Upgrade, Waited,
};
pub use tell::{is_of_proxy, tell};
