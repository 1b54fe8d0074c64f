//! The conditions of rules (manual, section 7.2).

use super::test::{Heads, Test};
use crate::statement::Statement;

/// What a term of a condition asks.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// An ACL by name.
    Named(String),
    /// A test in braces; a name takes much less memory.
    Anonymous(Box<Braces>),
}

/// A test that has no name.
#[derive(Clone, Debug)]
pub(crate) struct Braces {
    /// The test.
    pub(crate) test: Test,
    /// Its words, which name it to people and to the memory of guesses; a long list is cut short.
    pub(crate) words: Box<str>,
    /// Whether the brace that opens it is closed.
    pub(crate) closed: bool,
}

/// A term: a test, perhaps negated.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// Whether the term holds when the test does not.
    pub(crate) negated: bool,
    /// The test.
    pub(crate) asked: Asked,
    /// The index of the term's first word in the statement.
    pub(crate) word: usize,
}

/// `if` or `unless` and what follows: alternatives of terms that must all hold.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// `unless` instead of `if`.
    pub(crate) unless: bool,
    /// Alternatives (`or`, `||`) of conjunctions.
    pub(crate) alternatives: Vec<Vec<Term>>,
}

impl Condition {
    /// Reads the condition that starts at the word `if` or `unless` at that index.
    pub(crate) fn parse(statement: &Statement<'_>, at: usize, heads: &mut Heads) -> Self {
        let unless = statement.word(at) == "unless";
        let mut alternatives = vec![Vec::new()];
        let mut index = at + 1;
        let mut negated = false;
        // An empty word ends what HAProxy reads.
        let read = statement.words.iter().skip(index).position(|word| word.text.is_empty() && !word.unknown);
        let end_of_line = read.map_or(statement.words.len(), |count| index + count);
        while index < end_of_line {
            let word = statement.word(index);
            if word == "or" || word == "||" {
                alternatives.push(Vec::new());
                index += 1;
                continue;
            }
            let bare = word.trim_start_matches('!');
            negated ^= (word.len() - bare.len()) % 2 == 1;
            if bare.is_empty() {
                index += 1;
                continue;
            }
            let first = index;
            let asked = if bare == "{" {
                let brace = (index + 1..end_of_line).find(|&end| statement.word(end) == "}");
                index = brace.unwrap_or(end_of_line);
                Asked::Anonymous(Box::new(Braces {
                    test: Test::parse(statement, first + 1, index, heads),
                    words: statement.shown(first + 1..index).into(),
                    closed: brace.is_some(),
                }))
            } else {
                Asked::Named(bare.to_owned())
            };
            if let Some(terms) = alternatives.last_mut() {
                terms.push(Term { negated, asked, word: first });
            }
            negated = false;
            index += 1;
        }
        // A term is large, and a list grows to four of them at once.
        alternatives.iter_mut().for_each(Vec::shrink_to_fit);
        alternatives.shrink_to_fit();
        Self { unless, alternatives }
    }

    /// All terms in order.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.alternatives.iter().flatten()
    }

    /// Finds `if` or `unless` from a word on, and reads the condition.
    pub(crate) fn find(statement: &Statement<'_>, from: usize, heads: &mut Heads) -> Option<Self> {
        let at =
            (from..statement.words.len()).find(|&index| matches!(statement.word(index), "if" | "unless"))?;
        Some(Self::parse(statement, at, heads))
    }
}
