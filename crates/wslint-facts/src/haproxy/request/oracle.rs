//! Following what cannot be decided: each undecidable test is answered both ways, one run for each.
//!
//! A run answers the tests in the order in which they are met. The same test gets the same answer within a run,
//! so that `if { src 10.0.0.0/8 }` and a later `unless { src 10.0.0.0/8 }` are not both taken.

use std::collections::HashMap;

/// How many runs are made at most for one request; beyond it the rest is not known.
const MOST_RUNS: usize = 64;

/// How many of the tests that could not be decided are told.
const MOST_TOLD: usize = 8;

/// Answers undecidable tests for one run.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    answers: Vec<bool>,
    next: usize,
    known: HashMap<String, bool>,
    asked: Vec<String>,
}

impl Oracle {
    /// Answers a test that cannot be decided. The first run answers no to everything.
    pub(crate) fn guess(&mut self, test: &str) -> bool {
        if let Some(&answer) = self.known.get(test) {
            return answer;
        }
        if self.next == self.answers.len() {
            self.answers.push(false);
        }
        let answer = self.answers[self.next];
        self.next += 1;
        self.known.insert(test.to_owned(), answer);
        self.asked.push(test.to_owned());
        answer
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
        self.known.clear();
        self.asked.clear();
        true
    }
}

/// All runs of something that asks an oracle.
#[derive(Debug)]
pub(crate) struct Runs<T> {
    /// What each run came to; the first one is the one in which every undecidable test says no.
    pub(crate) results: Vec<T>,
    /// Whether every combination of answers was tried.
    pub(crate) complete: bool,
    /// The undecidable tests that the runs met, each once: the first few.
    pub(crate) asked: Vec<String>,
}

/// Makes all runs.
pub(crate) fn explore<T>(mut run: impl FnMut(&mut Oracle) -> T) -> Runs<T> {
    let mut oracle = Oracle::default();
    let mut results = Vec::new();
    let mut asked: Vec<String> = Vec::new();
    loop {
        results.push(run(&mut oracle));
        for test in &oracle.asked {
            if asked.len() < MOST_TOLD && !asked.contains(test) {
                asked.push(test.clone());
            }
        }
        if results.len() == MOST_RUNS {
            return Runs { results, complete: false, asked };
        }
        if !oracle.advance() {
            return Runs { results, complete: true, asked };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_tried_once() {
        let runs = explore(|oracle| {
            let first = oracle.guess("a");
            let again = oracle.guess("a");
            let second = first && oracle.guess("b");
            (first, again, second)
        });
        assert_eq!(runs.results, [(false, false, false), (true, true, false), (true, true, true)]);
        assert!(runs.complete);
        assert_eq!(runs.asked, ["a", "b"]);
    }

    #[test]
    fn too_many_combinations_are_given_up() {
        let runs = explore(|oracle| (0..10).filter(|test| oracle.guess(&test.to_string())).count());
        assert!(!runs.complete);
    }
}
