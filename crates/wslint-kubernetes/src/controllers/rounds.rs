//! Objects of one address: each environment of a repository has a cluster of its own, in which there is one of them.

use std::collections::BTreeMap;

/// How often an address stands among objects, at most: each environment has a cluster of its own.
pub(super) fn rounds<T>(objects: &[T], address: fn(&T) -> String) -> usize {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    objects.iter().for_each(|object| *counts.entry(address(object)).or_default() += 1);
    counts.into_values().max().unwrap_or(0).min(MOST_ROUNDS)
}

/// The objects that are the ones of this number among those of their address.
pub(super) fn of_round<T>(objects: &[T], address: fn(&T) -> String, round: usize) -> Vec<&T> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let is_of = |object: &&T| {
        let before = counts.entry(address(object)).or_default();
        *before += 1;
        *before == round + 1
    };
    objects.iter().filter(is_of).collect()
}

/// How many environments are told apart.
const MOST_ROUNDS: usize = 16;
