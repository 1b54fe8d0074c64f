//! Rules over facts, read from rules/*.yaml.
//!
//! A rule is small data: which answers of a route must hold, and what to say then. It is checked when it is loaded,
//! so that it cannot fail later. This crate does not know how a fact comes about, opens no file and prints nothing.

mod builtin;
mod catalogue;
mod check;
mod condition;
mod duration;
pub mod edits;
mod example;
mod finding;
mod load;
mod nearest;
mod node;
pub mod page;
pub mod product;
pub mod reference;
mod rule;
mod rules;
mod said;
mod scope;
mod template;
pub mod trial;
mod verdict;

pub use builtin::{builtin, builtin_and};
pub use check::Checking;
pub use duration::parse as parse_time;
pub use example::{Browser, Client, Example, Fate, MARK, Peer, Proof, Run};
pub use finding::{Confidence, Finding};
pub use load::{LoadError, load};
pub use nearest::nearest;
pub use rule::{Fix, Rule, Safety, Severity};
pub use rules::Rules;
pub use scope::Scope;
pub use verdict::Verdict;
