//! `if`: whether its condition holds, and what is done where the config does not tell.
//!
//! Where only some clients are refused, the others are what counts, and the oracle takes the refusal for granted not to
//! happen. Where the branch assigns variables and nothing else, they are decided when something asks for them. Where it
//! changes nothing, it is not asked about at all.

use super::follow::Follower;
use super::state::{Pending, State};
use crate::config::names::{Directive, PASS_DIRECTIVES};
use crate::config::pattern::Match;
use crate::config::{ContextId, Line};
use crate::variables::template;
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

/// What the branch of an `if` does with a request.
enum Branch {
    /// Nothing that a handshake depends on.
    Nothing,
    /// It assigns variables and nothing else.
    Assigns,
    /// It answers in a way that no WebSocket comes from.
    Refuses,
    /// Without it the request is refused.
    Admits,
    /// It changes the way.
    Decides,
}

impl Follower<'_, '_, '_> {
    /// Whether the branch of an `if` is taken.
    pub(crate) fn takes_branch(&mut self, state: &mut State, line: Line, block: ContextId) -> bool {
        if let Some(holds) = self.condition(state, line) {
            return holds;
        }
        let written = self.condition_as_written(line);
        match self.branch(state, line, block) {
            Branch::Nothing => false,
            Branch::Refuses => {
                self.assume(&format!("`if ({written})` does not hold"), line);
                self.take_for_granted(state, line, false);
                false
            }
            Branch::Admits => {
                self.assume(&format!("`if ({written})` holds"), line);
                self.take_for_granted(state, line, true);
                true
            }
            Branch::Assigns => {
                self.assign_later(state, &written, block);
                false
            }
            Branch::Decides => {
                for word in self.words_of(line).into_iter().flatten() {
                    self.settle(state, &word);
                }
                if let Some(holds) = self.condition(state, line) {
                    return holds;
                }
                let holds = self.oracle.guess(&written);
                self.take_for_granted(state, line, holds);
                holds
            }
        }
    }

    /// Takes something for granted that the config does not say.
    pub(crate) fn assume(&mut self, words: &str, line: Line) {
        let site = self.model().config().site(line);
        self.oracle.assume(words, Some(site));
    }

    fn branch(&self, state: &State, line: Line, block: ContextId) -> Branch {
        let config = self.model().config();
        let has = |names: &[Directive]| names.iter().any(|&name| config.own_last(block, name).is_some());
        if self.refuses(state, block, config.script(block)) {
            return Branch::Refuses;
        }
        let leads_away = has(&[Directive::Rewrite, Directive::Return, Directive::If])
            || has(&[Directive::ErrorPage, Directive::LimitRate])
            || has(&PASS_DIRECTIVES)
            || config.context(block).open;
        let around = config.context(block).parent.unwrap_or(block);
        let behind = || config.script(around).skip_while(|other| *other != line).skip(1);
        let passes_by =
            has(&[Directive::Break]) && behind().any(|other| other.name != Some(Directive::Break));
        if !leads_away && !passes_by {
            return if has(&[Directive::Set]) { Branch::Assigns } else { Branch::Nothing };
        }
        let later = behind().filter(|other| other.name != Some(Directive::If));
        if self.refuses(state, around, later) { Branch::Admits } else { Branch::Decides }
    }

    /// Whether directives of the rewrite module, run one after the other, refuse every request that no earlier one
    /// sends elsewhere: nginx answers with an error itself, or sends a handshake a redirect, which no browser follows.
    fn refuses(&self, state: &State, level: ContextId, script: impl Iterator<Item = Line>) -> bool {
        for line in script {
            match line.name {
                Some(Directive::Set) => {}
                Some(Directive::Return) => return self.return_refuses(state, level, line),
                Some(Directive::Rewrite) => return state.websocket && self.redirects_all(state, line),
                _ => return false,
            }
        }
        false
    }

    /// Whether no WebSocket comes of a `return` at a level.
    fn return_refuses(&self, state: &State, level: ContextId, line: Line) -> bool {
        let config = self.model().config();
        let Some(first) = config.known_arg(line, 0) else { return false };
        let Ok(status) = first.parse::<u16>() else { return state.websocket && !state.subrequest };
        if status == 444 {
            return true;
        }
        let refuses = |status: u16| status >= 400 || (state.websocket && !state.subrequest);
        if config.arg_count(line) > 1 || status < 300 {
            return refuses(status);
        }
        for page in config.list(level, Directive::ErrorPage).lines {
            let words: Option<Vec<_>> = config.args(page).into_iter().map(Known::known).collect();
            let Some(words) = words else { return false };
            let codes = words.split_last().map_or(&[][..], |(_, codes)| codes);
            if codes.iter().any(|code| code.parse() == Ok(status)) {
                // With `=` alone whatever answers then has the last word.
                return match codes.iter().find_map(|code| code.strip_prefix('=')) {
                    None => refuses(status),
                    Some(code) => code.parse().is_ok_and(refuses),
                };
            }
        }
        refuses(status)
    }

    /// Whether a `rewrite` sends every request that comes to it to another address.
    fn redirects_all(&self, state: &State, line: Line) -> bool {
        let config = self.model().config();
        let (Some(expression), Some(replacement)) = (config.known_arg(line, 0), config.known_arg(line, 1))
        else {
            return false;
        };
        let flag = config.known_arg(line, 2).unwrap_or_default();
        let external = ["http://", "https://", "$scheme"].iter().any(|start| replacement.starts_with(start));
        let redirects = external || matches!(flag.as_ref(), "redirect" | "permanent");
        let matches = |path| self.model().patterns().matches(&expression, false, path);
        redirects && state.path().is_some_and(|path| matches!(matches(path), Match::Yes(_)))
    }

    /// Notes what the branch assigns where its test holds.
    fn assign_later(&mut self, state: &mut State, written: &str, block: ContextId) {
        let config = self.model().config();
        let mut inside = state.clone();
        let mut names: Vec<String> = Vec::new();
        for line in config.own(block, Directive::Set) {
            self.run_set(&mut inside, line);
            names.extend(config.known_arg(line, 0).and_then(|name| Some(name.strip_prefix('$')?.to_owned())));
        }
        for name in names {
            let value = inside.variables.get(&name).cloned().unwrap_or(Known::Unknown);
            let mut pending = state.pending.remove(&name).unwrap_or_else(|| Pending {
                before: state.variables.get(&name).cloned().unwrap_or(Known::Known(String::new())),
                tests: Vec::new(),
            });
            if pending.tests.is_empty() && pending.before == value {
                continue;
            }
            pending.tests.push((written.to_owned(), value));
            state.assign(&name, Known::Unknown);
            state.pending.insert(name, pending);
        }
    }

    /// What follows from an answer of the oracle.
    fn take_for_granted(&self, state: &mut State, line: Line, holds: bool) {
        let Some(words) = self.words_of(line) else { return };
        let [tested, operator, rest @ ..] = words.as_slice() else { return };
        let wanted = rest.join(" ");
        match operator.as_str() {
            "=" | "!=" if holds == (operator == "=") => {
                let value = self.model().evaluate(&wanted, state);
                if let (Some(name), Known::Known(value)) = (template::sole_variable(tested), value) {
                    state.assign(&name, Known::Known(value));
                }
            }
            "~" | "~*" if holds => state.take_unknown(&wanted),
            "!~" | "!~*" if !holds => state.take_unknown(&wanted),
            _ => {}
        }
    }

    /// The condition of an `if` without its parentheses, as people read it.
    fn condition_as_written(&self, line: Line) -> String {
        let written = self.model().config().quoted(line);
        let condition = written.strip_prefix("if").unwrap_or(&written).trim();
        let condition = condition.strip_prefix('(').unwrap_or(condition);
        condition.strip_suffix(')').unwrap_or(condition).trim().to_owned()
    }

    /// The words of a condition; `None` where one is not known.
    fn words_of(&self, line: Line) -> Option<Vec<String>> {
        let config = self.model().config();
        let words: Option<Vec<_>> = config.args(line).into_iter().map(Known::known).collect();
        let mut words: Vec<String> = words?.into_iter().map(|word| word.into_owned()).collect();
        if let Some(first) = words.first_mut() {
            first.drain(..usize::from(first.starts_with('(')));
        }
        if let Some(last) = words.last_mut() {
            last.truncate(last.len() - usize::from(last.ends_with(')')));
        }
        words.retain(|word| !word.is_empty());
        Some(words)
    }

    /// Whether the condition of an `if` holds; `None` if it cannot be told.
    fn condition(&self, state: &mut State, line: Line) -> Option<bool> {
        let words = self.words_of(line)?;
        let tested = words.first()?;
        self.test(state, &words)
            .or_else(|| self.agreed_among_browsers(state, tested, |state| self.test(state, &words)))
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
        let looks = || self.model().sources(text).iter().any(|name| name == AGENT);
        if !state.is_representative() || state.variables.contains_key(AGENT) || !looks() {
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
            let value = self.model().evaluate(text, state).known();
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
                        let found = match self.model().patterns().matches(&wanted, ignore_case, &text?) {
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
