//! What several files say of one endpoint: where they contradict each other, it is not known.

use std::collections::HashMap;

use crate::declared::{Declared, Set, Setting, Transports};
use crate::path::Path;

/// One endpoint for each path, in the order of their paths.
pub(crate) fn merged(mut declared: Vec<Declared>) -> Vec<Declared> {
    // What stands first is what is told.
    declared.sort_by_key(|one| one.place.order());
    let mut order: Vec<Declared> = Vec::new();
    let mut by_path: HashMap<Path, usize> = HashMap::new();
    for one in declared {
        match by_path.get(&one.path) {
            Some(&at) => merge(&mut order[at], one),
            None => {
                by_path.insert(one.path.clone(), order.len());
                order.push(one);
            }
        }
    }
    order.sort_by(|one, other| (&one.path, one.place.order()).cmp(&(&other.path, other.place.order())));
    order
}

fn merge(into: &mut Declared, other: Declared) {
    if into.transports != other.transports {
        into.transports = Transports::Unknown;
    }
    if into.product != other.product {
        into.product = None;
    }
    into.heartbeat = agreed(std::mem::take(&mut into.heartbeat), other.heartbeat);
    // What one of them leaves at the default is not the same.
    for setting in &mut into.settings {
        if !other.settings.iter().any(|one| one.name == setting.name) {
            setting.value = None;
        }
    }
    for setting in other.settings {
        match into.settings.iter_mut().find(|known| known.name == setting.name) {
            Some(known) if known.value == setting.value => {}
            Some(known) => known.value = None,
            None => into.settings.push(Setting { value: None, ..setting }),
        }
    }
    into.clients.extend(other.clients);
}

/// What two places say, if it is the same.
fn agreed<T: PartialEq>(one: Set<T>, other: Set<T>) -> Set<T> {
    match (one, other) {
        (Set::Not, Set::Not) => Set::Not,
        (Set::To(value, place), Set::To(same, _)) if value == same => Set::To(value, place),
        (Set::To(_, place) | Set::Unknown(place), _)
        | (Set::Not, Set::To(_, place) | Set::Unknown(place)) => Set::Unknown(place),
    }
}
