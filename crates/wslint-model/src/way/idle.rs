//! After which silence a connection is cut: of several hops the most impatient one does it.

use super::follow::Run;
use super::hop::{Hop, Idle};
use crate::known::Known;

/// The hop that cuts a silent connection first, with its limit; `None` where a limit on the way is not known, or no hop
/// keeps a connection.
pub fn shortest(run: &Run) -> Option<(&Hop, &Idle)> {
    let all_known =
        run.hops.iter().all(|hop| hop.idle.as_ref().is_some_and(|idle| idle.limit != Known::Unknown));
    at_most(run).filter(|_| all_known).map(|(hop, idle, _)| (hop, idle))
}

/// The hop with the shortest limit that is certain, and that limit: what is hidden on the way may only cut sooner.
pub fn at_most(run: &Run) -> Option<(&Hop, &Idle, u64)> {
    let certain = run.hops.iter().filter_map(|hop| {
        let idle = hop.idle.as_ref()?;
        let limit = idle.limit.as_ref().copied().or(idle.longest)?;
        Some((hop, idle, limit))
    });
    certain.min_by_key(|(.., limit)| *limit)
}

/// The limit of a run, as [`shortest`] finds it.
pub fn limit(run: &Run) -> Known<u64> {
    shortest(run).and_then(|(_, idle)| idle.limit.as_ref().copied()).into()
}
