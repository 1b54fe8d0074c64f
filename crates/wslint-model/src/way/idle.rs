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

#[cfg(test)]
mod tests {
    use super::super::hop::Idle;
    use super::super::passing::{handshake, hop, idle};
    use super::*;

    fn run(limits: Vec<Option<Idle>>) -> Run {
        let hops = limits.into_iter().map(|idle| Hop { idle, ..hop(&handshake("/ws")) });
        Run { hops: hops.collect(), circle: false }
    }

    #[test]
    fn the_most_impatient_hop_cuts_first() {
        let check = |limits: Vec<Option<Idle>>, expected: Option<(u64, &str)>| {
            let run = run(limits);
            let by = shortest(&run).and_then(|(_, idle)| idle.by.as_deref());
            assert_eq!(limit(&run).known().zip(by), expected);
        };
        let some = |limit: u64, by| Some(idle(limit, by));
        check(vec![some(60_000, "a")], Some((60_000, "a")));
        check(vec![some(60_000, "a"), some(50_000, "b"), some(70_000, "c")], Some((50_000, "b")));
        check(vec![some(crate::NEVER, "a"), some(50_000, "b")], Some((50_000, "b")));
        // Of two that cut at once it is the client's own proxy that is named.
        check(vec![some(50_000, "a"), some(50_000, "b")], Some((50_000, "a")));
        check(vec![some(50_000, "a"), Some(idle(Known::Unknown, "b"))], None);
        check(vec![some(50_000, "a"), None], None);
    }
}
