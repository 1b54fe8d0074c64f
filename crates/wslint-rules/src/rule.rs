//! A rule: what must hold of a route, and what to say then.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use crate::condition::Condition;
use crate::example::Example;
use crate::said::Said;
use crate::scope::Scope;

/// A rule that has been checked: whatever route it meets, it cannot fail.
#[derive(Debug)]
pub struct Rule {
    /// `nginx/upgrade-missing`: the name of its scope, a slash, and the name of its file, page and anchor.
    pub id: String,
    /// What is wrong, in one clause without a period.
    pub title: String,
    /// How bad it is, unless an `adjust` entry says otherwise for a route.
    pub severity: Severity,
    /// Whose routes it looks at.
    pub scope: Scope,
    /// The file that it was read from, as it was named; none of a rule that is built in.
    pub file: Option<String>,
    /// Whether it is the general rule behind others: it says nothing of a route of which another rule tells an error,
    /// and nothing of a place that another rule points at for that route.
    pub general: bool,
    /// What the proxy does and what was measured, in markdown.
    pub why: Cow<'static, str>,
    /// Addresses of manuals, specifications and reports.
    pub references: Vec<Cow<'static, str>>,
    /// How `--fix` fixes it, if it can.
    pub fix: Option<Fix>,
    /// When it speaks, and what it says then; none for a rule that is a page and nothing else.
    pub(crate) trigger: Option<Trigger>,
    /// The examples; of an embedded rule they are read when somebody asks.
    pub(crate) examples: Examples,
}

/// When a rule speaks, and what it says then.
#[derive(Debug)]
pub(crate) struct Trigger {
    /// The slot of the question whose cause is underlined.
    pub(crate) at: usize,
    /// All of these must hold.
    pub(crate) when: Vec<Condition>,
    /// None of these may hold or be unknown.
    pub(crate) unless: Vec<Condition>,
    /// The first entry that holds sets another severity.
    pub(crate) adjust: Vec<Adjust>,
    /// What happens to the traffic.
    pub(crate) message: Said,
    /// What to type.
    pub(crate) help: Said,
}

/// Another severity under a further condition.
#[derive(Debug)]
pub(crate) struct Adjust {
    pub(crate) when: Vec<Condition>,
    pub(crate) severity: Severity,
}

/// Examples that are at hand, or the embedded text from which they are made once.
#[derive(Debug)]
pub(crate) struct Examples {
    /// The examples, once they are made.
    pub(crate) made: OnceLock<Vec<Example>>,
    /// The text that they are made of.
    pub(crate) embedded: &'static str,
    /// Makes them for the scope and the severity of their rule.
    pub(crate) read: fn(&'static str, Scope, Severity) -> Vec<Example>,
}

impl Rule {
    /// The id without the scope: `upgrade-missing`.
    pub fn name(&self) -> &str {
        self.id.split_once('/').map_or(self.id.as_str(), |(_, name)| name)
    }

    /// How bad it is at worst, of all routes.
    pub fn worst(&self) -> Severity {
        let adjusted = self.trigger.iter().flat_map(|trigger| &trigger.adjust).map(|adjust| adjust.severity);
        adjusted.fold(self.severity, Severity::max)
    }

    /// The id's part before the slash: `nginx`, or of somebody's own rule the word that they chose.
    pub fn owner(&self) -> &str {
        self.id.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// The examples, each of which is a test.
    pub fn examples(&self) -> &[Example] {
        let Examples { made, embedded, read } = &self.examples;
        made.get_or_init(|| read(embedded, self.scope, self.severity))
    }
}

/// How `--fix` fixes a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The name of the recipe that the model is asked for.
    pub recipe: &'static str,
    /// Whether it may change what the config means beyond the fix.
    pub safety: Safety,
}

/// Whether an edit may be applied without a person's look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// It fixes the finding and changes nothing else that works (`--fix`).
    Safe,
    /// It may change what else goes through the route (`--unsafe-fixes`).
    Unsafe,
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        })
    }
}

/// How bad a finding is. It means evidence, not taste.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A note, which never touches the exit status.
    Info,
    /// Works at first, then drops or degrades under a stated, common condition.
    Warning,
    /// The handshake, or the route, fails for every client.
    Error,
}

impl Severity {
    /// The words, from the mildest on.
    pub const WORDS: [(&'static str, Self); 3] =
        [("info", Self::Info), ("warning", Self::Warning), ("error", Self::Error)];
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, severity)| *severity).ok_or_else(|| {
            crate::nearest::unknown("severity", text, text, Self::WORDS.iter().map(|(word, _)| *word))
        })
    }
}
