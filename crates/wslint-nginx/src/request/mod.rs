//! The way of one request through the phases of nginx, and what the upstream gets of it: one hop. What comes of it
//! behind that, and whether a handshake succeeds, is the shared way's affair.

mod access;
mod branch;
mod cache;
mod cause;
pub(crate) mod client;
mod condition;
mod content;
pub(crate) mod enter;
pub(crate) mod exit;
pub(crate) mod follow;
pub(crate) mod header;
pub(crate) mod hop;
mod idle;
mod message;
mod notes;
pub(crate) mod pass;
mod pick;
mod reading;
mod redirect;
mod reply;
mod rewrite;
mod select;
mod settle;
pub(crate) mod state;
mod uri;
