//! Inheritance: which line is in force at a level. nginx has three kinds: a scalar is replaced, a list is replaced as a
//! whole as soon as a level has one line of its own, and handlers and rewrites are not inherited at all. Which directive
//! is of which kind stands in the table of [`directives`](crate::directives).

use std::borrow::Cow;

use super::levels::{Config, ContextId, ContextKind, Line, Unseen};
use super::names::Directive;
use super::time;
use crate::directives::Inherits;
use wslint_model::{Known, NginxContext};

/// The line that sets a scalar for a level.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar {
    /// This line, which stands at that level.
    Set(Line, ContextId),
    /// No line does.
    Default,
    /// A file that is not at hand could.
    Unknown,
}

/// The lines of a list that are in force at a level.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// The lines, in order.
    pub(crate) lines: Vec<Line>,
    /// The level that they stand at; none where no level has any.
    pub(crate) level: Option<ContextId>,
    /// Whether a file that is not at hand could add lines, or replace them all.
    pub(crate) open: bool,
}

impl Config<'_> {
    /// What may stand around the outermost level. A lone `server {}` is looked at as if nothing in the unseen `http {}`
    /// concerned it, because hardly any config sets these things there; around a lone `location {}` may be header lines.
    fn outside(&self) -> Unseen {
        match self.assumed {
            NginxContext::Main | NginxContext::Http | NginxContext::Stream => Unseen::Nothing,
            NginxContext::Server => Unseen::Headers,
            NginxContext::Location => Unseen::Anything,
        }
    }

    /// Whether lines of a directive belong to no level of the rendered config: outside of all blocks of a template stand
    /// the bodies of macros, which are used anywhere.
    pub(crate) fn is_loose(&self, level: ContextId, name: Directive) -> bool {
        level == self.outermost()
            && self.assumed == NginxContext::Http
            && self.own(level, name).all(|line| self.is_optional(line))
    }

    /// The line that sets a scalar for a level.
    pub(crate) fn scalar(&self, at: ContextId, name: Directive) -> Scalar {
        debug_assert!(name.inherits(Inherits::Replace), "{name:?} is no scalar");
        for (level, context) in self.outwards(at) {
            if let Some(line) = self.own_last(level, name) {
                let unsure = self.is_loose(level, name) || self.is_optional(line);
                return if unsure { Scalar::Unknown } else { Scalar::Set(line, level) };
            }
            if context.unseen == Unseen::Anything {
                return Scalar::Unknown;
            }
        }
        if self.outside() == Unseen::Anything { Scalar::Unknown } else { Scalar::Default }
    }

    /// The lines of a list that are in force at a level.
    pub(crate) fn list(&self, at: ContextId, name: Directive) -> List {
        self.lists(at, &[name])
    }

    /// The same for several directives that make up one list, such as `allow` and `deny`.
    pub(crate) fn lists(&self, at: ContextId, names: &[Directive]) -> List {
        debug_assert!(names.iter().all(|name| name.inherits(Inherits::List)), "{names:?} are no lists");
        match self.place_of_lists(at, names) {
            Ok(level) => {
                let open = self.context(level).unseen >= Unseen::Headers;
                List { lines: self.own_of(level, names), level: Some(level), open }
            }
            Err(open) => List { lines: Vec::new(), level: None, open },
        }
    }

    /// Whether a file that is not at hand could add lines to the list in force at a level, or replace them all.
    pub(crate) fn list_is_open(&self, at: ContextId, name: Directive) -> bool {
        match self.place_of_lists(at, &[name]) {
            Ok(level) => self.context(level).unseen >= Unseen::Headers,
            Err(open) => open,
        }
    }

    /// The level that the lines of a list stand at which are in force at another level.
    pub(crate) fn place_of_list(&self, at: ContextId, name: Directive) -> Option<ContextId> {
        self.place_of_lists(at, &[name]).ok()
    }

    /// The same for several directives; where no level has any, whether a file that is not at hand could add some.
    pub(crate) fn place_of_lists(&self, at: ContextId, names: &[Directive]) -> Result<ContextId, bool> {
        let wanted = names.iter().fold(0, |wanted, name| wanted | name.bit());
        for (level, context) in self.outwards(at) {
            let stands_here = context.has_any(wanted);
            if stands_here && names.iter().all(|&name| self.is_loose(level, name)) {
                return Err(true);
            }
            if stands_here {
                return Ok(level);
            }
            if context.unseen >= Unseen::Headers {
                return Err(true);
            }
        }
        Err(self.outside() >= Unseen::Headers)
    }

    /// The nearest level above `below` that has lines of this list: what `below` would inherit if it had none.
    pub(crate) fn list_above(&self, below: ContextId, name: Directive) -> List {
        match self.context(below).parent {
            Some(parent) => self.list(parent, name),
            None => List::default(),
        }
    }

    /// The location or server that a level belongs to, skipping `if` and `limit_except`.
    pub(crate) fn proper_level(&self, at: ContextId) -> ContextId {
        self.outwards(at)
            .find(|(_, context)| !matches!(context.kind, ContextKind::If | ContextKind::LimitExcept))
            .map_or(at, |(id, _)| id)
    }
    /// A directive that is `on` or `off`.
    pub(crate) fn flag(&self, level: ContextId, name: Directive, default: bool) -> Known<bool> {
        match self.scalar(level, name) {
            Scalar::Default => Known::Known(default),
            Scalar::Unknown => Known::Unknown,
            Scalar::Set(line, _) => match self.known_arg(line, 0) {
                Some(value) => Known::Known(value.eq_ignore_ascii_case("on")),
                None => Known::Unknown,
            },
        }
    }

    /// A limit in milliseconds at a level, and the line that sets it. What a template puts there by default counts.
    pub(crate) fn time_limit(
        &self,
        level: ContextId,
        directive: Directive,
        default: u64,
    ) -> (Known<u64>, Option<Line>) {
        match self.scalar(level, directive) {
            Scalar::Default => (Known::Known(default), None),
            Scalar::Unknown => (Known::Unknown, None),
            Scalar::Set(line, _) => {
                let value =
                    self.known_arg(line, 0).map(Cow::into_owned).or_else(|| self.default_arg(line, 0));
                (value.and_then(|value| time::milliseconds(&value)).into(), Some(line))
            }
        }
    }
}
