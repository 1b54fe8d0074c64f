//! What a change does to WebSocket traffic: two trees, the routes of both, and how they differ.
//!
//! | question | asked in |
//! |---|---|
//! | which trees do the two names stand for | `source` |
//! | how is each of them read | `side` |
//! | which routes does a tree have, and what is known of each | `served` |
//! | which route of the one is which of the other | `pairs` |
//! | what is compared, and what is better or worse | `aspects` |
//! | how do two routes differ | `change` |
//! | all of it together | `comparison` |
//!
//! How it is printed is not asked here.

mod aspects;
mod change;
mod comparison;
mod pairs;
mod served;
mod side;
mod source;

pub(crate) use aspects::Direction;
pub(crate) use change::{Change, Difference, Event, What};
pub(crate) use comparison::{Comparison, compare};
pub(crate) use side::{Read, Room, Side};
pub(crate) use source::Sources;
