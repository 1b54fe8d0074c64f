//! What sections take from the `defaults` above them. A chain of `defaults` may be long, and each section below asks it the
//! same questions: what the first one found is kept for the others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::proxy::ProxyId;

/// How many sections are asked one by one: hardly any chain is longer.
const FEW: usize = 4;

/// Which section of a long chain has what.
#[derive(Debug, Default)]
pub(super) struct Heritage {
    known: Mutex<HashMap<String, HashMap<ProxyId, Option<ProxyId>>>>,
}

impl Heritage {
    /// The first section of a lineage that has something, which `what` names.
    pub(super) fn nearest(
        &self,
        what: &str,
        mut lineage: impl Iterator<Item = ProxyId>,
        has: impl Fn(ProxyId) -> bool,
    ) -> Option<ProxyId> {
        for id in lineage.by_ref().take(FEW) {
            if has(id) {
                return Some(id);
            }
        }
        let mut lineage = lineage.peekable();
        lineage.peek()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(what) {
            known.insert(what.to_owned(), HashMap::new());
        }
        let known = known.get_mut(what)?;
        let mut asked = Vec::new();
        let mut found = None;
        for id in lineage {
            if let Some(holder) = known.get(&id) {
                found = *holder;
                break;
            }
            asked.push(id);
            if has(id) {
                found = Some(id);
                break;
            }
        }
        known.extend(asked.into_iter().map(|id| (id, found)));
        found
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{FEW, Heritage};
    use crate::config::proxy::ProxyId;

    #[test]
    fn the_nearest_of_a_long_chain_is_found_and_each_is_asked_once() {
        let heritage = Heritage::default();
        let asked = Cell::new(0);
        let nearest = |from: usize, holders: &[usize], what: &str| {
            let lineage = (0..=from).rev().map(ProxyId);
            heritage.nearest(what, lineage, |id| {
                asked.set(asked.get() + 1);
                holders.contains(&id.0)
            })
        };
        for from in (0..1_000).rev() {
            assert_eq!(nearest(from, &[500], "one"), (from >= 500).then_some(ProxyId(500)));
            assert_eq!(nearest(from, &[], "none"), None);
        }
        assert!(asked.get() <= 2 * 1_000 * (FEW + 1), "{}", asked.get());
    }
}
