//! Which rules run and how loud they are: `--select`, `--ignore`, and `rules:` in wslint.yaml.

use glob::Pattern;
use wslint_rules::{Finding, Rule, builtin};

use crate::config::Levels;
use crate::escape::escape;
use crate::exit::Failure;

/// The rules that run.
#[derive(Debug)]
pub(crate) struct Selection<'l> {
    select: Vec<Matcher>,
    ignore: Vec<Matcher>,
    levels: &'l Levels,
}

/// A word that stands for rules: an id, a name without the proxy, a prefix or a glob.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matcher {
    word: String,
    pattern: Option<Pattern>,
}

impl<'l> Selection<'l> {
    /// Reads the words of the two flags. A word that matches no rule is a mistake that would go unnoticed.
    pub(crate) fn new(select: &[String], ignore: &[String], levels: &'l Levels) -> Result<Self, Failure> {
        let matchers = |words: &[String]| -> Result<Vec<Matcher>, Failure> {
            words
                .iter()
                .map(|word| Matcher::new(word).map_err(|words| Failure::said(escape(&words))))
                .collect()
        };
        let selection = Self { select: matchers(select)?, ignore: matchers(ignore)?, levels };
        // A run without rules would find no problem anywhere.
        match builtin().iter().any(|rule| selection.takes(rule)) {
            true => Ok(selection),
            false => Err(Failure::said("no rule is left to run")
                .help("see --select, --ignore and the `rules` of wslint.yaml")),
        }
    }

    /// Whether a rule runs: selected, or neither is any other nor is it switched off, and not ignored.
    pub(crate) fn takes(&self, rule: &Rule) -> bool {
        let in_any = |matchers: &[Matcher]| matchers.iter().any(|matcher| matcher.matches(rule));
        let wanted = match self.select.is_empty() {
            true => self.levels.of(rule) != Some(None),
            false => in_any(&self.select),
        };
        wanted && !in_any(&self.ignore)
    }

    /// Gives a finding the severity that the user wants for its rule.
    pub(crate) fn adjust(&self, finding: &mut Finding<'_>) {
        if let Some(Some(severity)) = self.levels.of(finding.rule) {
            finding.severity = severity;
        }
    }
}

impl Matcher {
    /// Reads a word.
    ///
    /// # Errors
    /// Says what is wrong with a glob, or what a word that is no rule was likely meant for.
    pub(crate) fn new(word: &str) -> Result<Self, String> {
        let pattern = match word.contains(['*', '?', '[']) {
            true => Some(Pattern::new(word).map_err(|error| format!("`{word}` is not a glob: {error}"))?),
            false => None,
        };
        let matcher = Self { word: word.to_owned(), pattern };
        if !word.is_empty() && builtin().iter().any(|rule| matcher.matches(rule)) {
            return Ok(matcher);
        }
        let (message, hint) = unknown_rule(word);
        Err(format!("{message}; {hint}"))
    }

    /// A glob or a prefix of the id, or the id without the proxy.
    pub(crate) fn matches(&self, rule: &Rule) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.matches(&rule.id),
            None => rule.id.starts_with(&self.word) || rule.name() == self.word,
        }
    }

    /// How exactly the word means this rule: more than another one whose value is less.
    pub(crate) fn exactness(&self, rule: &Rule) -> (bool, bool, usize) {
        let whole = self.word == rule.id || self.word == rule.name();
        (whole, self.pattern.is_none(), self.word.len())
    }
}

/// What to say about a word that is no rule, and what to do about it.
pub(crate) fn unknown_rule(word: &str) -> (String, String) {
    let hint = match builtin().nearest(word) {
        Some(rule) => format!("did you mean `{}`?", rule.id),
        None => "`wslint rules` lists them all".to_owned(),
    };
    (format!("no rule is called `{word}`"), hint)
}
