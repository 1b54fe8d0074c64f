//! Words that stand for rules: in `--select` and `--ignore`, in `rules:` of wslint.yaml, and in comments.

use glob::Pattern;
use wslint_rules::{Rule, Rules};

/// A word that stands for rules: an id, a name without the proxy, a prefix or a glob.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matcher {
    word: String,
    pattern: Option<Pattern>,
}

impl Matcher {
    /// Reads a word that stands for some of these rules.
    ///
    /// # Errors
    /// Says what is wrong with a glob, or what a word that is no rule was likely meant for.
    pub(crate) fn new(word: &str, rules: &Rules) -> Result<Self, String> {
        let matcher = Self::unchecked(word)?;
        matcher.demand_known(rules)?;
        Ok(matcher)
    }

    /// Reads a word where it is not known yet which rules there are.
    ///
    /// # Errors
    /// Says what is wrong with a glob.
    pub(crate) fn unchecked(word: &str) -> Result<Self, String> {
        let pattern = match word.contains(['*', '?', '[']) {
            true => Some(Pattern::new(word).map_err(|error| format!("`{word}` is not a glob: {error}"))?),
            false => None,
        };
        Ok(Self { word: word.to_owned(), pattern })
    }

    /// Says what a word that stands for none of these rules was likely meant for.
    pub(crate) fn demand_known(&self, rules: &Rules) -> Result<(), String> {
        if !self.word.is_empty() && rules.iter().any(|rule| self.matches(rule)) {
            return Ok(());
        }
        let (message, hint) = unknown_rule(&self.word, rules);
        Err(format!("{message}; {hint}"))
    }

    /// The word.
    pub(crate) fn word(&self) -> &str {
        &self.word
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
pub(crate) fn unknown_rule(word: &str, rules: &Rules) -> (String, String) {
    let hint = match rules.nearest(word) {
        Some(rule) => format!("did you mean `{}`?", rule.id),
        None => "`wslint rules` lists them all".to_owned(),
    };
    (format!("no rule is called `{word}`"), hint)
}
