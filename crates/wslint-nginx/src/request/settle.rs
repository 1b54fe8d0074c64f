//! Variables of which the config says what they may be, but not which of it: the oracle is asked where that decides.

use crate::variables::evaluate::{decide, evaluate, tables_for};
use std::collections::HashSet;

use super::follower::Follower;
use crate::config::Line;
use crate::config::names::Directive;
use crate::config::tables::Table;
use crate::variables::state::State;
use crate::variables::template;
use wslint_model::Known;
use wslint_model::length::shortened;

/// Tables with more values than these are not tried one by one.
const MOST_VALUES: usize = 4;
/// Longer values are not tried, in bytes: the test of each is kept with its text.
const LONGEST_VALUE: usize = 4096;
/// Tables with more entries than these are lists of what is served, not a choice.
const MOST_ENTRIES: usize = 100;
/// Tables over tables are looked through this far.
const MAX_DEPTH: usize = 8;

impl Follower<'_, '_, '_> {
    /// Decides the variables of a text, as far as tables and undecided branches tell what they may be.
    pub(crate) fn settle(&mut self, state: &mut State, text: &str) {
        self.settle_deep(state, text, Empty::Counts, 0);
    }

    /// The same for a text that is of no use while a variable in it is empty.
    pub(crate) fn settle_address(&mut self, state: &mut State, text: &str) {
        self.settle_deep(state, text, Empty::Refuses, 0);
    }

    fn settle_deep(&mut self, state: &mut State, text: &str, empty: Empty, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for name in template::variables(text) {
            self.settle_branches(state, &name);
            if state.variables.get(&name).is_some() {
                continue;
            }
            if let Some(table) = tables_for(self.model(), state).of(&name) {
                self.settle_table(state, &name, table, empty, depth);
            }
        }
    }

    /// Decides the variables of a text that branches of the config assign.
    pub(crate) fn settle_assigned(&mut self, state: &mut State, text: &str) {
        for name in template::variables(text) {
            self.settle_branches(state, &name);
        }
    }

    /// Asks for the tests of the branches that assign a variable, the latest first.
    fn settle_branches(&mut self, state: &mut State, name: &str) {
        let Some(pending) = state.pending.remove(name) else { return };
        let taken = pending.tests.into_iter().rev().find(|(test, _)| self.oracle.guess(test));
        state.assign(name, taken.map_or(pending.before, |(_, value)| value));
    }

    /// Chooses among the entries of a table whose source is not known.
    fn settle_table(&mut self, state: &mut State, name: &str, table: Table, empty: Empty, depth: usize) {
        let config = self.model().config();
        if decide(self.model(), table, state).value != Known::Unknown {
            return;
        }
        let source = config.known_arg(table.line, 0).filter(|_| config.arg_count(table.line) > 1);
        let source = source.unwrap_or_default();
        self.settle_deep(state, &source, Empty::Counts, depth + 1);
        let decided = decide(self.model(), table, state).value.known();
        let decided = decided.or_else(|| {
            self.agreed_among_browsers(state, &source, |state| {
                decide(self.model(), table, state).value.known()
            })
        });
        if let Some(value) = decided {
            return self.take_value(state, name, table.line, value);
        }
        let Some(mut entries) = self.entries(state, table.line) else { return };
        if entries.iter().all(|entry| !entry.is_default) {
            match empty {
                Empty::Counts => entries.push(Entry::default()),
                // What no entry matches is not served at all, and so says nothing about what is.
                Empty::Refuses => {
                    let words = format!("an entry of `{}` matches", config.headline(table.line));
                    self.assume(&words, table.line);
                }
            }
        }
        let taken = self.choose_entry(name, &source, &entries);
        if let Some((value, key)) = taken {
            if let (Some(source), Some(key)) = (template::sole_variable(&source), key)
                && state.variables.get(&source).is_none()
            {
                state.assign(&source, Known::Known(key));
            }
            self.take_value(state, name, table.line, value);
        }
    }

    fn take_value(&mut self, state: &mut State, name: &str, table: Line, value: String) {
        let what = table.name.map_or("map", |name| name.spec().name);
        self.step(what, Some(table), format_args!("`${}` is `{}`", shortened(name), shortened(&value)));
        state.assign(name, Known::Known(value));
    }

    /// Asks for each value but the last, and gives the one that is taken with the text that the source is then.
    fn choose_entry(
        &mut self,
        name: &str,
        source: &str,
        entries: &[Entry],
    ) -> Option<(String, Option<String>)> {
        let last = entries.last()?;
        let mut asked: Vec<&str> = vec![&last.value];
        for entry in entries {
            if asked.contains(&entry.value.as_str()) {
                continue;
            }
            asked.push(&entry.value);
            let alone = entries.iter().filter(|other| other.value == entry.value).count() == 1;
            let test = match (&entry.test, alone) {
                (Some(test), true) if !source.is_empty() => format!("{source} {test}"),
                _ => format!("${name} = \"{}\"", entry.value),
            };
            if self.oracle.guess(&test) {
                return Some((entry.value.clone(), entry.key.clone().filter(|_| alone)));
            }
        }
        Some((last.value.clone(), None))
    }

    /// The entries of a table in the order in which they are tried, the default last; `None` where a value is not known,
    /// or there are too many values.
    fn entries(&self, state: &State, table: Line) -> Option<Vec<Entry>> {
        const SETTINGS: [&str; 6] = ["hostnames", "volatile", "ranges", "proxy", "proxy_recursive", "delete"];
        let config = self.model().config();
        let context = config.context(table.block?);
        if context.open || context.lines.len() > MOST_ENTRIES {
            return None;
        }
        let is_map = table.name == Some(Directive::Map);
        let hostnames = context.lines.iter().any(|&line| config.name(line) == "hostnames");
        let mut unknown = state.clone();
        unknown.captures = Known::Unknown;
        let mut values: HashSet<String> = HashSet::new();
        let (mut exact, mut patterns, mut default) = (Vec::new(), Vec::new(), None);
        for &line in &context.lines {
            let key = config.name(line);
            if SETTINGS.contains(&key.as_ref()) {
                continue;
            }
            let value = evaluate(self.model(), &config.known_arg(line, 0)?, &unknown).known()?;
            if value.len() > LONGEST_VALUE {
                return None;
            }
            values.insert(value.clone());
            if values.len() > MOST_VALUES {
                return None;
            }
            match key.strip_prefix('~').filter(|_| is_map) {
                _ if matches!(key.as_ref(), "default" | "*") => {
                    default = Some(Entry { value, is_default: true, ..Entry::default() });
                }
                Some(expression) => {
                    let (operator, expression) = match expression.strip_prefix('*') {
                        Some(expression) => ("~*", expression),
                        None => ("~", expression),
                    };
                    let test = Some(format!("{operator} \"{expression}\""));
                    patterns.push(Entry { test, value, ..Entry::default() });
                }
                None => {
                    let key = key.strip_prefix('\\').unwrap_or(&key).to_owned();
                    let test = is_map.then(|| format!("= \"{key}\""));
                    // A name with a wildcard is no text that the source could be.
                    let wildcard = hostnames && (key.starts_with(['*', '.']) || key.ends_with(".*"));
                    let key = Some(key).filter(|_| is_map && !wildcard);
                    exact.push(Entry { test, key, value, is_default: false });
                }
            }
        }
        exact.extend(patterns);
        exact.extend(default);
        (!exact.is_empty()).then_some(exact)
    }
}

/// What an empty variable means for the text that it stands in.
#[derive(Clone, Copy)]
enum Empty {
    /// It is a value like any other.
    Counts,
    /// nginx answers with an error.
    Refuses,
}

/// One entry of a table.
#[derive(Default)]
struct Entry {
    /// The test of the source, in the words of `if`.
    test: Option<String>,
    /// The text that the source is, where there is one only.
    key: Option<String>,
    value: String,
    is_default: bool,
}
