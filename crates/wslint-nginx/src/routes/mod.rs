//! The routes of a config: each location and server with its representative requests, and what becomes of them.

pub(crate) mod candidate;
mod candidates;
mod comment;
pub(crate) mod concerned;
mod declared;
pub(crate) mod evidence;
mod neighbours;
mod references;
mod served;
mod sharing;
pub(crate) mod sockets;
pub(crate) mod tried;
pub(crate) mod upstreams;

use self::candidate::Candidate;
pub(crate) use self::candidates::find_candidates;
use crate::config::names::Directive;
use crate::config::{Context, ContextId, ContextKind};
use crate::model::Model;
use wslint_model::answer;
use wslint_model::length::shortened;
use wslint_model::{Browser, Endpoint, Facts, Proxy, Route};

/// Hands out all routes one by one, in the order of their lines. Only those with evidence of WebSocket traffic, which have
/// a candidate, answer questions. A route that is not wanted is left out.
pub(crate) fn routes<'p>(
    model: &Model<'p>,
    candidates: &[Candidate<'p>],
    wanted: &dyn Fn(ContextId) -> bool,
    facts_of: impl Fn(&Candidate<'p>) -> Facts,
    each: &mut dyn FnMut(Route),
) {
    let mut told: Vec<ContextId> = candidates.iter().map(Candidate::level).collect();
    let mut ways: Vec<(ContextId, Option<usize>)> =
        told.iter().enumerate().map(|(index, &level)| (level, Some(index))).collect();
    told.sort_unstable();
    let endpoints: Vec<Option<&Endpoint>> = candidates.iter().map(|candidate| candidate.endpoint).collect();
    let mut known = answer::elsewhere(&endpoints, |at| facts_of(&candidates[at]));
    let silent = model.config().contexts().filter(|(level, context)| {
        context.kind == ContextKind::Location && told.binary_search(level).is_err()
    });
    ways.extend(silent.map(|(level, _)| (level, None)));
    ways.sort_by_key(|(level, _)| *level);
    for (level, index) in ways.into_iter().filter(|&(level, _)| wanted(level)) {
        each(match index {
            Some(index) => {
                let candidate = &candidates[index];
                let facts = known.get_mut(index).and_then(Option::take);
                let facts = facts.unwrap_or_else(|| facts_of(candidate));
                Route { index, ..route(model, level, Some(candidate), facts) }
            }
            None => route(model, level, None, Facts::default()),
        });
    }
}

/// The number of routes, for the summary: the locations, and the servers that answer a declared path themselves.
pub(crate) fn count(model: &Model<'_>, candidates: &[Candidate<'_>]) -> usize {
    let locations = |context: &Context| context.kind == ContextKind::Location;
    let located = model.config().contexts().filter(|(_, context)| locations(context)).count();
    located + candidates.iter().filter(|candidate| candidate.location.is_none()).count()
}

fn route(model: &Model<'_>, level: ContextId, candidate: Option<&Candidate<'_>>, facts: Facts) -> Route {
    let config = model.config();
    let context = config.context(level);
    let label = match (context.opener, context.kind) {
        (Some(line), ContextKind::Location) => config.headline(line),
        (Some(line), _) => {
            let name = config.own(level, Directive::ServerName).next();
            let name = name.or_else(|| config.own(level, Directive::Listen).next());
            let name = name.and_then(|line| config.known_arg(line, 0));
            name.map_or_else(|| config.headline(line), |name| format!("server {}", shortened(&name)))
        }
        (None, _) => "this file".to_owned(),
    };
    let server = config.enclosing(level, ContextKind::Server).and_then(|server| {
        let line = config.own(server, Directive::ServerName).next();
        let line = line.or_else(|| config.own(server, Directive::Listen).next());
        line.and_then(|line| config.known_arg(line, 0)).map(|name| shortened(&name).into_owned())
    });
    Route {
        proxy: Proxy::Nginx,
        label,
        server,
        host: candidate.and_then(Candidate::named_host),
        site: config.opener_site(level),
        path: candidate.map_or_else(
            || model.config().location_name(level).unwrap_or_default().into_owned(),
            |candidate| candidate.evidence.path.clone(),
        ),
        request: candidate.map(|candidate| Box::new(candidate.handshake(Browser::Chrome))),
        facts,
        // No candidate has this number: a route without evidence is not fixed.
        index: Route::NOT_FIXED,
    }
}
