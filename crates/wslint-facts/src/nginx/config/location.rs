//! `location`: which one a path selects, as `ngx_http_core_find_location` does it.

use std::collections::HashMap;

use super::names::{Directive, PASS_DIRECTIVES};
use super::pattern::Match;
use crate::nginx::config::{Config, ContextId, Line};
use crate::nginx::model::Model;
use crate::nginx::request::state::State;
use crate::trace::Known;

/// How a location is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::nginx) enum LocationKind {
    /// `location /ws`
    Prefix(String),
    /// `location ^~ /ws`
    PrefixFirst(String),
    /// `location = /ws`
    Exact(String),
    /// `location ~ ^/ws`, `location ~* ^/ws`
    Pattern { expression: String, ignore_case: bool },
    /// `location @ws`
    Named(String),
    /// A placeholder stands in its place, or nginx would refuse it.
    Unknown,
}

impl LocationKind {
    /// Reads a `location` line.
    pub(in crate::nginx) fn read(config: &Config<'_>, line: Line) -> Self {
        let texts: Vec<Known<_>> = config.args(line);
        let known: Option<Vec<_>> = texts.into_iter().map(Known::known).collect();
        let Some(texts) = known else { return Self::Unknown };
        let (modifier, name) = match texts.as_slice() {
            [modifier, name] => (modifier.as_ref(), name.as_ref()),
            [name] => {
                let glued = ["=", "^~", "~*", "~"].into_iter().find(|glued| name.starts_with(glued));
                match glued {
                    Some(glued) => (glued, &name[glued.len()..]),
                    None => ("", name.as_ref()),
                }
            }
            _ => return Self::Unknown,
        };
        let name = name.to_owned();
        match modifier {
            "" if name.starts_with('@') => Self::Named(name),
            "" => Self::Prefix(name),
            "=" => Self::Exact(name),
            "^~" => Self::PrefixFirst(name),
            "~" => Self::Pattern { expression: name, ignore_case: false },
            "~*" => Self::Pattern { expression: name, ignore_case: true },
            _ => Self::Unknown,
        }
    }
}

/// The locations of one level, ready to be searched.
#[derive(Debug, Default)]
pub(in crate::nginx) struct LocationLevel {
    exact: HashMap<String, ContextId>,
    prefixes: HashMap<String, (ContextId, bool)>,
    longest: usize,
    patterns: Vec<(String, bool, ContextId)>,
    named: HashMap<String, ContextId>,
    /// Whether a location is here whose name is not known, or an unseen file could add one.
    unsure: bool,
}

impl LocationLevel {
    /// Reads the locations of one level.
    pub(in crate::nginx) fn new(config: &Config<'_>, level: ContextId) -> Self {
        let mut locations = Self { unsure: config.context(level).open, ..Self::default() };
        for line in config.own(level, Directive::Location) {
            let Some(block) = line.block else { continue };
            match LocationKind::read(config, line) {
                LocationKind::Exact(name) => {
                    locations.exact.entry(name).or_insert(block);
                }
                LocationKind::Prefix(name) => locations.add_prefix(name, block, false),
                LocationKind::PrefixFirst(name) => locations.add_prefix(name, block, true),
                LocationKind::Pattern { expression, ignore_case } => {
                    locations.patterns.push((expression, ignore_case, block));
                }
                LocationKind::Named(name) => {
                    locations.named.entry(name).or_insert(block);
                }
                LocationKind::Unknown => locations.unsure = true,
            }
        }
        locations
    }

    fn add_prefix(&mut self, name: String, block: ContextId, first: bool) {
        self.longest = self.longest.max(name.len());
        self.prefixes.entry(name).or_insert((block, first));
    }

    fn longest_prefix(&self, path: &str) -> Option<(ContextId, bool)> {
        (0..=path.len().min(self.longest))
            .rev()
            .filter_map(|length| path.get(..length))
            .find_map(|prefix| self.prefixes.get(prefix).copied())
    }

    /// The location with this `@name`.
    pub(in crate::nginx) fn named(&self, name: &str) -> Option<ContextId> {
        self.named.get(name).copied()
    }
}

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
            let general = self.location_name(block).is_none_or(|name| name == "/");
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
            match self.patterns().matches(expression, *ignore_case, path) {
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
        self.hands_requests_on(named).then_some(named)
    }

    /// The location whose name is the path and a slash, if it hands requests on and the path has none of its own.
    fn slash_redirect(&self, here: &LocationLevel, path: &str) -> Option<ContextId> {
        if here.prefixes.contains_key(path) {
            return None;
        }
        let with_slash = format!("{path}/");
        let exact = here.exact.get(&with_slash).copied();
        let prefix = here.prefixes.get(&with_slash).map(|&(block, _)| block);
        let redirects = exact.into_iter().chain(prefix).any(|block| self.hands_requests_on(block));
        exact.or(prefix).filter(|_| redirects)
    }

    /// Whether a location hands requests on to another program. If so, its path without the last slash is redirected.
    pub(in crate::nginx) fn hands_requests_on(&self, location: ContextId) -> bool {
        PASS_DIRECTIVES.iter().any(|&pass| self.config().own_last(location, pass).is_some())
    }

    /// The path, expression or name that a location is written with; none for a server.
    pub(in crate::nginx) fn location_name(&self, level: ContextId) -> Option<String> {
        match self.location_kind(level)? {
            LocationKind::Prefix(name)
            | LocationKind::PrefixFirst(name)
            | LocationKind::Exact(name)
            | LocationKind::Named(name)
            | LocationKind::Pattern { expression: name, .. } => Some(name),
            LocationKind::Unknown => None,
        }
    }

    /// How the location around a level is written; none for a server.
    pub(in crate::nginx) fn location_kind(&self, level: ContextId) -> Option<LocationKind> {
        let line = self.config().context(level).opener?;
        (line.name == Some(Directive::Location)).then(|| LocationKind::read(self.config(), line))
    }
}
