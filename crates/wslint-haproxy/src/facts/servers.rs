//! The servers that the requests of a way go to.

use std::borrow::Cow;

use super::tried::Tried;
use crate::config::server::Destination;
use crate::questions as ask;
use wslint_model::{Cause, Facts, Mark, Origin, Role, Site};

/// Answers how many servers there are, and which.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let Some(backend) = tried.backend() else { return };
    let servers = tried.config.usable(backend);
    facts.answer(&ask::SERVERS, tried.config.different(backend) as u64, Cause::nowhere(Origin::Derived));
    let section = tried.config.proxy(backend);
    let mut known: Vec<(Cow<'_, str>, Site)> = Vec::with_capacity(servers.len());
    for server in servers {
        let Some(address) = server.address(Destination::default()) else { return };
        known.push((address, section.statements[server.statement].site()));
    }
    // In an order of their own: that of the lines says nothing of a client.
    known.sort_by(|(one, _), (other, _)| one.cmp(other));
    known.dedup_by(|(one, _), (other, _)| one == other);
    if !known.is_empty() {
        let addresses: Vec<&str> = known.iter().map(|(address, _)| &**address).collect();
        let marks = known.iter().map(|&(_, site)| Mark { site, role: Role::SetHere });
        let cause = Cause { origin: Origin::Set, marks: marks.collect() };
        facts.answer(&ask::UPSTREAM, addresses.join(", "), cause);
    }
}
