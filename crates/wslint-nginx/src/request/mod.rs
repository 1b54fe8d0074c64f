//! The way of one request through the phases of nginx, and what the upstream gets of it.

mod access;
mod cache;
pub(crate) mod client;
pub(crate) mod connect;
mod content;
pub(crate) mod end;
pub(crate) mod follow;
pub(crate) mod handshake;
pub(crate) mod header;
mod notes;
pub(crate) mod pass;
pub(crate) mod path_fate;
mod pick;
mod reading;
mod redirect;
mod rewrite;
mod select;
pub(crate) mod state;
pub(crate) mod timeout;
mod uri;
