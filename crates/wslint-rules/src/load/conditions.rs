//! Reading `when` and `unless`: each key is a question of the proxy, each value a test that fits its kind.

use wslint_model::{Entry, Kind, Word};

use super::fields::{self, Complaints, Fields};
use super::form;
use crate::catalogue::Catalogue;
use crate::condition::{Condition, Expect};
use crate::node::{Node, Value};
use crate::{duration, nearest};

/// The tests of a mapping from questions; `None` if one of them could not be read.
pub(super) fn read(node: &Node, catalogue: &Catalogue, complaints: &Complaints) -> Option<Vec<Condition>> {
    let pairs = fields::pairs(node, "questions with what they must be answered", complaints)?;
    if pairs.is_empty() {
        complaints.at(node, "expected at least one question");
        return None;
    }
    let conditions = pairs.into_iter().map(|(name, key, value)| {
        let slot = question(name, key, catalogue, complaints)?;
        Some(Condition { slot, expect: expect(catalogue.questions[slot], value, complaints)? })
    });
    all(conditions)
}

/// All items, each of which has had its chance to complain, or `None` if one is missing.
fn all<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = items.collect();
    read.into_iter().collect()
}

/// The slot of a question, by its name.
pub(super) fn question(
    name: &str,
    node: &Node,
    catalogue: &Catalogue,
    complaints: &Complaints,
) -> Option<usize> {
    let slot = catalogue.slot(name);
    if slot.is_none() {
        let names = catalogue.questions.iter().map(|question| question.name);
        complaints.at(node, nearest::unknown(&format!("{} question", catalogue.owner()), name, name, names));
    }
    slot
}

fn expect(question: &Entry, node: &Node, complaints: &Complaints) -> Option<Expect> {
    if matches!(&node.value, Value::Text(text) if text == "present") {
        return Some(Expect::Present);
    }
    let name = question.name;
    let refuse = |wanted: &str| {
        complaints.at(node, format!("{wanted}, found {}", fields::describe(node)));
        None
    };
    match (&question.kind, &node.value) {
        (Kind::Flag, Value::Flag(flag)) => Some(Expect::Flag(*flag)),
        (Kind::Flag, _) => refuse(&format!("`{name}` is a flag: expected `true`, `false` or `present`")),
        (Kind::Choice(words), Value::Text(_) | Value::Whole(_) | Value::Decimal(_)) => {
            choice(words, node, complaints).map(|word| Expect::Choice(vec![word]))
        }
        (Kind::Choice(words), Value::List(items)) if !items.is_empty() => {
            all(items.iter().map(|item| choice(words, item, complaints))).map(Expect::Choice)
        }
        (Kind::Choice(words), _) => {
            refuse(&format!("`{name}` is a choice: expected a word or a list of {}", quoted(words)))
        }
        (Kind::Duration, Value::Map(_)) => range(node, complaints, time),
        (Kind::Duration, _) => {
            refuse(&format!("`{name}` is a time: expected a range such as {{at-most: 60s}} or `present`"))
        }
        (Kind::Number, Value::Map(_)) => range(node, complaints, number),
        (Kind::Number, _) => {
            refuse(&format!("`{name}` is a number: expected a range such as {{at-least: 2}} or `present`"))
        }
        (Kind::Text, _) => refuse(&format!("`{name}` is text: expected `present`")),
    }
}

fn choice(words: &'static [Word], node: &Node, complaints: &Complaints) -> Option<&'static str> {
    fields::parsed(node, complaints, |text| {
        let all = words.iter().map(|word| word.word);
        all.clone().find(|word| *word == text).ok_or_else(|| {
            let message = nearest::unknown("answer", text, text, all);
            let link = if message.ends_with('?') { " " } else { "; " };
            format!("{message}{link}there is {}", quoted(words))
        })
    })
}

fn range(node: &Node, complaints: &Complaints, bound: Bound) -> Option<Expect> {
    let given = Fields::of(node, &form::RANGE, complaints)?;
    let keys = ["at-least", "above", "at-most", "below"].map(|key| given.get(key));
    if keys.iter().all(Option::is_none) {
        complaints.at(node, "expected `at-least`, `above`, `at-most` or `below`");
        return None;
    }
    if (keys[0].is_some() && keys[1].is_some()) || (keys[2].is_some() && keys[3].is_some()) {
        complaints.at(node, "two bounds on the same side");
        return None;
    }
    let [at_least, above, at_most, below] = keys.map(|key| key.map(|node| bound(node, complaints)));
    // A bound that could not be read has complained already.
    let least = match (at_least, above) {
        (Some(bound), _) => bound?,
        (None, Some(bound)) => bound?.checked_add(1).or_else(|| empty(node, complaints))?,
        (None, None) => 0,
    };
    let most = match (at_most, below) {
        (Some(bound), _) => bound?,
        (None, Some(bound)) => bound?.checked_sub(1).or_else(|| empty(node, complaints))?,
        (None, None) => u64::MAX,
    };
    if least > most {
        return empty(node, complaints);
    }
    Some(Expect::Range { least, most })
}

fn empty<T>(node: &Node, complaints: &Complaints) -> Option<T> {
    complaints.at(node, "nothing lies in this range");
    None
}

type Bound = fn(&Node, &Complaints) -> Option<u64>;

fn time(node: &Node, complaints: &Complaints) -> Option<u64> {
    match node.value {
        Value::Whole(number) => fields::parsed(
            &Node { number: node.number, value: Value::Text(number.to_string().into()) },
            complaints,
            duration::parse,
        ),
        _ => fields::parsed(node, complaints, duration::parse),
    }
}

fn number(node: &Node, complaints: &Complaints) -> Option<u64> {
    match node.value {
        Value::Whole(number) => Some(number),
        _ => {
            complaints.at(node, format!("expected a whole number, found {}", fields::describe(node)));
            None
        }
    }
}

fn quoted(words: &[Word]) -> String {
    words.iter().map(|word| format!("`{}`", word.word)).collect::<Vec<_>>().join(", ")
}
