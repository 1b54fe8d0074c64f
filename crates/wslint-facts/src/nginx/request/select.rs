//! Which location a path selects, as `ngx_http_core_find_location` does it.

use super::state::State;
use crate::nginx::config::ContextId;
use crate::nginx::config::location::LocationLevel;
use crate::nginx::config::pattern::{self, Match};
use crate::nginx::model::Model;

/// What a path selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::nginx) enum Selected {
    /// A location; `unsure` where a location that is not at hand could be a better match.
    Location { level: ContextId, unsure: bool },
    /// The answer is a redirect to the same path with a slash, because of this location.
    SlashRedirect(ContextId),
    /// No location: the server's own directives are in force.
    None { unsure: bool },
    /// A regular expression, whose result is not known, decides.
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

impl Model<'_> {
    /// Searches the locations of a server for the request's path, and takes over what an expression captures.
    pub(in crate::nginx) fn select_location(&self, state: &mut State) -> Selected {
        let path = state.uri.clone();
        match self.search(state.server, state, &path, 0) {
            Search::Settled(selected) | Search::Open(selected) => selected,
        }
    }

    /// Searches one level: an exact name, the longest prefix with the locations in it, then expressions in order.
    fn search(&self, level: ContextId, state: &mut State, path: &str, depth: usize) -> Search {
        let here = self.locations(level);
        if depth > MAX_NESTING {
            return Search::Open(Selected::None { unsure: true });
        }
        if let Some(&exact) = here.exact.get(path) {
            return Search::Settled(Selected::Location { level: exact, unsure: false });
        }
        if let Some(block) = self.slash_redirect(here, path) {
            return Search::Settled(Selected::SlashRedirect(block));
        }
        let prefix = here.longest_prefix(path);
        let mut best = Selected::None { unsure: here.unsure };
        if let Some((block, _)) = prefix {
            // An unseen file hardly ever holds a better match than a location with a name of its own.
            let general = self.config().location_name(block).is_none_or(|name| name == "/");
            best = match self.search(block, state, path, depth + 1) {
                Search::Open(Selected::None { .. }) => {
                    Selected::Location { level: block, unsure: here.unsure && general }
                }
                Search::Open(nested) => nested,
                settled => return settled,
            };
        }
        // `^~` keeps the expressions of its own level away, not those around it.
        if prefix.is_some_and(|(_, first)| first) {
            return Search::Open(best);
        }
        for (expression, ignore_case, block) in &here.patterns {
            match pattern::matches(expression, *ignore_case, path) {
                Match::No => {}
                Match::Unknown => return Search::Settled(Selected::Unknown),
                Match::Yes(captures) => {
                    state.take(captures);
                    let (Search::Settled(nested) | Search::Open(nested)) =
                        self.search(*block, state, path, depth + 1);
                    return Search::Settled(match nested {
                        Selected::None { .. } => Selected::Location { level: *block, unsure: false },
                        nested => nested,
                    });
                }
            }
        }
        Search::Open(best)
    }

    /// The location that is named after a path and hands requests on: the one that would answer it if no expression
    /// and no rewrite took it away.
    pub(in crate::nginx) fn location_named_after(
        &self,
        server: ContextId,
        target: &str,
    ) -> Option<ContextId> {
        let path = target.split('?').next().unwrap_or_default();
        let here = self.locations(server);
        let prefix = || here.longest_prefix(path).map(|(block, _)| block);
        let named = here.exact.get(path).copied().or_else(prefix)?;
        self.config().hands_requests_on(named).then_some(named)
    }

    /// The location whose name is the path and a slash, if it hands requests on and the path has none of its own.
    fn slash_redirect(&self, here: &LocationLevel, path: &str) -> Option<ContextId> {
        if here.prefixes.contains_key(path) {
            return None;
        }
        let with_slash = format!("{path}/");
        let exact = here.exact.get(&with_slash).copied();
        let prefix = here.prefixes.get(&with_slash).map(|&(block, _)| block);
        let redirects = exact.into_iter().chain(prefix).any(|block| self.config().hands_requests_on(block));
        exact.or(prefix).filter(|_| redirects)
    }
}
