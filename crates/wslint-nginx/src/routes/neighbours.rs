//! What the locations beside one say about its evidence.

use std::borrow::Cow;
use std::collections::HashSet;

use super::evidence::Evidence;
use crate::config::ContextId;
use crate::config::names::Directive;
use crate::model::Model;
use wslint_model::traffic::{self, Confidence};

/// A path below a level.
type Place<'p> = (Option<ContextId>, Cow<'p, str>);

/// Weighs the evidence of all locations against each other.
pub(crate) fn weigh_neighbours(model: &Model<'_>, found: &mut Vec<(ContextId, Evidence)>) {
    drop_exceptions(model, found);
    drop_halves(model, found);
    find_general(model, found);
}

fn parent(model: &Model<'_>, level: ContextId) -> Option<ContextId> {
    model.config().context(level).parent
}

/// Drops locations that only their path speaks for where a location around that path forwards the upgrade: they
/// are exceptions from it on purpose, such as a health check.
fn drop_exceptions(model: &Model<'_>, found: &mut Vec<(ContextId, Evidence)>) {
    let around: HashSet<Place<'_>> = found
        .iter()
        .filter(|(_, evidence)| evidence.explicit && !evidence.general)
        .filter_map(|&(level, _)| Some((parent(model, level), model.config().location_name(level)?)))
        .collect();
    if around.is_empty() {
        return;
    }
    found.retain(|(level, evidence)| {
        let only_path = !evidence.explicit && evidence.framework.is_none() && !evidence.events;
        let name = if only_path { model.config().location_name(*level) } else { None };
        let inside = name.is_some_and(|name| {
            let prefixes = (1..name.len()).filter_map(|length| name.get(..length));
            prefixes
                .into_iter()
                .any(|prefix| around.contains(&(parent(model, *level), Cow::Borrowed(prefix))))
        });
        !inside
    });
}

/// Drops locations for everything that set one of the two headers alone where one beside them is for the handshake and
/// sets both: the line was copied from there.
fn drop_halves(model: &Model<'_>, found: &mut Vec<(ContextId, Evidence)>) {
    let with_upgrade = found
        .iter()
        .filter(|(level, evidence)| evidence.explicit && !evidence.general && sets_both(model, *level));
    let beside: HashSet<Option<ContextId>> = with_upgrade.map(|(level, _)| parent(model, *level)).collect();
    found.retain(|(level, evidence)| {
        let [upgrade, connection] = ["upgrade", "connection"].map(|header| sets(model, *level, header));
        let half = evidence.explicit && evidence.general && upgrade != connection;
        !(half && beside.contains(&parent(model, *level)))
    });
}

fn sets_both(model: &Model<'_>, level: ContextId) -> bool {
    sets(model, level, "upgrade") && sets(model, level, "connection")
}

/// Whether a level has a `proxy_set_header` line for a header.
fn sets(model: &Model<'_>, level: ContextId, header: &str) -> bool {
    let config = model.config();
    let names = |line| config.known_arg(line, 0).is_some_and(|name| name.eq_ignore_ascii_case(header));
    config.own(level, Directive::ProxySetHeader).any(names)
}

/// A location is for everything below its path where a location further down forwards an upgrade of its own.
fn find_general(model: &Model<'_>, found: &mut [(ContextId, Evidence)]) {
    let mut above: HashSet<Place<'_>> = HashSet::new();
    for (level, _) in found.iter().filter(|(_, evidence)| evidence.explicit) {
        let name = model.config().location_name(*level).unwrap_or_default();
        let inner = name.strip_suffix('/').unwrap_or(&name);
        let folders = inner.match_indices('/').map(|(end, _)| inner[..end].to_owned());
        above.extend(folders.map(|folder| (parent(model, *level), Cow::Owned(folder))));
    }
    for (level, evidence) in found.iter_mut().filter(|(_, evidence)| evidence.explicit) {
        let Some(name) = model.config().location_name(*level) else { continue };
        let folder = name.strip_suffix('/').unwrap_or(&name);
        let tells = traffic::sign_of_path(&name).is_some_and(|sign| sign.confidence > Confidence::Weak);
        evidence.general |= !tells && above.contains(&(parent(model, *level), Cow::Borrowed(folder)));
    }
}
