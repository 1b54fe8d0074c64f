//! Which route of the one tree is which of the other: by what it serves, that is proxy, listener, host and path. Files and
//! names may be other ones; where several routes serve the same, they tell them apart.

use std::collections::HashMap;

use crate::output::Served;

/// Routes by their numbers.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Those that are in both trees.
    pub(super) both: Vec<(usize, usize)>,
    /// Those of the old tree alone.
    pub(super) old: Vec<usize>,
    /// Those of the new tree alone.
    pub(super) new: Vec<usize>,
}

/// What two routes have in common to be one, from the surest on.
type Key<'s> = (&'s str, &'s str, Option<&'s str>, Option<Vec<&'s str>>, Option<&'s str>, Option<&'s str>);

type KeyOf = fn(&Served) -> Key<'_>;

/// Each with whether it says who is meant only where one route of each tree has it.
const KEYS: [(KeyOf, bool); 6] = [
    (|route| key(route, true, true, true), false),
    (|route| key(route, true, false, true), false),
    (|route| key(route, true, true, false), false),
    (|route| key(route, true, false, false), false),
    // `location /chat` and `location /chat/` stand for the same paths below them.
    (|route| without_slash(key(route, true, false, false)), true),
    (|route| key(route, false, false, false), true),
];

fn without_slash(key: Key<'_>) -> Key<'_> {
    let (proxy, path, host, listeners, label, main) = key;
    (proxy, if path.len() > 1 { path.trim_end_matches('/') } else { path }, host, listeners, label, main)
}

fn key(route: &Served, listeners: bool, label: bool, main: bool) -> Key<'_> {
    // A whole configuration, or an object, has a name and no path.
    let whole = route.path.is_empty();
    (
        route.proxy.name(),
        &route.path,
        route.host.as_deref(),
        listeners.then(|| route.sockets().collect()),
        (label || whole).then_some(route.label.as_str()),
        main.then_some(route.main.as_str()),
    )
}

/// Finds the pairs.
pub(super) fn pairs(old: &[Served], new: &[Served]) -> Pairs {
    let mut pairs = Pairs { both: Vec::new(), old: (0..old.len()).collect(), new: (0..new.len()).collect() };
    for (key, alone) in KEYS {
        let mut groups: HashMap<Key<'_>, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for &number in &pairs.old {
            groups.entry(key(&old[number])).or_default().0.push(number);
        }
        for &number in &pairs.new {
            groups.entry(key(&new[number])).or_default().1.push(number);
        }
        let mut found = Vec::new();
        for (mut ours, mut theirs) in groups.into_values() {
            if alone && (ours.len() > 1 || theirs.len() > 1) {
                continue;
            }
            // Of several that serve the same the files' names and the order in them decide.
            ours.sort_by_key(|&number| (&old[number].main, &old[number].line));
            theirs.sort_by_key(|&number| (&new[number].main, &new[number].line));
            found.extend(ours.into_iter().zip(theirs));
        }
        pairs.old.retain(|number| found.iter().all(|(old, _)| old != number));
        pairs.new.retain(|number| found.iter().all(|(_, new)| new != number));
        pairs.both.extend(found);
    }
    pairs.both.sort_unstable();
    pairs
}

/// Which configuration of the one tree is which of the other, as far as their routes tell.
pub(super) struct Mains<'s> {
    old_to_new: HashMap<&'s str, HashMap<&'s str, usize>>,
    new_to_old: HashMap<&'s str, HashMap<&'s str, usize>>,
}

impl<'s> Mains<'s> {
    /// Learns it from the pairs.
    pub(super) fn of(pairs: &Pairs, old: &'s [Served], new: &'s [Served]) -> Self {
        let mut mains = Self { old_to_new: HashMap::new(), new_to_old: HashMap::new() };
        for &(ours, theirs) in &pairs.both {
            let (ours, theirs) = (old[ours].main.as_str(), new[theirs].main.as_str());
            *mains.old_to_new.entry(ours).or_default().entry(theirs).or_default() += 1;
            *mains.new_to_old.entry(theirs).or_default().entry(ours).or_default() += 1;
        }
        mains
    }

    /// Whether a configuration of the old tree may be this one of the new tree.
    pub(super) fn may_be(&self, old: &str, new: &str) -> bool {
        match (self.old_to_new.get(old), self.new_to_old.get(new)) {
            (None, None) => true,
            (Some(known), _) => known.contains_key(new),
            (None, Some(known)) => known.contains_key(old),
        }
    }
}
