//! Which location a path selects, as `ngx_http_core_find_location` does it.

use super::follower::Follower;
use crate::config::ContextId;
use crate::config::location::LocationLevel;
use crate::config::names::Directive;
use crate::config::pattern::{self, Match};
use crate::model::Model;
use crate::variables::state::State;

/// What a path selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selected {
    /// A location; `unsure` is the level that may hold a better match which is not at hand.
    Location { level: ContextId, unsure: Option<ContextId> },
    /// The answer is a redirect to the same path with a slash, because of this location.
    SlashRedirect(ContextId),
    /// No location: the server's own directives are in force.
    None { unsure: Option<ContextId> },
    /// The path, which is not known, decides.
    Unknown,
}

/// What the search of one level comes to.
enum Search {
    /// An exact name, an expression or a redirect ends the search.
    Settled(Selected),
    /// A prefix, or nothing: the expressions of the level around are tried before it.
    Open(Selected),
}

/// Locations nested deeper than this are not searched; nobody writes them.
const MAX_NESTING: usize = 64;

impl Follower<'_, '_, '_> {
    /// Searches the locations of a server for the request's path, and takes over what an expression captures.
    pub(crate) fn select_location(&mut self, state: &mut State) -> Selected {
        let Some(path) = state.path().map(str::to_owned) else {
            return only_location(self.model(), state.server, 0);
        };
        match self.search(state.server, state, &path, 0) {
            Search::Settled(selected) | Search::Open(selected) => selected,
        }
    }

    /// Searches one level: an exact name, the longest prefix with the locations in it, then expressions in order.
    fn search(&mut self, level: ContextId, state: &mut State, path: &str, depth: usize) -> Search {
        let model = self.model();
        let here = model.locations(level);
        if depth > MAX_NESTING {
            return Search::Open(Selected::None { unsure: Some(level) });
        }
        if let Some(&exact) = here.exact.get(path) {
            return Search::Settled(Selected::Location { level: exact, unsure: None });
        }
        if let Some(block) = slash_redirect(model, here, path) {
            return Search::Settled(Selected::SlashRedirect(block));
        }
        let prefix = here.longest_prefix(path);
        let unsure = here.unsure.then_some(level);
        let mut best = Selected::None { unsure };
        if let Some((block, _)) = prefix {
            // An unseen file hardly ever holds a better match than a location with a name of its own.
            let general = model.config().location_name(block).is_none_or(|name| name == "/");
            best = match self.search_inside(block, state, path, depth + 1) {
                Search::Open(Selected::None { .. }) => {
                    Selected::Location { level: block, unsure: unsure.filter(|_| general) }
                }
                Search::Open(nested) => nested,
                settled => return settled,
            };
        }
        // `^~` keeps the expressions of its own level away, not those around it.
        if prefix.is_some_and(|(_, first)| first) {
            return Search::Open(best);
        }
        for (expression, ignore_case, block) in here.possible_patterns(path) {
            match pattern::matches(expression, *ignore_case, path) {
                Match::No => continue,
                Match::Unknown => {
                    let opener = model.config().context(*block).opener;
                    let words = opener.map_or_else(String::new, |line| model.config().quoted(line));
                    if !self.oracle.guess(&words) {
                        continue;
                    }
                    state.take_unknown(expression);
                }
                Match::Yes(captures) => state.take(captures),
            }
            let (Search::Settled(nested) | Search::Open(nested)) =
                self.search_inside(*block, state, path, depth + 1);
            return Search::Settled(match nested {
                Selected::None { .. } => Selected::Location { level: *block, unsure: None },
                nested => nested,
            });
        }
        Search::Open(best)
    }

    /// The same for a location, in which mostly no other one stands.
    fn search_inside(&mut self, location: ContextId, state: &mut State, path: &str, depth: usize) -> Search {
        let config = self.model().config();
        let empty = !config.has(location, Directive::Location) && !config.context(location).open;
        match empty && depth <= MAX_NESTING {
            true => Search::Open(Selected::None { unsure: None }),
            false => self.search(location, state, path, depth),
        }
    }
}

/// What every path selects at a level.
fn only_location(model: &Model<'_>, level: ContextId, depth: usize) -> Selected {
    let here = model.locations(level);
    let root = here.prefixes.get("/").map(|&(block, _)| block);
    let others = here.prefixes.len() > usize::from(root.is_some());
    if others || here.exact.len() > 0 || !here.patterns.is_empty() || here.unsure || depth > MAX_NESTING {
        return Selected::Unknown;
    }
    let Some(root) = root else { return Selected::None { unsure: None } };
    match only_location(model, root, depth + 1) {
        Selected::None { .. } => Selected::Location { level: root, unsure: None },
        nested => nested,
    }
}

/// The location that is named after a path and hands requests on: the one that would answer it if no expression
/// and no rewrite took it away.
pub(crate) fn location_named_after(model: &Model<'_>, server: ContextId, target: &str) -> Option<ContextId> {
    let path = target.split('?').next().unwrap_or_default();
    let here = model.locations(server);
    let prefix = || here.longest_prefix(path).map(|(block, _)| block);
    let named = here.exact.get(path).copied().or_else(prefix)?;
    model.config().hands_requests_on(named).then_some(named)
}

/// The location whose name is the path and a slash, if it hands requests on and the path has none of its own.
fn slash_redirect(model: &Model<'_>, here: &LocationLevel, path: &str) -> Option<ContextId> {
    if here.prefixes.get(path).is_some() {
        return None;
    }
    let with_slash = format!("{path}/");
    let exact = here.exact.get(&with_slash).copied();
    let prefix = here.prefixes.get(&with_slash).map(|&(block, _)| block);
    let redirects = exact.into_iter().chain(prefix).any(|block| model.config().hands_requests_on(block));
    exact.or(prefix).filter(|_| redirects)
}
