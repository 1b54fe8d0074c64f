//! The way of one request: listener, rules, backend, server, and back.

mod decide;
mod dispatch;
pub(in crate::haproxy) mod follow;
mod http;
pub(in crate::haproxy) mod journey;
pub(in crate::haproxy) mod listeners;
pub(in crate::haproxy) mod oracle;
mod response;
mod rewrite;
pub(in crate::haproxy) mod rules;
mod tunnel;
pub(in crate::haproxy) mod walk;
