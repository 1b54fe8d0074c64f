//! Following what cannot be decided: each undecidable test is answered both ways, one run for each.
//!
//! A run answers the tests in the order in which they are met. The same test gets the same answer within a run,
//! so that `if { src 10.0.0.0/8 }` and a later `unless { src 10.0.0.0/8 }` are not both taken.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::length::shortened;
use crate::site::Site;

/// How many runs are made at most for one request; beyond it the rest is not known.
const MOST_RUNS: usize = 64;

/// How many of the tests that could not be decided, and of what is taken for granted, are told.
const MOST_TOLD: usize = 8;

/// How many of both a run notes: among as many there are always enough that no other run has told.
const MOST_NOTED: usize = 2 * MOST_TOLD;

/// Answers undecidable tests for one run.
#[derive(Debug, Default)]
pub struct Oracle {
    answers: Vec<bool>,
    next: usize,
    /// Shared with the side questions of the run as long as none of them changes it.
    known: Rc<HashMap<String, bool>>,
    asked: Vec<String>,
    assumed: Vec<Assumption>,
    told: HashSet<Assumption>,
    /// Whether the steps of the run are told.
    tells_steps: bool,
}

/// What a run takes for granted though the configuration does not say it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assumption {
    /// In one clause: "`deny if { src -f ban.lst }` does not match".
    pub words: String,
    /// The line that it is about.
    pub site: Option<Site>,
}

impl Oracle {
    /// Takes something for granted instead of trying both ways: what refuses some clients is not what the others meet.
    pub fn assume(&mut self, words: impl Into<String>, site: Option<Site>) {
        if self.assumed.len() >= MOST_NOTED {
            return;
        }
        let assumption = Assumption { words: words.into(), site };
        if self.told.insert(assumption.clone()) {
            self.assumed.push(assumption);
        }
    }

    /// Whether anybody is told the steps of the run. Otherwise none are noted: most runs are made for their end.
    pub fn tells_steps(&self) -> bool {
        self.tells_steps
    }

    /// How a test was answered before in this run, if it was asked.
    pub fn answered(&self, test: &str) -> Option<bool> {
        self.known.get(test).copied()
    }

    /// How a test was answered, whose words are only made where anything was.
    pub fn answered_to<'t>(&self, words: impl FnOnce() -> &'t str) -> Option<bool> {
        if self.known.is_empty() { None } else { self.answered(words()) }
    }

    /// Takes for granted how a test ends, in these words, unless the run knows its answer; gives the answer.
    pub fn presume(
        &mut self,
        test: &str,
        answer: bool,
        words: impl FnOnce() -> String,
        site: Option<Site>,
    ) -> bool {
        if let Some(&known) = self.known.get(test) {
            return known;
        }
        self.learn(test, answer);
        if self.assumed.len() < MOST_NOTED {
            self.assume(words(), site);
        }
        answer
    }

    fn learn(&mut self, test: &str, answer: bool) {
        Rc::make_mut(&mut self.known).insert(test.to_owned(), answer);
    }

    /// Answers a test that cannot be decided. The first run answers no to everything.
    pub fn guess(&mut self, test: &str) -> bool {
        if let Some(&answer) = self.known.get(test) {
            return answer;
        }
        if self.next == self.answers.len() {
            self.answers.push(false);
        }
        let answer = self.answers[self.next];
        self.next += 1;
        self.learn(test, answer);
        if self.asked.len() < MOST_NOTED {
            self.asked.push(test.to_owned());
        }
        answer
    }

    /// An oracle for a side question of this run, such as what becomes of another request of the same client: it knows
    /// the answers that were given, says no to every other test, and starts no further run.
    pub fn aside(&self) -> Self {
        Self { known: Rc::clone(&self.known), ..Self::default() }
    }

    /// Whether it was asked nothing that it did not know: what was found with it is certain then.
    pub fn is_sure(&self) -> bool {
        self.asked.is_empty()
    }

    /// What it knows, for [`Self::learnt_since`].
    pub fn mark(&self) -> Mark {
        Mark {
            known: Rc::clone(&self.known),
            guesses: self.next,
            took_nothing_for_granted: self.assumed.is_empty(),
        }
    }

    /// What it has learnt since a mark without guessing; `None` where it guessed, or had taken something for granted before.
    pub fn learnt_since(&self, mark: Mark) -> Option<Learnt> {
        let sure = self.next == mark.guesses && mark.took_nothing_for_granted;
        sure.then(|| Learnt {
            before: mark.known,
            after: Rc::clone(&self.known),
            assumed: self.assumed.clone(),
        })
    }

    /// Takes over what was learnt by an oracle that knew the same as this one; `false` where it knew something else.
    pub fn recall(&mut self, learnt: &Learnt) -> bool {
        let both_nothing = || self.known.is_empty() && learnt.before.is_empty();
        let knew_the_same = Rc::ptr_eq(&self.known, &learnt.before) || both_nothing();
        if !knew_the_same || !self.assumed.is_empty() {
            return false;
        }
        self.known = Rc::clone(&learnt.after);
        learnt.assumed.iter().for_each(|assumption| self.assume(assumption.words.clone(), assumption.site));
        true
    }

    /// The number of tests that are still to be answered with yes.
    fn open(&self) -> usize {
        self.answers[..self.next].iter().filter(|answer| !**answer).count()
    }

    /// Prepares the next run: the last no becomes a yes. False when all answers have been given.
    fn advance(&mut self) -> bool {
        self.answers.truncate(self.next);
        while self.answers.last() == Some(&true) {
            self.answers.pop();
        }
        let Some(last) = self.answers.last_mut() else { return false };
        *last = true;
        self.next = 0;
        self.known = Rc::default();
        self.asked.clear();
        self.assumed.clear();
        self.told.clear();
        true
    }
}

/// What an oracle knew at some point.
#[derive(Debug)]
pub struct Mark {
    known: Rc<HashMap<String, bool>>,
    guesses: usize,
    took_nothing_for_granted: bool,
}

/// What an oracle came to know: by what it knew before, what it knows, and what it takes for granted.
#[derive(Debug)]
pub struct Learnt {
    before: Rc<HashMap<String, bool>>,
    after: Rc<HashMap<String, bool>>,
    assumed: Vec<Assumption>,
}

/// A test as people read it: code stands in quotes, and a clause that quotes its own parts stands for itself.
pub fn in_words(test: &str) -> String {
    if test.contains('`') { test.to_owned() } else { format!("`{}`", shortened(test)) }
}

/// All runs of something that asks an oracle.
#[derive(Debug)]
pub struct Runs<T> {
    /// What each run came to; the first one is the one in which every undecidable test says no.
    pub results: Vec<T>,
    /// Whether every combination of answers was tried.
    pub complete: bool,
    /// The undecidable tests that the runs met, each once: the first few.
    pub asked: Vec<String>,
    /// What the runs take for granted, each once: the first few.
    pub assumed: Vec<Assumption>,
}

/// Makes all runs, with their steps.
pub fn explore_steps<T>(run: impl FnMut(&mut Oracle) -> T) -> Runs<T> {
    explore_with(Oracle { tells_steps: true, ..Oracle::default() }, run)
}

/// Makes all runs. Their steps are not told.
pub fn explore<T>(run: impl FnMut(&mut Oracle) -> T) -> Runs<T> {
    explore_with(Oracle::default(), run)
}

fn explore_with<T>(mut oracle: Oracle, mut run: impl FnMut(&mut Oracle) -> T) -> Runs<T> {
    let mut results = Vec::new();
    let mut asked: Vec<String> = Vec::new();
    let mut assumed: Vec<Assumption> = Vec::new();
    let (mut tests, mut told) = (HashSet::new(), HashSet::new());
    loop {
        results.push(run(&mut oracle));
        let room = MOST_TOLD - asked.len();
        let new = oracle.asked.iter().filter(|test| tests.insert((*test).clone()));
        asked.extend(new.take(room).cloned());
        let room = MOST_TOLD - assumed.len();
        let new = oracle.assumed.iter().filter(|words| told.insert((*words).clone()));
        assumed.extend(new.take(room).cloned());
        // Each test that was said no to is worth at least one more run.
        let complete = results.len() + oracle.open() <= MOST_RUNS;
        if !complete || !oracle.advance() {
            return Runs { results, complete, asked, assumed };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Oracle, explore};

    #[test]
    fn every_combination_is_tried_once() {
        let runs = explore(|oracle| {
            assert_eq!(oracle.answered("a"), None);
            let first = oracle.guess("a");
            assert_eq!(oracle.answered("a"), Some(first));
            let again = oracle.guess("a");
            let second = first && oracle.guess("b");
            (first, again, second)
        });
        assert_eq!(runs.results, [(false, false, false), (true, true, false), (true, true, true)]);
        assert!(runs.complete);
        assert_eq!(runs.asked, ["a", "b"]);
    }

    #[test]
    fn what_is_taken_for_granted_stays_so() {
        let runs = explore(|oracle| {
            let presumed = oracle.presume("a", false, || "`a` does not hold".to_owned(), None);
            let other = oracle.guess("b");
            (presumed, oracle.guess("a"), oracle.presume("b", false, String::new, None) == other)
        });
        assert_eq!(runs.results, [(false, false, true); 2]);
        assert_eq!(runs.asked, ["b"]);
        assert_eq!(runs.assumed.len(), 1);
    }

    #[test]
    fn a_side_question_keeps_to_the_answers_of_its_run() {
        let runs = explore(|oracle| {
            let first = oracle.guess("a");
            let mut aside = oracle.aside();
            let again = aside.guess("a");
            let sure = aside.is_sure();
            (first == again, sure, aside.guess("b"), aside.is_sure())
        });
        assert_eq!(runs.results, [(true, true, false, false); 2]);
        assert_eq!(runs.asked, ["a"]);
    }

    #[test]
    fn what_was_learnt_is_recalled_by_whoever_knew_the_same() {
        let mut oracle = Oracle::default();
        let mark = oracle.mark();
        oracle.presume("a", false, || "`a` does not hold".to_owned(), None);
        let learnt = oracle.learnt_since(mark).expect("nothing was guessed");
        let mut other = Oracle::default();
        assert!(other.recall(&learnt));
        assert_eq!((other.answered("a"), other.assumed.len(), other.is_sure()), (Some(false), 1, true));
        // A side question of either run knows the same.
        let aside = oracle.aside().mark();
        let learnt = oracle.aside().learnt_since(aside).expect("nothing was guessed");
        assert!(other.aside().recall(&learnt));
        other.guess("b");
        assert!(!other.aside().recall(&learnt), "it knows more");
        let mark = other.mark();
        other.guess("c");
        assert!(other.learnt_since(mark).is_none(), "what was guessed is no other run's");
    }

    #[test]
    fn too_many_combinations_are_given_up() {
        let runs = explore(|oracle| (0..10).filter(|test| oracle.guess(&test.to_string())).count());
        assert!(!runs.complete);
        let runs = explore(|oracle| (0..100).filter(|test| oracle.guess(&test.to_string())).count());
        assert!(!runs.complete);
        assert_eq!(runs.results.len(), 1, "what cannot be completed is not begun");
        let runs = explore(|oracle| (0..6).filter(|test| oracle.guess(&test.to_string())).count());
        assert!(runs.complete);
        assert_eq!(runs.results.len(), 64);
    }
}
