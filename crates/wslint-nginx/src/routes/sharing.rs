//! Locations beside those with evidence of their own: the ones that share an upgrade which is forwarded above them.

use std::collections::{HashMap, HashSet};

use super::evidence::{self, Evidence};
use super::neighbours;
use crate::config::location::LocationKind;
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

/// The locations with evidence of their own, and those that share a forwarded upgrade which stands above them.
pub(crate) fn gather_evidence(model: &Model<'_>) -> Vec<(ContextId, Evidence)> {
    let config = model.config();
    let mut found: Vec<(ContextId, Evidence)> = Vec::new();
    let mut shared: HashMap<ContextId, Forwarding> = HashMap::new();
    let asked = asked_aside(model);
    for (level, context) in config.contexts() {
        match context.kind {
            ContextKind::Location => {
                if let Some(evidence) = evidence::evidence_of(model, level) {
                    found.push((level, evidence));
                }
                if !evidence::is_generated(model, level)
                    && config.has(level, Directive::ProxyPass)
                    && serves_clients(model, level, &asked)
                {
                    note_sharing(model, level, &mut shared);
                }
            }
            ContextKind::Http | ContextKind::Server => {
                let loose = config.is_loose(level, Directive::ProxySetHeader);
                let line = evidence::forwarding_line(model, level).filter(|_| !loose);
                if line.is_some() {
                    shared.entry(level).or_default().line = line;
                }
            }
            _ => {}
        }
    }
    // What a program makes is the same for all of them, and no exception from one another.
    if found.iter().all(|(level, _)| !evidence::is_generated(model, *level)) {
        neighbours::weigh_neighbours(model, &mut found);
    }
    let shared =
        shared.into_iter().filter_map(|(level, forwarding)| Some((level, forwarding.line?, forwarding)));
    let mut levels: Vec<(ContextId, Line, Forwarding)> = shared.collect();
    levels.sort_by_key(|(level, ..)| *level);
    let mut taken = vec![false; config.contexts().count()];
    found.iter().for_each(|(level, _)| taken[level.0 as usize] = true);
    for (_, line, forwarding) in levels {
        let lost = forwarding.users.is_empty();
        let candidates = if lost { &forwarding.droppers } else { &forwarding.users };
        if candidates.iter().any(|level| taken[level.0 as usize]) {
            continue;
        }
        if let Some(&level) = most_telling(model, candidates) {
            let (path, forced) = evidence::sample_path(model, level);
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
            taken[level.0 as usize] = true;
            found.push((level, evidence));
        }
    }
    found.sort_by_key(|(level, _)| *level);
    found
}

/// A path of a server.
type Asked = (Option<ContextId>, String);

/// The paths that subrequests ask for: those that `auth_request` and `mirror` name.
fn asked_aside(model: &Model<'_>) -> HashSet<Asked> {
    let config = model.config();
    let mut asked = HashSet::new();
    for (level, context) in config.contexts() {
        let names = |line: &&Line| matches!(line.name, Some(Directive::AuthRequest | Directive::Mirror));
        for &line in context.lines.iter().filter(names) {
            let server = config.enclosing(level, ContextKind::Server);
            asked.extend(config.known_arg(line, 0).map(|uri| (server, uri.into_owned())));
        }
    }
    asked
}

/// Whether clients come to a location with more than requests for files. It is no way of a handshake otherwise, whatever it
/// inherits: subrequests ask it, or pages load their scripts and pictures from it.
fn serves_clients(model: &Model<'_>, location: ContextId, asked: &HashSet<Asked>) -> bool {
    let config = model.config();
    match config.location_kind(location) {
        Some(LocationKind::Exact(name) | LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)) => {
            let server = config.enclosing(location, ContextKind::Server);
            !config.has(location, Directive::Internal) && !asked.contains(&(server, name.into_owned()))
        }
        Some(LocationKind::Pattern { expression, .. }) => {
            !(expression.contains("\\.") && expression.ends_with('$'))
        }
        _ => true,
    }
}

/// The location for everything, or else the first.
fn most_telling<'l>(model: &Model<'_>, candidates: &'l [ContextId]) -> Option<&'l ContextId> {
    let root = |level: &&ContextId| model.config().location_name(**level).is_some_and(|name| name == "/");
    candidates.iter().find(root).or(candidates.first())
}

fn note_sharing(model: &Model<'_>, location: ContextId, shared: &mut HashMap<ContextId, Forwarding>) {
    let config = model.config();
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
        has_own |= config.has(level, Directive::ProxySetHeader);
        if context.open {
            return;
        }
    }
}
