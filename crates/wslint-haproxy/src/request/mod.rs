//! The way of one request: listener, rules, backend, server, and back.

mod decide;
mod dispatch;
pub(crate) mod follow;
mod http;
pub(crate) mod journey;
pub(crate) mod listeners;
pub(crate) mod oracle;
mod response;
mod rewrite;
pub(crate) mod rules;
mod tunnel;
pub(crate) mod walk;
