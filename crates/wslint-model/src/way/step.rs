//! One decision on the way of a request.

use super::oracle::in_words;
use crate::length;
use crate::site::Site;

/// One decision on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What decides: `listen`, `server`, `location`, `rewrite`, `map`, `upstream`, `frontend`, `acl`, `backend` …
    pub what: &'static str,
    /// The directive that decides, where a line does.
    pub site: Option<Site>,
    /// What it decides, in one clause. It may hold text from the config: escape it before it is shown.
    pub note: String,
}

/// The decisions on one way. Of very many the first ones stand for all: no real configuration takes so many.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    steps: Vec<Step>,
}

/// How many decisions on one way are told.
const MOST_STEPS: usize = 500;

/// How many characters the clause of a step has at most, which may quote several values.
const LONGEST_NOTE: usize = 1000;

impl Steps {
    /// Adds a decision; the last one that has room says that more follow.
    pub fn push(&mut self, step: Step) {
        match MOST_STEPS - self.steps.len() {
            0 => {}
            1 => {
                let note = format!("the way has more than {MOST_STEPS} steps: the rest is not told");
                self.steps.push(Step { what: "more", site: None, note });
            }
            _ => {
                let note = length::cut(&step.note, LONGEST_NOTE).into_owned();
                self.steps.push(Step { note, ..step });
            }
        }
    }

    /// The decisions in order.
    pub fn as_slice(&self) -> &[Step] {
        &self.steps
    }

    /// The decisions in order.
    pub fn into_vec(self) -> Vec<Step> {
        self.steps
    }
}

/// The steps of all runs in one line: those that only some runs make say so, and what decides stands before them.
/// `asked` are the tests that cannot be decided, in words.
pub fn merged(runs: &[&[Step]], asked: &[String]) -> Vec<Step> {
    const MOST: usize = 64;
    let Some((first, others)) = runs.split_first() else { return Vec::new() };
    let mut all: Vec<Step> = first.to_vec();
    for other in others {
        let mut at = 0;
        for step in *other {
            match all.iter().skip(at).position(|known| known == step) {
                Some(found) => at += found + 1,
                None if all.len() < MOST => {
                    all.insert(at, step.clone());
                    at += 1;
                }
                None => {}
            }
        }
    }
    let shared = |step: &Step| runs.iter().all(|steps| steps.contains(step));
    let tests: Vec<String> = asked.iter().map(|test| in_words(test)).collect();
    let mut merged = Vec::with_capacity(all.len() + 1);
    let mut told = false;
    for step in all {
        if shared(&step) {
            merged.push(step);
            continue;
        }
        if !told {
            let note = format!(
                "what is marked `perhaps` depends on {}, which the configuration does not decide",
                tests.join(", ")
            );
            merged.push(Step { what: "unknown", site: None, note });
            told = true;
        }
        merged.push(Step { note: format!("perhaps: {}", step.note), ..step });
    }
    merged
}
