//! Words that stand for rules: in `--select` and `--ignore`, in `rules:` of wslint.yaml, and in comments.

use glob::Pattern;
use wslint_rules::{Rule, builtin};

/// A word that stands for rules: an id, a name without the proxy, a prefix or a glob.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matcher {
    word: String,
    pattern: Option<Pattern>,
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
