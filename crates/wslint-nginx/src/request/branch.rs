//! `if` of which the config does not tell whether its condition holds.
//!
//! Where only some clients are refused, the others are what counts, and the oracle takes the refusal for granted not to
//! happen. Where the branch assigns variables and nothing else, they are decided when something asks for them. Where it
//! changes nothing, it is not asked about at all.

use super::follower::Follower;
use crate::config::conditions::Condition;
use crate::config::names::{Directive, PASS_DIRECTIVES};
use crate::config::pattern::{self, Match};
use crate::config::{ContextId, Line};
use crate::variables::evaluate::evaluate;
use crate::variables::state::State;
use crate::variables::template;
use wslint_model::Known;

/// How many directives behind an `if` are looked at.
const FARTHEST: usize = 64;

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
    /// Whether the branch of an `if` is taken, which stands at a level as the directive of this number.
    pub(super) fn takes_branch(
        &mut self,
        state: &mut State,
        place: (ContextId, usize),
        line: Line,
        block: ContextId,
    ) -> bool {
        let Some(condition) = self.model().condition(block) else { return false };
        if let Some(holds) = self.condition(state, condition) {
            return holds;
        }
        let written = condition.written.as_ref();
        let site = self.model().config().site(line);
        // Whether a client shows a certificate is nothing that most of them do.
        let by_certificate = written.contains("$ssl_client_");
        match self.branch(state, place, block) {
            Branch::Nothing => false,
            Branch::Refuses | Branch::Admits if by_certificate => self.oracle.guess(written),
            Branch::Refuses => {
                let words = || format!("`if ({written})` does not hold");
                let holds = self.oracle.presume(written, false, words, Some(site));
                self.take_for_granted(state, condition, holds);
                holds
            }
            Branch::Admits => {
                let words = || format!("`if ({written})` holds");
                let holds = self.oracle.presume(written, true, words, Some(site));
                self.take_for_granted(state, condition, holds);
                holds
            }
            Branch::Assigns => {
                self.assign_later(state, written, block);
                false
            }
            Branch::Decides => {
                for word in condition.words.iter().flatten() {
                    self.settle(state, word);
                }
                if let Some(holds) = self.condition(state, condition) {
                    return holds;
                }
                let holds = self.oracle.guess(written);
                self.take_for_granted(state, condition, holds);
                holds
            }
        }
    }

    /// Whether a line is one that a template has for the case that requests are refused or sent elsewhere: what it does
    /// to the others is what counts.
    pub(super) fn is_left_out(&mut self, state: &State, level: ContextId, line: Line) -> bool {
        let config = self.model().config();
        let refuses = config.is_optional(line)
            && match line.block {
                Some(block) => self.refuses(state, block, config.script(block)),
                None => self.refuses(state, level, [line].into_iter()),
            };
        if refuses {
            self.assume_left_out(line);
        }
        refuses
    }

    /// Assumes that a template leaves a line out.
    pub(super) fn assume_left_out(&mut self, line: Line) {
        let words = format!("the template leaves `{}` out", self.model().config().headline(line));
        self.assume(&words, line);
    }

    fn branch(&self, state: &State, (around, number): (ContextId, usize), block: ContextId) -> Branch {
        let config = self.model().config();
        let has = |names: &[Directive]| names.iter().any(|&name| config.has(block, name));
        if self.refuses(state, block, config.script(block)) {
            return Branch::Refuses;
        }
        let leads_away = has(&[Directive::Rewrite, Directive::Return, Directive::If])
            || has(&[Directive::ErrorPage, Directive::LimitRate])
            || has(&PASS_DIRECTIVES)
            || config.context(block).open;
        let behind = || config.script_behind(around, number + 1).take(FARTHEST);
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
        let matches = |path| pattern::matches(&expression, false, path);
        redirects && state.path().is_some_and(|path| matches!(matches(path), Match::Yes(_)))
    }

    /// What follows from an answer of the oracle.
    fn take_for_granted(&self, state: &mut State, condition: &Condition, holds: bool) {
        let Some([tested, operator, rest @ ..]) = condition.words.as_deref() else { return };
        let wanted = || rest.join(" ");
        match operator.as_str() {
            "=" | "!=" if holds == (operator == "=") => {
                let value = evaluate(self.model(), &wanted(), state);
                if let (Some(name), Known::Known(value)) = (template::sole_variable(tested), value) {
                    state.assign(&name, Known::Known(value));
                }
            }
            "~" | "~*" if holds => state.take_unknown(&wanted()),
            "!~" | "!~*" if !holds => state.take_unknown(&wanted()),
            _ => {}
        }
    }
}
