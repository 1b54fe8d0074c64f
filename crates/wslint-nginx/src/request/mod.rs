//! The way of one request through the phases of nginx, and what the upstream gets of it: one hop. What comes of it
//! behind that, and whether a handshake succeeds, is the shared way's affair.
//!
//! `enter` takes a connection to its server, and `phases` runs what the files named after phases and directives do, for
//! one `Follower`. A request leaves by an `exit`, of which `hop` makes a hop.

mod access;
mod assign;
mod branch;
pub(crate) mod cache;
pub(crate) mod cause;
pub(crate) mod client;
mod condition;
mod content;
pub(crate) mod enter;
pub(crate) mod exit;
pub(crate) mod follower;
pub(crate) mod header;
mod hop;
mod idle;
mod locate;
mod message;
mod mirror;
mod modules;
mod notes;
pub(crate) mod pass;
mod phases;
mod pick;
pub(crate) mod reading;
mod redirect;
pub(crate) mod reply;
mod rewrite;
pub(crate) mod scripts;
pub(crate) mod select;
mod server_script;
mod settle;
