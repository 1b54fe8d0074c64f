//! Which rules run: `--select` and `--ignore`.

use glob::Pattern;
use wslint_rules::{Rule, builtin};

use crate::exit::Failure;

/// The rules that run.
#[derive(Debug)]
pub(crate) struct Selection {
    select: Vec<Matcher>,
    ignore: Vec<Matcher>,
}

/// One word of `--select` or `--ignore`.
#[derive(Debug)]
struct Matcher {
    word: String,
    pattern: Option<Pattern>,
}

impl Selection {
    /// Reads the words of the two flags. A word that matches no rule is a mistake that would go unnoticed.
    pub(crate) fn new(select: &[String], ignore: &[String]) -> Result<Self, Failure> {
        Ok(Self { select: matchers(select)?, ignore: matchers(ignore)? })
    }

    /// Whether a rule runs: selected, or nothing is, and not ignored.
    pub(crate) fn takes(&self, rule: &Rule) -> bool {
        let in_any = |matchers: &[Matcher]| matchers.iter().any(|matcher| matcher.matches(rule));
        (self.select.is_empty() || in_any(&self.select)) && !in_any(&self.ignore)
    }
}

fn matchers(words: &[String]) -> Result<Vec<Matcher>, Failure> {
    words
        .iter()
        .map(|word| {
            let pattern = match word.contains(['*', '?', '[']) {
                true => Some(
                    Pattern::new(word)
                        .map_err(|error| Failure::said(format!("`{word}` is not a glob: {error}")))?,
                ),
                false => None,
            };
            let matcher = Matcher { word: word.clone(), pattern };
            if builtin().iter().any(|rule| matcher.matches(rule)) { Ok(matcher) } else { Err(unknown(word)) }
        })
        .collect()
}

impl Matcher {
    /// A glob or a prefix of the id, or the id without the proxy.
    fn matches(&self, rule: &Rule) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.matches(&rule.id),
            None => rule.id.starts_with(&self.word) || rule.name() == self.word,
        }
    }
}

/// What to say about a word that is no rule.
pub(crate) fn unknown(word: &str) -> Failure {
    let failure = Failure::said(format!("no rule is called `{}`", crate::escape::escape(word)));
    match builtin().nearest(word) {
        Some(rule) => failure.help(format!("did you mean `{}`?", rule.id)),
        None => failure.help("`wslint rules` lists them all"),
    }
}
