//! One way of a request, for both proxies and all their chains.
//!
//! A request **arrives** at a listener as a connection with a **message** on it. A proxy **follows** it to where it
//! leaves: that is a **hop**, which says what was sent and what makes each part of it so, after which silence the hop
//! cuts, what the reply loses, and how the request **ends** there. The next listener is looked for in all
//! configurations at hand, and the hops up to the end are a **run**. What cannot be decided is asked an **oracle**, and
//! there is a run for each combination of its answers. One **judge** decides whether what arrives at the end makes an
//! upstream answer 101, and the **outcome** is what all runs agree on.
//!
//! The proxies only follow. They do not judge, merge or take minima: that is done here, once.

pub mod address;
mod follow;
mod hop;
pub mod idle;
mod judge;
mod message;
mod oracle;
mod outcome;
#[cfg(test)]
mod passing;
mod shared;
mod shown;
pub mod socketio;
mod step;

pub use address::{Address, is_broken_ipv4};
pub use follow::{Follow, Listens, Network, Refusal, Run};
pub use hop::{Arrival, Connect, Damage, End, Flaw, Hop, Idle, Obstacle, PROXY_HEADER, Protocol, Reply};
pub use judge::{Handshake, Judgement, Reason, certainly_fails, judge, judge_served};
pub use message::{Field, Http, Message, Part, holds_token, keeps_origin};
pub use oracle::{Assumption, Learnt, Mark, Oracle, Runs, explore, explore_steps, in_words};
pub use outcome::{AnsweredBy, Outcome, outcome};
pub use shared::Shared;
pub use shown::Shown;
pub use step::{Step, Steps, merged};
