//! The comparison of two trees that were read.

use wslint_model::Endpoint;

use super::aspects::Direction;
use super::change::{Change, Event};
use super::pairs::{Mains, Pairs, pairs};
use super::served::{Wanted, served};
use super::side::Read;
use crate::output::Served;
use crate::select::Selection;

/// How many routes that one tree alone shows are asked for in the other one.
const MOST_ASKED: usize = 256;

/// What a change does.
pub(crate) struct Comparison {
    /// The routes that are not the same, the worse ones first.
    pub(crate) changes: Vec<Change>,
    /// How many are the same.
    pub(crate) same: usize,
}

impl Comparison {
    /// How many routes fare so.
    pub(crate) fn count(&self, direction: Direction) -> usize {
        self.changes.iter().filter(|change| change.direction == direction).count()
    }
}

/// Compares the routes of two trees. The levels of rules are those of the new one: a rule that is switched off in its
/// settings is so for both, and mends nothing. `drawn` is whether the ways of the routes are drawn.
pub(crate) fn compare(old: &Read, new: &Read, selection: &Selection<'_>, drawn: bool) -> Comparison {
    let read = |side: &Read, wanted: &Wanted<'_>| served(side, selection, &new.base, wanted, drawn);
    let (ours, theirs) = (read(old, &Wanted::Known), read(new, &Wanted::Known));
    let pairs = pairs(&ours, &theirs);
    let mut changes: Vec<Change> = Vec::new();
    let mut same = 0;
    for &(one, other) in &pairs.both {
        match Change::of(ours[one].clone(), theirs[other].clone()) {
            Some(change) => changes.push(change),
            None => same += 1,
        }
    }
    let asked = endpoints(&pairs, &ours, &theirs);
    if !asked.is_empty() {
        let wanted = Wanted::Asked(&asked);
        let (before, after) = (read(old, &wanted), read(new, &wanted));
        let mains = Mains::of(&pairs, &ours, &theirs);
        for &number in &pairs.old {
            let route = &ours[number];
            let now = counterpart(route, &after, |main| mains.may_be(&route.main, main));
            let then = itself(route, &before);
            match now {
                Some(now) if is_kept(&then, now) => {
                    add(&mut changes, &mut same, Change::of(then, now.clone()));
                }
                now => changes.push(Change::disappeared(then, now.cloned())),
            }
        }
        for &number in &pairs.new {
            let route = &theirs[number];
            let then = counterpart(route, &before, |main| mains.may_be(main, &route.main));
            let now = itself(route, &after);
            match then {
                Some(then) if is_kept(then, &now) => {
                    add(&mut changes, &mut same, Change::of(then.clone(), now));
                }
                then => changes.push(Change::appeared(then.cloned(), now)),
            }
        }
    } else {
        changes.extend(pairs.old.iter().map(|&number| Change::disappeared(ours[number].clone(), None)));
        changes.extend(pairs.new.iter().map(|&number| Change::appeared(None, theirs[number].clone())));
    }
    leave_refused(&mut changes);
    changes.sort_by(|one, other| {
        let key = |change: &Change| (change.direction, change.route().line.clone());
        key(one).cmp(&key(other))
    });
    Comparison { changes, same }
}

/// Leaves out routes that come or go because a configuration is refused, which the others of it tell.
fn leave_refused(changes: &mut Vec<Change>) {
    let refused = |route: &Option<Served>| {
        let route = route.as_ref().filter(|route| route.answer("rejected").is_some())?;
        Some(route.main.clone())
    };
    let told: Vec<[Option<String>; 2]> = changes
        .iter()
        .filter(|change| change.event == Event::Kept)
        .map(|change| [refused(&change.old), refused(&change.new)])
        .collect();
    let is_told = |change: &Change| {
        let refused = [refused(&change.old), refused(&change.new)];
        refused.iter().any(Option::is_some) && told.contains(&refused)
    };
    changes.retain(|change| change.event == Event::Kept || !is_told(change));
}

/// Adds the change of a route that only one tree shows by itself. Seen from both trees, one pair of lines is told once.
fn add(changes: &mut Vec<Change>, same: &mut usize, change: Option<Change>) {
    let Some(change) = change else {
        *same += 1;
        return;
    };
    let lines = |change: &Change| {
        [&change.old, &change.new].map(|route| route.as_ref().map(|route| route.line.clone()))
    };
    let names = change.differences.iter().map(|difference| difference.what.name());
    let same_names =
        |other: &Change| other.differences.iter().map(|difference| difference.what.name()).eq(names.clone());
    let is_told = |other: &Change| lines(other) == lines(&change) && same_names(other);
    if !changes.iter().any(is_told) {
        changes.push(change);
    }
}

/// What the routes that one tree alone shows serve.
fn endpoints(pairs: &Pairs, old: &[Served], new: &[Served]) -> Vec<Endpoint> {
    let of_old = pairs.old.iter().map(|&number| &old[number]);
    let of_new = pairs.new.iter().map(|&number| &new[number]);
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for route in of_old.chain(of_new).filter(|route| !route.path.is_empty()) {
        let endpoint = route.endpoint();
        if endpoints.len() < MOST_ASKED && !endpoints.contains(&endpoint) {
            endpoints.push(endpoint);
        }
    }
    endpoints
}

/// The same route of the same tree as it answers where it is asked for, so that both sides were asked alike.
fn itself(route: &Served, asked: &[Served]) -> Served {
    let is_it = |other: &&Served| {
        (other.path.as_str(), other.main.as_str(), &other.line)
            == (route.path.as_str(), route.main.as_str(), &route.line)
    };
    asked.iter().find(is_it).unwrap_or(route).clone()
}

/// What answers the requests of a route in the other tree.
fn counterpart<'s>(route: &Served, asked: &'s [Served], may_be: impl Fn(&str) -> bool) -> Option<&'s Served> {
    let fits = |other: &&Served| {
        let hosts = match (&route.host, &other.host) {
            (Some(host), Some(other)) => host == other,
            _ => true,
        };
        other.proxy == route.proxy && other.path == route.path && hosts && may_be(&other.main)
    };
    let nearness = |other: &Served| {
        let alike = [
            (other.main == route.main, 4),
            (other.sockets().eq(route.sockets()), 3),
            (other.label == route.label, 2),
            (other.host == route.host, 2),
        ];
        alike.iter().map(|(is, worth)| if *is { *worth } else { 0 }).sum::<u32>()
    };
    // Of equally near ones the first.
    let found = asked.iter().filter(fits).enumerate();
    found.max_by_key(|(number, other)| (nearness(other), std::cmp::Reverse(*number))).map(|(_, other)| other)
}

/// Whether a route is still there: what answers its requests is called the same, or does the same for them.
fn is_kept(old: &Served, new: &Served) -> bool {
    let called = |route: &Served| (route.label.clone(), route.server.clone());
    called(old) == called(new) || old.works() && new.works()
}
