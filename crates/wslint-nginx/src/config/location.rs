//! `location`: reading one, and the locations of one level ready to be searched.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::by_name::ByName;
use super::heads::Heads;
use super::levels::{Config, ContextId, Line};
pub(crate) use super::location_kind::LocationKind;
use super::names::{Directive, PASS_DIRECTIVES};

/// A text without its first bytes.
fn behind(text: Cow<'_, str>, bytes: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[bytes..]),
        Cow::Owned(text) => Cow::Owned(text[bytes..].to_owned()),
    }
}

/// The locations of one level, ready to be searched.
#[derive(Debug, Default)]
pub(crate) struct LocationLevel {
    /// The locations with `=`, by their path.
    pub(crate) exact: ByName<ContextId>,
    /// The prefixes, and whether each has `^~`.
    pub(crate) prefixes: ByName<(ContextId, bool)>,
    longest: usize,
    /// The expressions in order, and whether each ignores case.
    pub(crate) patterns: Vec<(String, bool, ContextId)>,
    /// The expressions by what a path must begin with, made when a path is first compared with them.
    heads: OnceLock<Box<Heads>>,
    named: ByName<ContextId>,
    /// Whether a location is here whose name is not known, or an unseen file could add one.
    pub(crate) unsure: bool,
    /// The line that makes it so, where one does.
    pub(crate) unseen: Option<Line>,
}

impl LocationLevel {
    /// Reads the locations of one level. Of two of one name, which stand in arms of a template, that counts which hands
    /// requests on.
    pub(crate) fn new(config: &Config<'_>, level: ContextId) -> Self {
        let context = config.context(level);
        let mut locations = Self { unsure: context.open, unseen: context.gap, ..Self::default() };
        let idle = |line: &Line| {
            config.is_optional(*line) && line.block.is_some_and(|block| !config.hands_requests_on(block))
        };
        let (idle, others): (Vec<Line>, Vec<Line>) = config.own(level, Directive::Location).partition(idle);
        let (mut exact, mut prefixes, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for line in others.into_iter().chain(idle) {
            let Some(block) = line.block else { continue };
            match config.location_kind(block).unwrap_or(LocationKind::Unknown) {
                LocationKind::Exact(name) => exact.push((name.as_ref().into(), block)),
                LocationKind::Prefix(name) => prefixes.push((name.as_ref().into(), (block, false))),
                LocationKind::PrefixFirst(name) => prefixes.push((name.as_ref().into(), (block, true))),
                LocationKind::Pattern { expression, ignore_case } => {
                    locations.patterns.push((expression.into_owned(), ignore_case, block));
                }
                LocationKind::Named(name) => named.push((name.as_ref().into(), block)),
                LocationKind::Unknown => {
                    locations.unsure = true;
                    locations.unseen = locations.unseen.or(Some(line));
                }
            }
        }
        locations.patterns.shrink_to_fit();
        locations.longest = prefixes.iter().map(|(name, _): &(Box<str>, _)| name.len()).max().unwrap_or(0);
        Self {
            exact: ByName::new(exact),
            prefixes: ByName::new(prefixes),
            named: ByName::new(named),
            ..locations
        }
    }

    /// The longest prefix of a path, and whether it has `^~`.
    pub(crate) fn longest_prefix(&self, path: &str) -> Option<(ContextId, bool)> {
        (0..=path.len().min(self.longest))
            .rev()
            .filter_map(|length| path.get(..length))
            .find_map(|prefix| self.prefixes.get(prefix).copied())
    }

    /// The expressions that a path may match, in order.
    pub(crate) fn possible_patterns(&self, path: &str) -> impl Iterator<Item = &(String, bool, ContextId)> {
        let heads = self.heads.get_or_init(|| {
            let numbered = self.patterns.iter().enumerate();
            Box::new(Heads::of(
                numbered
                    .map(|(number, (text, ignore_case, _))| (number, Some((text.as_str(), *ignore_case)))),
            ))
        });
        heads.possible(path).into_iter().map(|number| &self.patterns[number])
    }

    /// The location with this `@name`.
    pub(crate) fn named(&self, name: &str) -> Option<ContextId> {
        self.named.get(name).copied()
    }
}

impl<'p> Config<'p> {
    /// Reads a `location` line.
    fn read_location(&self, line: Line) -> LocationKind<'p> {
        let (first, second) = (self.known_arg(line, 0), self.known_arg(line, 1));
        let (modifier, name) = match (self.arg_count(line), first, second) {
            (2, Some(modifier), Some(name)) => (modifier, name),
            (1, Some(name), _) => {
                let glued = ["=", "^~", "~*", "~"].into_iter().find(|glued| name.starts_with(glued));
                match glued {
                    Some(glued) => (Cow::Borrowed(glued), behind(name, glued.len())),
                    None => (Cow::Borrowed(""), name),
                }
            }
            _ => return LocationKind::Unknown,
        };
        match modifier.as_ref() {
            "" if name.starts_with('@') => LocationKind::Named(name),
            "" => LocationKind::Prefix(name),
            "=" => LocationKind::Exact(name),
            "^~" => LocationKind::PrefixFirst(name),
            "~" => LocationKind::Pattern { expression: name, ignore_case: false },
            "~*" => LocationKind::Pattern { expression: name, ignore_case: true },
            _ => LocationKind::Unknown,
        }
    }

    /// Whether a location hands requests on to another program. If so, its path without the last slash is redirected.
    pub(crate) fn hands_requests_on(&self, location: ContextId) -> bool {
        PASS_DIRECTIVES.iter().any(|&pass| self.has(location, pass))
    }

    /// The path, expression or name that a location is written with; none for a server.
    pub(crate) fn location_name(&self, level: ContextId) -> Option<Cow<'p, str>> {
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
    pub(crate) fn location_kind(&self, level: ContextId) -> Option<LocationKind<'p>> {
        let kinds = self.location_kinds.get_or_init(|| {
            let openers = self.contexts().map(|(_, context)| context.opener);
            let locations =
                openers.map(|opener| opener.filter(|line| line.name == Some(Directive::Location)));
            locations.map(|line| line.map(|line| self.read_location(line))).collect()
        });
        kinds[level.0 as usize].clone()
    }
}
