//! `set`: what it assigns, and what it would where an `if` holds of which that cannot be told.

use super::follower::Follower;
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::variables::evaluate::evaluate;
use crate::variables::state::{Pending, State};
use wslint_model::Known;

impl Follower<'_, '_, '_> {
    /// Assigns a variable.
    pub(super) fn run_set(&mut self, state: &mut State, line: Line) {
        let config = self.model().config();
        let name = config.known_arg(line, 0);
        let Some(name) = name.as_deref().and_then(|name| name.strip_prefix('$')).map(str::to_ascii_lowercase)
        else {
            return;
        };
        let value = match config.arg(line, 1) {
            Some(Known::Known(text)) => {
                self.settle_assigned(state, &text);
                evaluate(self.model(), &text, state)
            }
            _ => Known::Unknown,
        };
        state.assign(&name, value);
    }

    /// Notes what the branch assigns where its test holds.
    pub(super) fn assign_later(&mut self, state: &mut State, written: &str, block: ContextId) {
        let config = self.model().config();
        // What a value is made of is decided first.
        for line in config.own(block, Directive::Set) {
            self.settle_assigned(state, &config.known_arg(line, 1).unwrap_or_default());
        }
        let mut before: Vec<(String, Option<Known<String>>, Option<Pending>)> = Vec::new();
        for line in config.own(block, Directive::Set) {
            let name = config.known_arg(line, 0);
            let Some(name) =
                name.as_deref().and_then(|name| name.strip_prefix('$')).map(str::to_ascii_lowercase)
            else {
                continue;
            };
            if before.iter().all(|(known, ..)| *known != name) {
                let value = state.variables.get(&name).cloned();
                let pending = state.pending.remove(&name);
                before.push((name, value, pending));
            }
            self.run_set(state, line);
        }
        for (name, value, pending) in before {
            let assigned = state.variables.remove(&name).unwrap_or(Known::Unknown);
            let mut pending = pending.unwrap_or_else(|| Pending {
                before: value.unwrap_or(Known::Known(String::new())),
                tests: Vec::new(),
            });
            if pending.tests.is_empty() && pending.before == assigned {
                state.assign(&name, assigned);
                continue;
            }
            pending.tests.push((written.to_owned(), assigned));
            state.assign(&name, Known::Unknown);
            state.pending.insert(&name, pending);
        }
    }
}
