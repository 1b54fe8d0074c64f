//! What variables hold: a test of one is a test of what a rule of the section has put into it.

use std::collections::HashMap;

use super::action::{Action, Rule};
use crate::acl::condition::{Asked, Condition};
use crate::acl::expression::Call;
use crate::acl::test::Test;

/// The fetch methods whose samples variables hold, by the names of the variables.
pub(super) struct Held(HashMap<String, Call>);

impl Held {
    /// What the rules of a section put into variables that one rule alone sets.
    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut held: HashMap<String, Option<Call>> = HashMap::new();
        for rule in rules {
            let (name, call) = match &rule.action {
                Action::SetVariable(name, expression) => {
                    (name, expression.as_ref().map(|expression| expression.fetch.clone()))
                }
                Action::SetVariableFormat(name, _) => (name, None),
                _ => continue,
            };
            let again = held.contains_key(name);
            held.insert(name.clone(), call.filter(|_| !again));
        }
        Self(held.into_iter().filter_map(|(name, call)| Some((name, call?))).collect())
    }

    /// Tells the tests of a condition what the variables hold that they ask.
    pub(super) fn tell_condition(&self, condition: &mut Condition) {
        for term in condition.alternatives.iter_mut().flatten() {
            if let Asked::Anonymous(braces) = &mut term.asked {
                self.tell(&mut braces.test);
            }
        }
    }

    /// Tells a test what the variable holds that it asks.
    pub(super) fn tell(&self, test: &mut Test) {
        test.held = test
            .expression
            .as_ref()
            .filter(|expression| expression.fetch.name == "var")
            .and_then(|expression| self.0.get(expression.fetch.arg(0)).cloned())
            .map(Box::new);
    }
}
