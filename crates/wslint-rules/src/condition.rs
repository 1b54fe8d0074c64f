//! The tests of a rule: flags, choices, ranges and presence, and nothing else. What cannot be said with them
//! needs another fact, not another operator.

use wslint_model::{Fact, Value};

use crate::catalogue::Answers;

/// A test of one answer.
#[derive(Debug)]
pub(crate) struct Condition {
    /// The slot of the question in the proxy's catalogue.
    pub(crate) slot: usize,
    /// What the answer must be.
    pub(crate) expect: Expect,
}

/// What an answer must be.
#[derive(Debug)]
pub(crate) enum Expect {
    /// This flag.
    Flag(bool),
    /// One of these words.
    Choice(Vec<&'static str>),
    /// A duration in milliseconds or a number, both bounds included.
    Range {
        /// The lower bound.
        least: u64,
        /// The upper bound.
        most: u64,
    },
    /// Anything that is known.
    Present,
}

/// How a test ends. An unknown answer neither matches nor fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Holds,
    Fails,
    Unknown,
    Unanswered,
}

impl Condition {
    fn verdict(&self, answers: &Answers<'_>) -> Verdict {
        let Some(Fact { value, .. }) = answers[self.slot] else { return Verdict::Unanswered };
        let holds = match (&self.expect, value) {
            (_, Value::Unknown) => return Verdict::Unknown,
            (Expect::Present, _) => true,
            (Expect::Flag(expected), Value::Flag(given)) => expected == given,
            (Expect::Choice(words), Value::Choice(given)) => words.contains(given),
            (Expect::Range { least, most }, Value::Duration(given) | Value::Number(given)) => {
                (least..=most).contains(&given)
            }
            // Loading checked the kinds, so only a model that answers in another kind than its question's comes here.
            _ => false,
        };
        if holds { Verdict::Holds } else { Verdict::Fails }
    }
}

/// Whether all tests of a `when` hold. Unknown and unanswered do not.
pub(crate) fn all_hold(when: &[Condition], answers: &Answers<'_>) -> bool {
    when.iter().all(|condition| condition.verdict(answers) == Verdict::Holds)
}

/// Whether a test of an `unless` vetoes. Unknown does, for it might hold; a question without an answer does not.
pub(crate) fn any_vetoes(unless: &[Condition], answers: &Answers<'_>) -> bool {
    unless.iter().any(|condition| matches!(condition.verdict(answers), Verdict::Holds | Verdict::Unknown))
}
