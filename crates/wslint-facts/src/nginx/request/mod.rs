//! The way of one request through the phases of nginx, and what the upstream gets of it.

mod access;
mod cache;
pub(in crate::nginx) mod client;
pub(in crate::nginx) mod connect;
mod content;
pub(in crate::nginx) mod end;
pub(in crate::nginx) mod follow;
pub(in crate::nginx) mod handshake;
pub(in crate::nginx) mod header;
mod notes;
pub(in crate::nginx) mod pass;
pub(in crate::nginx) mod path_fate;
mod pick;
mod reading;
mod redirect;
mod rewrite;
mod select;
pub(in crate::nginx) mod state;
pub(in crate::nginx) mod timeout;
mod uri;
