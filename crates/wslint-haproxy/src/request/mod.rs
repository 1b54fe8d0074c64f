//! The way of one request through one hop: listener, rules, backend, server, and back.

mod decide;
mod dispatch;
pub(crate) mod follow;
mod http;
pub(crate) mod listeners;
mod response;
mod rewrite;
pub(crate) mod rules;
mod stop;
mod tunnel;
mod walk;

use wslint_model::{Cause, Origin, Role, Site};

/// A line that sets a value.
fn set_at(site: Site) -> Cause {
    Cause::at(Origin::Set, site, Role::SetHere)
}
