//! Which rules run and how loud they are: `--select`, `--ignore`, and `rules:` in wslint.yaml.

use std::path::Path;

use wslint_rules::{Finding, Rule, Rules, Severity};

use crate::config::{Configuration, Levels};
use crate::escape::escape;
use crate::exit::Failure;
use crate::rule_word::Matcher;

/// The rules that run.
#[derive(Debug)]
pub(crate) struct Selection<'l> {
    select: Vec<Matcher>,
    ignore: Vec<Matcher>,
    levels: &'l Levels,
    rules: &'l Rules,
}

impl<'l> Selection<'l> {
    /// Reads the words of the two flags. A word that matches no rule is a mistake that would go unnoticed.
    pub(crate) fn new(
        select: &[String],
        ignore: &[String],
        configuration: &'l Configuration,
    ) -> Result<Self, Failure> {
        let rules = configuration.rules();
        let matchers = |words: &[String]| -> Result<Vec<Matcher>, Failure> {
            words
                .iter()
                .map(|word| Matcher::new(word, rules).map_err(|words| Failure::said(escape(&words))))
                .collect()
        };
        let selection = Self {
            select: matchers(select)?,
            ignore: matchers(ignore)?,
            levels: &configuration.levels,
            rules,
        };
        // A run without rules would find no problem anywhere.
        match rules.iter().any(|rule| selection.takes(rule)) {
            true => Ok(selection),
            false => Err(Failure::said("no rule is left to run")
                .help("see --select, --ignore and the `rules` of wslint.yaml")),
        }
    }

    /// All rules, whether they run or not.
    pub(crate) fn rules(&self) -> &'l Rules {
        self.rules
    }

    /// Whether a rule runs: asked for, and not switched off everywhere unless by its name or pattern.
    pub(crate) fn takes(&self, rule: &Rule) -> bool {
        self.asks(rule) && (!self.select.is_empty() || self.levels.of(rule) != Some(None))
    }

    /// Whether the flags ask for a rule, whatever the settings say: selected, or no other is, and not ignored.
    pub(crate) fn asks(&self, rule: &Rule) -> bool {
        let in_any = |matchers: &[Matcher]| matchers.iter().any(|matcher| matcher.matches(rule));
        (self.select.is_empty() || in_any(&self.select)) && !in_any(&self.ignore)
    }

    /// Whether a finding of a rule may be so bad, wherever it stands.
    pub(crate) fn may_reach(&self, rule: &Rule, severity: Severity) -> bool {
        rule.worst() >= severity || self.levels.change(rule)
    }

    /// Gives a finding the severity that the user wants for its rule in its file, and says whether it stays at all. The
    /// absolute path of the file is asked for only where it matters.
    pub(crate) fn adjust<P: AsRef<Path>>(&self, finding: &mut Finding<'_>, path: impl Fn() -> P) -> bool {
        match self.levels.at(finding.rule, path) {
            Some(Some(severity)) => finding.severity = severity,
            Some(None) => return self.asks(finding.rule) && !self.select.is_empty(),
            None => {}
        }
        self.asks(finding.rule)
    }
}
