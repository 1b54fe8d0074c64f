//! Which of many conditions a request may meet, found by what their tests need and not by asking one after the other.
//!
//! A condition needs one of its alternatives, an alternative all of its terms, a term one of its tests. Tests of the same
//! expression are looked up together, and conditions that need the same are told together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::condition::{Asked, Condition, Term};
use super::expression::Expression;
use super::pattern::{Method, Pattern, need};
use super::sample::{Sample, Value};
use super::test::Test;
use wslint_model::literals::Literals;

/// Conditions, ready to be asked which of them a request may meet.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    lookups: Vec<Lookup>,
    /// The lookup of each test.
    lookup_of: Vec<usize>,
    /// The tests of each term.
    terms: Vec<Vec<usize>>,
    /// In which terms each test stands.
    terms_of: Vec<(usize, usize)>,
    /// The terms of each alternative.
    alternatives: Vec<Vec<usize>>,
    /// The alternatives by the term that fewest of them share.
    alternatives_of: Vec<(usize, usize)>,
    /// The conditions of each alternative.
    conditions_of: Vec<(usize, usize)>,
    /// The conditions of which no test tells.
    untold: Vec<usize>,
}

/// The tests of one expression.
#[derive(Clone, Debug)]
struct Lookup {
    expression: Arc<Expression>,
    literals: Literals<usize>,
    /// Those that ask whether there is a value.
    found: Vec<usize>,
    /// Those with pattern files.
    filed: Vec<(usize, Filed)>,
}

/// Pattern files, and how values are compared with what they hold.
#[derive(Clone, Debug)]
pub(crate) struct Filed {
    /// The files.
    pub(crate) files: Box<[String]>,
    /// How a value is compared.
    pub(crate) method: Method,
    /// `-i`.
    pub(crate) ignore_case: bool,
}

impl Screen {
    /// A screen of conditions. `named` gives the tests of a name.
    pub(crate) fn of<'c>(
        conditions: impl Iterator<Item = Option<&'c Condition>>,
        named: impl Fn(&str) -> Vec<&'c Test>,
    ) -> Self {
        let mut tests = Tests::default();
        let mut of_names: HashMap<&str, Option<usize>> = HashMap::new();
        let mut terms = Numbers::default();
        let mut alternatives = Numbers::default();
        let (mut conditions_of, mut untold) = (Vec::new(), Vec::new());
        for (index, condition) in conditions.enumerate() {
            let positive = condition.filter(|condition| !condition.unless);
            let mut all = Vec::new();
            for conjunction in positive.iter().flat_map(|condition| &condition.alternatives) {
                let mut needed: Vec<usize> = Vec::new();
                for Term { negated, asked, .. } in conjunction {
                    let term = match asked {
                        _ if *negated => None,
                        Asked::Anonymous(braces) => {
                            tests.term(&[&braces.test]).map(|term| terms.number(term))
                        }
                        Asked::Named(name) => *of_names
                            .entry(name)
                            .or_insert_with(|| tests.term(&named(name)).map(|term| terms.number(term))),
                    };
                    needed.extend(term);
                }
                needed.sort_unstable();
                needed.dedup();
                all.push(needed);
            }
            if all.is_empty() || all.iter().any(Vec::is_empty) {
                untold.push(index);
            } else {
                conditions_of.extend(all.into_iter().map(|needed| (alternatives.number(needed), index)));
            }
        }
        let (terms, alternatives) = (terms.lists, alternatives.lists);
        let mut shared = vec![0_usize; terms.len()];
        alternatives.iter().flatten().for_each(|&term| shared[term] += 1);
        let rarest = |needed: &Vec<usize>| needed.iter().copied().min_by_key(|&term| shared[term]);
        let entries = alternatives.iter().enumerate();
        let mut alternatives_of: Vec<_> =
            entries.filter_map(|(number, needed)| Some((rarest(needed)?, number))).collect();
        alternatives_of.sort_unstable();
        conditions_of.sort_unstable();
        let of_term = |(term, tests): (usize, &Vec<usize>)| {
            tests.iter().map(move |&test| (test, term)).collect::<Vec<_>>()
        };
        let mut terms_of: Vec<_> = terms.iter().enumerate().flat_map(of_term).collect();
        terms_of.sort_unstable();
        let Tests { mut lookups, lookup_of, .. } = tests;
        lookups.iter_mut().for_each(|lookup| lookup.literals.finish());
        Self { lookups, lookup_of, terms, terms_of, alternatives, alternatives_of, conditions_of, untold }
    }

    /// The numbers of the conditions that a request may meet, in order; it is certain of the others that it does not.
    /// `sample` evaluates an expression, `in_files` says whether pattern files may have one of its values.
    pub(crate) fn possible(
        &self,
        sample: impl Fn(&Expression) -> Sample,
        in_files: impl Fn(&Filed, &[Value]) -> bool,
    ) -> Vec<usize> {
        let mut hit: HashSet<usize> = HashSet::new();
        let mut open = vec![false; self.lookups.len()];
        for (lookup, open) in self.lookups.iter().zip(&mut open) {
            match sample(&lookup.expression) {
                Sample::Missing => {}
                Sample::Unknown => *open = true,
                Sample::Values(values) => {
                    hit.extend(&lookup.found);
                    for value in &values {
                        hit.extend(lookup.literals.candidates(&value.text()));
                    }
                    let filed = lookup.filed.iter().filter(|(_, filed)| in_files(filed, &values));
                    hit.extend(filed.map(|(test, _)| *test));
                }
            }
        }
        if open.contains(&true) {
            hit.extend((0..self.lookup_of.len()).filter(|&test| open[self.lookup_of[test]]));
        }
        let term_holds = |term: &usize| self.terms[*term].iter().any(|test| hit.contains(test));
        let terms: HashSet<usize> = hit.iter().flat_map(|&test| under(&self.terms_of, test)).collect();
        let alternatives = terms.iter().flat_map(|&term| under(&self.alternatives_of, term));
        let holding = alternatives.filter(|&number| self.alternatives[number].iter().all(term_holds));
        let mut found: Vec<usize> = holding.flat_map(|number| under(&self.conditions_of, number)).collect();
        found.extend(&self.untold);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What stands under a key, in a list that is in order.
fn under(list: &[(usize, usize)], key: usize) -> impl Iterator<Item = usize> {
    let from = list.partition_point(|(other, _)| *other < key);
    list[from..].iter().take_while(move |(other, _)| *other == key).map(|(_, value)| *value)
}

/// Lists of numbers, each once.
#[derive(Default)]
struct Numbers {
    lists: Vec<Vec<usize>>,
    known: HashMap<Vec<usize>, usize>,
}

impl Numbers {
    fn number(&mut self, list: Vec<usize>) -> usize {
        let lists = &mut self.lists;
        *self.known.entry(list).or_insert_with_key(|list| {
            lists.push(list.clone());
            lists.len() - 1
        })
    }
}

/// What makes two tests the same.
#[derive(PartialEq, Eq, Hash)]
struct Key<'c> {
    lookup: usize,
    method: Method,
    ignore_case: bool,
    patterns: Vec<&'c str>,
    files: &'c [String],
}

/// The tests that can be looked up, each once.
#[derive(Default)]
struct Tests<'c> {
    lookups: Vec<Lookup>,
    of_expressions: HashMap<&'c Arc<Expression>, usize>,
    lookup_of: Vec<usize>,
    known: HashMap<Key<'c>, usize>,
}

impl<'c> Tests<'c> {
    /// The tests of a term, in order; `None` where one of them cannot be looked up.
    fn term(&mut self, tests: &[&'c Test]) -> Option<Vec<usize>> {
        if tests.is_empty() || !tests.iter().all(|test| tells(test)) {
            return None;
        }
        let mut term: Vec<usize> = tests.iter().filter_map(|test| self.number(test)).collect();
        term.sort_unstable();
        term.dedup();
        Some(term)
    }

    fn number(&mut self, test: &'c Test) -> Option<usize> {
        let expression = test.expression.as_ref()?;
        let lookups = &mut self.lookups;
        let lookup = *self.of_expressions.entry(expression).or_insert_with(|| {
            let expression = Arc::clone(expression);
            let (literals, found, filed) = (Literals::default(), Vec::new(), Vec::new());
            lookups.push(Lookup { expression, literals, found, filed });
            lookups.len() - 1
        });
        let &Test { method, ignore_case, ref files, .. } = test;
        let patterns = test.patterns.iter().map(|pattern| &*pattern.text).collect();
        let key = Key { lookup, method, ignore_case, patterns, files };
        let lookup_of = &mut self.lookup_of;
        let number = *self.known.entry(key).or_insert_with(|| {
            let number = lookup_of.len();
            lookup_of.push(lookup);
            let Lookup { literals, found, filed, .. } = &mut lookups[lookup];
            if method == Method::Found {
                found.push(number);
            } else {
                for pattern in &test.patterns {
                    if let Some(Some((need, text))) = need(method, ignore_case, &pattern.text) {
                        literals.add(need, ignore_case, &text, number);
                    }
                }
                if !files.is_empty() {
                    filed.push((number, Filed { files: files.clone(), method, ignore_case }));
                }
            }
            number
        });
        Some(number)
    }
}

/// Whether a lookup can tell that a test does not hold.
fn tells(test: &Test) -> bool {
    let told = |pattern: &Pattern| need(test.method, test.ignore_case, &pattern.text).is_some();
    let compares = test.method == Method::Found || test.patterns.iter().all(told);
    // Of files it is asked whether they may have a value, whatever the method.
    let compares =
        compares && (!test.patterns.is_empty() || !test.files.is_empty() || test.method != Method::Bool);
    !test.unknown && test.expression.is_some() && compares
}
