//! After which silence a connection is cut: of several hops the most impatient one does it.

use super::follow::Run;
use super::hop::{Hop, Idle};
use crate::known::Known;

/// The hop that cuts a silent connection first, with its limit; `None` where a limit on the way is not known, or no hop
/// keeps a connection.
pub fn shortest(run: &Run) -> Option<(&Hop, &Idle)> {
    let mut shortest: Option<(&Hop, &Idle, u64)> = None;
    for hop in &run.hops {
        let idle = hop.idle.as_ref()?;
        let limit = *idle.limit.as_ref()?;
        if shortest.is_none_or(|(.., least)| limit < least) {
            shortest = Some((hop, idle, limit));
        }
    }
    shortest.map(|(hop, idle, _)| (hop, idle))
}

/// The hop with the shortest limit that is known, which a hidden one of another hop can only undercut.
pub fn at_most(run: &Run) -> Option<(&Hop, &Idle)> {
    let known = run.hops.iter().filter_map(|hop| {
        let idle = hop.idle.as_ref()?;
        Some((hop, idle, *idle.limit.as_ref()?))
    });
    known.min_by_key(|(.., limit)| *limit).map(|(hop, idle, _)| (hop, idle))
}

/// The limit of a run, as [`shortest`] finds it.
pub fn limit(run: &Run) -> Known<u64> {
    shortest(run).and_then(|(_, idle)| idle.limit.as_ref().copied()).into()
}
