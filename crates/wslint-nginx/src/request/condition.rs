//! `if`: whether its condition holds.

use super::follower::Follower;
use crate::config::conditions::Condition;
use crate::config::pattern::{self, Match};
use crate::variables::evaluate::{evaluate, sources};
use crate::variables::state::State;
use wslint_model::Known;

/// The tests of `if` that look at a file: that it is one, a folder, either or something to run.
const FILE_TESTS: [&str; 4] = ["-f", "-d", "-e", "-x"];

/// What browsers call themselves, on a desk and in a hand: a representative request comes from one of them.
const USER_AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 \
     Mobile/15E148 Safari/604.1",
];

impl Follower<'_, '_, '_> {
    /// Whether the condition of an `if` holds; `None` if it cannot be told.
    pub(super) fn condition(&self, state: &mut State, condition: &Condition) -> Option<bool> {
        let words = condition.words.as_deref()?;
        let tested = words.first()?;
        self.test(state, words)
            .or_else(|| self.agreed_among_browsers(state, tested, |state| self.test(state, words)))
    }

    /// What a question about a representative request comes to where every browser gives the same answer, and the
    /// browser is what decides it.
    pub(super) fn agreed_among_browsers<T: PartialEq>(
        &self,
        state: &mut State,
        text: &str,
        ask: impl Fn(&mut State) -> Option<T>,
    ) -> Option<T> {
        const AGENT: &str = "http_user_agent";
        let looks = || sources(self.model(), text).iter().any(|name| name == AGENT);
        if !state.is_representative() || state.variables.get(AGENT).is_some() || !looks() {
            return None;
        }
        let mut answers = USER_AGENTS.iter().map(|agent| {
            let mut of_browser = state.clone();
            of_browser.assign(AGENT, Known::Known((*agent).to_owned()));
            ask(&mut of_browser)
        });
        let first = answers.next()??;
        answers.all(|answer| answer.as_ref() == Some(&first)).then_some(first)
    }

    fn test(&self, state: &mut State, words: &[String]) -> Option<bool> {
        let value = |state: &State, text: &str| {
            let value = evaluate(self.model(), text, state).known();
            value.filter(|_| !state.varies_by_host(text))
        };
        match words {
            [single] => {
                let text = value(state, single)?;
                Some(!text.is_empty() && text != "0")
            }
            // The files of the machine are not at hand: a path that a WebSocket client asks for is not one of them.
            // The one folder that is there for certain is the root itself.
            [test, path] if FILE_TESTS.contains(&test.trim_start_matches('!')) => {
                let of_request = path.ends_with("$uri") || path == "$request_filename";
                let holds = of_request && state.path() == Some("/") && !test.ends_with('f');
                Some(holds != test.starts_with('!'))
            }
            // A comparison with nothing: `if ($var = "")`, whose empty word is gone.
            [variable, operator] if matches!(operator.as_str(), "=" | "!=") => {
                Some(value(state, variable)?.is_empty() == (operator == "="))
            }
            [variable, operator, rest @ ..] => {
                let text = value(state, variable);
                let wanted = rest.join(" ");
                match operator.as_str() {
                    "=" => Some(text? == value(state, &wanted)?),
                    "!=" => Some(text? != value(state, &wanted)?),
                    "~" | "~*" | "!~" | "!~*" => {
                        state.forget_captures();
                        let ignore_case = operator.ends_with('*');
                        let found = match pattern::matches(&wanted, ignore_case, &text?) {
                            Match::Unknown => return None,
                            Match::No => false,
                            Match::Yes(captures) => {
                                state.take(captures);
                                true
                            }
                        };
                        Some(found != operator.starts_with('!'))
                    }
                    _ => None,
                }
            }
            [] => None,
        }
    }
}
