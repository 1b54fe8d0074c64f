//! All requests that stand for routes: those of declared paths, and those of locations with evidence.

use std::collections::HashSet;

use super::candidate::{Candidate, candidate};
use super::declared::declared_candidates;
use super::references::References;
use super::served;
use super::sharing::gather_evidence;
use crate::config::location::LocationKind;
use crate::config::{ContextId, ContextKind};
use crate::model::Model;

/// The requests that stand for the routes with evidence. What the user declares takes the place of what the config
/// says of the same path, and of a path that is but a sample of what the expression of the same location takes.
pub(crate) fn find_candidates<'p>(model: &Model<'p>) -> Vec<Candidate<'p>> {
    let mut candidates = declared_candidates(model);
    let mut references = None;
    let without_query = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
    let declared: HashSet<(ContextId, String)> = candidates
        .iter()
        .filter_map(|candidate| Some((candidate.location?, without_query(&candidate.evidence.path))))
        .collect();
    let located: HashSet<ContextId> = candidates.iter().filter_map(|candidate| candidate.location).collect();
    let config = model.config();
    for (location, evidence) in gather_evidence(model) {
        // Of what is for everything, or for a product of its own, more is to be said than of one path.
        let sampled = || {
            let pattern = matches!(config.location_kind(location), Some(LocationKind::Pattern { .. }));
            pattern && !evidence.general && evidence.framework.is_none()
        };
        if located.contains(&location)
            && (sampled() || declared.contains(&(location, without_query(&evidence.path))))
        {
            continue;
        }
        let server = config.enclosing(location, ContextKind::Server).unwrap_or(config.outermost());
        let found = candidate(model, server, Some(location), evidence, None);
        let unreferenced = match config.location_kind(location) {
            Some(LocationKind::Named(name)) => {
                let references = references.get_or_insert_with(|| References::new(model));
                !references.may_lead_to(model, location, &name)
            }
            _ => false,
        };
        candidates.push(Candidate { unreferenced, ..found });
    }
    served::add(model, &mut candidates);
    candidates
}
