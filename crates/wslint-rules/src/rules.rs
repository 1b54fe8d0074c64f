//! The set of rules.

use wslint_model::Proxy;

use crate::nearest;
use crate::rule::Rule;
use crate::scope::Scope;

/// Rules, sorted by id.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Rules {
    pub(crate) fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|one, other| one.id.cmp(&other.id));
        Self { rules }
    }

    /// All rules, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Whether any of them is somebody's own.
    pub fn has_own(&self) -> bool {
        self.iter().any(|rule| rule.file.is_some())
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok().map(|at| &self.rules[at])
    }

    /// The rule that a mistyped id most likely means. The scope may be left out: `upgrade-missing`.
    pub fn nearest(&self, id: &str) -> Option<&Rule> {
        if let Some(rule) = self.iter().find(|rule| rule.name() == id) {
            return Some(rule);
        }
        // Only the names are compared: the scope that all of its rules share would make any two of them alike.
        let (scope, name) = id.split_once('/').unwrap_or(("", id));
        let of_scope = |rule: &&Rule| rule.owner() == scope;
        let known = self.iter().any(|rule| of_scope(&rule));
        let candidates = || self.iter().filter(|rule| !known || of_scope(rule));
        let near = nearest::nearest(name, candidates().map(Rule::name))?;
        candidates().find(|rule| rule.name() == near)
    }

    /// The rules for Kubernetes objects, with their numbers.
    pub(crate) fn of_objects(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.rules.iter().enumerate().filter(|(_, rule)| rule.scope == Scope::Kubernetes)
    }

    /// The rules for the routes of one proxy, with their numbers.
    pub(crate) fn of(&self, proxy: Proxy) -> impl Iterator<Item = (usize, &Rule)> {
        self.rules.iter().enumerate().filter(move |(_, rule)| rule.scope.holds(proxy))
    }
}
