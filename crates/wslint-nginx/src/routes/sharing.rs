//! Locations beside those with evidence of their own: the ones that share an upgrade which is forwarded above them.

use std::collections::HashMap;

use super::evidence::Evidence;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use wslint_model::traffic::Confidence;

/// Where the lines of `proxy_set_header` that forward an upgrade stand, and who uses them.
#[derive(Debug, Default)]
struct Forwarding {
    /// The `Upgrade` line of a level that several locations may inherit.
    line: Option<Line>,
    users: Vec<ContextId>,
    /// Locations below that hand requests on with a list of their own.
    droppers: Vec<ContextId>,
}

impl Model<'_> {
    /// The locations with evidence of their own, and those that share a forwarded upgrade which stands above them.
    pub(crate) fn gather_evidence(&self) -> Vec<(ContextId, Evidence)> {
        let config = self.config();
        let mut found: Vec<(ContextId, Evidence)> = Vec::new();
        let mut shared: HashMap<ContextId, Forwarding> = HashMap::new();
        for (level, context) in config.contexts() {
            match context.kind {
                ContextKind::Location => {
                    if let Some(evidence) = self.evidence_of(level) {
                        found.push((level, evidence));
                    }
                    if config.own_last(level, Directive::ProxyPass).is_some() {
                        self.note_sharing(level, &mut shared);
                    }
                }
                ContextKind::Http | ContextKind::Server => {
                    let line = self.forwarding_line(level).filter(|_| !config.is_loose(level));
                    if line.is_some() {
                        shared.entry(level).or_default().line = line;
                    }
                }
                _ => {}
            }
        }
        self.weigh_neighbours(&mut found);
        let mut levels: Vec<(ContextId, Forwarding)> = shared.into_iter().collect();
        levels.sort_by_key(|(level, _)| *level);
        for (_, forwarding) in levels {
            let Some(line) = forwarding.line else { continue };
            let lost = forwarding.users.is_empty();
            let candidates = if lost { &forwarding.droppers } else { &forwarding.users };
            let taken = |level: &ContextId| found.iter().any(|(other, _)| other == level);
            if candidates.iter().any(taken) {
                continue;
            }
            if let Some(&level) = self.most_telling(candidates) {
                let (path, forced) = self.sample_path(level);
                let evidence = Evidence {
                    confidence: Confidence::Certain,
                    site: config.site(line),
                    explicit: true,
                    framework: None,
                    general: true,
                    folder: false,
                    path,
                    forced,
                    events: false,
                };
                found.push((level, evidence));
            }
        }
        found.sort_by_key(|(level, _)| *level);
        found
    }

    /// The location for everything, or else the first.
    fn most_telling<'l>(&self, candidates: &'l [ContextId]) -> Option<&'l ContextId> {
        let root = |level: &&ContextId| self.config().location_name(**level).is_some_and(|name| name == "/");
        candidates.iter().find(root).or(candidates.first())
    }

    fn note_sharing(&self, location: ContextId, shared: &mut HashMap<ContextId, Forwarding>) {
        let config = self.config();
        let mut has_own = false;
        for (level, context) in config.outwards(location) {
            let shares = matches!(context.kind, ContextKind::Http | ContextKind::Server);
            if let Some(forwarding) =
                shared.get_mut(&level).filter(|forwarding| shares && forwarding.line.is_some())
            {
                let list = if has_own { &mut forwarding.droppers } else { &mut forwarding.users };
                list.push(location);
                return;
            }
            has_own |= config.own_last(level, Directive::ProxySetHeader).is_some();
            if context.open {
                return;
            }
        }
    }
}
