//! `rules:` and `paths:`: how loud each rule is, everywhere and in some files.

use std::collections::BTreeMap;
use std::path::Path;

use wslint_rules::{Rule, Severity};

use super::exclude::Globs;
use super::values::{Level, Pairs, RulePattern};
use crate::rule_word::Matcher;

/// How loud rules are; the most exact entry holds, of equally exact ones the last.
#[derive(Debug, Default)]
struct Entries(Vec<(Matcher, Option<Severity>)>);

/// How loud the rules are.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    everywhere: Entries,
    /// In the files of these globs.
    there: Vec<(Globs, Entries)>,
}

impl Entries {
    fn add(&mut self, entries: Pairs<RulePattern, Level>) {
        self.0.extend(entries.0.into_iter().map(|(pattern, level)| (pattern.0, level.0)));
    }

    /// The words, with `off` or a severity; of one that stands twice, the last.
    fn written(&self) -> BTreeMap<String, String> {
        let level = |level: Option<Severity>| level.map_or("off".to_owned(), |level| level.to_string());
        self.0.iter().map(|(matcher, given)| (matcher.word().to_owned(), level(*given))).collect()
    }

    fn of(&self, rule: &Rule) -> Option<Option<Severity>> {
        let matching = self.0.iter().filter(|(matcher, _)| matcher.matches(rule));
        matching.max_by_key(|(matcher, _)| matcher.exactness(rule)).map(|(_, level)| *level)
    }
}

impl Levels {
    /// Adds the `rules` of a file.
    pub(super) fn add(&mut self, entries: Pairs<RulePattern, Level>) {
        self.everywhere.add(entries);
    }

    /// Adds what a file says of the files of some globs.
    pub(super) fn add_there(&mut self, globs: Globs, entries: Pairs<RulePattern, Level>) {
        let mut there = Entries::default();
        there.add(entries);
        self.there.push((globs, there));
    }

    /// What the settings say everywhere, by the words of the file.
    pub(super) fn everywhere(&self) -> BTreeMap<String, String> {
        self.everywhere.written()
    }

    /// What they say in some files, by the glob and the words of the file.
    pub(super) fn there(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let there = self.there.iter();
        there
            .flat_map(|(globs, entries)| globs.written().map(|glob| (glob.to_owned(), entries.written())))
            .collect()
    }

    /// What the settings say about a rule in general: nothing, `off` (no severity), or another severity.
    pub(crate) fn of(&self, rule: &Rule) -> Option<Option<Severity>> {
        self.everywhere.of(rule)
    }

    /// Whether they say anything about it, be it in some files only.
    pub(crate) fn change(&self, rule: &Rule) -> bool {
        self.of(rule).is_some() || self.there.iter().any(|(_, entries)| entries.of(rule).is_some())
    }

    /// What they say about it in a file, whose absolute path is asked for only where it matters.
    pub(crate) fn at<P: AsRef<Path>>(&self, rule: &Rule, path: impl Fn() -> P) -> Option<Option<Severity>> {
        let there = self.there.iter().rev().filter_map(|(globs, entries)| Some((globs, entries.of(rule)?)));
        let mut holding = there.filter(|(globs, _)| globs.hold(path().as_ref()));
        holding.next().map(|(_, level)| level).or_else(|| self.of(rule))
    }
}
