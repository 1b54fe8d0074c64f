//! `rules:`: how loud each rule is.

use wslint_rules::{Rule, Severity};

use super::values::{Level, RulePattern};
use crate::rule_word::Matcher;

/// How loud the rules are; the most exact entry holds, whatever the order.
#[derive(Debug, Default)]
pub(crate) struct Levels(Vec<(Matcher, Option<Severity>)>);

impl Levels {
    pub(super) fn new(entries: Vec<(RulePattern, Level)>) -> Self {
        Self(entries.into_iter().map(|(pattern, level)| (pattern.0, level.0)).collect())
    }

    /// What the file says about a rule: nothing, `off` (no severity), or another severity.
    pub(crate) fn of(&self, rule: &Rule) -> Option<Option<Severity>> {
        let matching = self.0.iter().filter(|(matcher, _)| matcher.matches(rule));
        matching.max_by_key(|(matcher, _)| matcher.exactness(rule)).map(|(_, level)| *level)
    }
}
