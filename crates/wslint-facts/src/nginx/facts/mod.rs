//! The answers of one route: what becomes of its representative requests, as values with causes.

mod answer;
mod balance;
mod guards;
mod headers;
mod identity;
mod maps;
mod overrides;
mod path;
mod polling;
mod timing;

use super::config::{ContextId, Line};
use super::model::Model;
use super::questions;
use super::request::end::End;
use super::routes::{Followed, Seed};
use crate::fact::{Cause, Facts, Origin, Role, Value};
use crate::question::Question;
use crate::request::Browser;
use crate::traffic;

/// Everything that is known of a route while its questions are answered.
struct Teller<'a, 'p> {
    model: &'a Model<'p>,
    seed: &'a Seed<'p>,
    chrome: &'a Followed,
    facts: Facts,
}

/// Answers the questions of a route.
pub(super) fn of<'p>(model: &Model<'p>, seed: &Seed<'p>) -> Facts {
    let chrome = model.follow(seed, Some(Browser::Chrome));
    let mut teller = Teller { model, seed, chrome: &chrome, facts: Facts::default() };
    teller.tell_evidence();
    teller.tell_refusal();
    teller.tell_unreachable();
    if chrome.unsure || matches!(chrome.end, End::Unknown) {
        // Another way could be taken: whatever is said of this one would be a guess.
        return teller.facts;
    }
    teller.tell_answer();
    teller.tell_referer();
    teller.tell_selection();
    teller.tell_set_after_break();
    if let End::Tunnelled { server, pool, .. } = &chrome.end {
        teller.tell_idle(&model.idle_of_stream(*server));
        if let Some(pool) = pool.as_deref().and_then(|name| model.stream_pool(name)) {
            teller.tell_pool(pool);
        }
    }
    if let Some(passed) = chrome.passed() {
        teller.tell_headers(passed);
        teller.tell_path(passed);
        teller.tell_timing(passed);
        teller.tell_polling(passed);
        teller.tell_balance(passed);
        teller.tell_guards(passed);
    }
    teller.facts.finish()
}

impl<'a, 'p> Teller<'a, 'p> {
    fn tell(&mut self, question: &'static Question, value: Value, cause: Cause) {
        self.facts.answer(question, value, cause);
    }

    /// Tells a choice whose cause is one line.
    fn tell_line(&mut self, question: &'static Question, word: &'static str, line: Line) {
        let cause = self.set_by(line);
        self.tell(question, Value::Choice(word), cause);
    }

    /// Tells a choice that no line decides.
    fn tell_default(&mut self, question: &'static Question, word: &'static str) {
        let cause = self.default();
        self.tell(question, Value::Choice(word), cause);
    }

    /// The cause of a value that a line sets at or above the route's own level.
    fn set_by(&self, line: Line) -> Cause {
        let level = self.model.config().proper_level(self.chrome.level);
        let config = self.model.config();
        let here = match line.name {
            Some(name) => config.own(level, name).any(|own| own == line),
            None => config.context(level).lines.contains(&line),
        };
        let role = if here { Role::SetHere } else { Role::Inherited };
        Cause::at(Origin::Set, self.model.config().site(line), role)
    }

    fn default(&self) -> Cause {
        Cause::nowhere(Origin::Default(self.model.version()))
    }

    /// A cause at a line, in words.
    fn says(&self, line: Line, words: &str) -> Cause {
        Cause::at(Origin::Derived, self.model.config().site(line), Role::Says(words.to_owned()))
    }

    /// The location, or the server, in force at the end.
    fn level(&self) -> ContextId {
        self.model.config().proper_level(self.chrome.level)
    }

    /// Whether the handshake is answered by an upstream in the end.
    fn is_passed(&self) -> bool {
        matches!(self.chrome.end, End::Passed(_))
    }

    fn tell_evidence(&mut self) {
        let seed = self.seed;
        let evidence = &seed.evidence;
        if evidence.events {
            let cause = Cause::at(
                Origin::Derived,
                evidence.site,
                Role::Says("this says that the route carries server-sent events".to_owned()),
            );
            self.tell(&questions::EVENTS, Value::Choice("strong"), cause);
            self.tell(&traffic::PATH, Value::Text(evidence.path.clone()), Cause::nowhere(Origin::Derived));
            return;
        }
        let cause = match seed.endpoint {
            Some(_) => Cause::nowhere(Origin::Declared),
            None => Cause::at(Origin::Derived, evidence.site, Role::Evidence),
        };
        self.tell(&traffic::WEBSOCKET, Value::Choice(evidence.confidence), cause.clone());
        self.tell(&questions::DECLARED, Value::Flag(seed.endpoint.is_some()), cause.clone());
        self.tell(&traffic::PATH, Value::Text(evidence.path.clone()), cause.clone());
        let explicit = evidence.explicit && seed.endpoint.is_none();
        self.tell(&questions::EXPLICIT, Value::Flag(explicit), cause.clone());
        let scope = match (evidence.general, evidence.folder) {
            (true, _) => "general",
            (false, true) => "folder",
            (false, false) => "dedicated",
        };
        self.tell(&questions::SCOPE, Value::Choice(scope), cause.clone());
        if let Some(framework) = evidence.framework {
            self.tell(&traffic::FRAMEWORK, Value::Choice(framework.name()), cause.clone());
        }
        if let Some(heartbeat) = self.heartbeat() {
            self.tell(&traffic::HEARTBEAT, Value::Duration(heartbeat), cause);
        }
    }

    /// The longest silence that the route's heartbeat allows: declared, or the framework's default.
    fn heartbeat(&self) -> Option<u64> {
        self.seed
            .endpoint
            .and_then(|endpoint| endpoint.heartbeat)
            .or(self.model.settings().heartbeat)
            .or(self.seed.evidence.framework.and_then(|framework| framework.heartbeat()))
    }

    /// The shortest idle limit that is accepted on this route without a word.
    fn minimum_idle(&self) -> u64 {
        let declared = self.seed.endpoint.and_then(|endpoint| endpoint.minimum_idle);
        declared.unwrap_or(self.model.settings().minimum_idle)
    }
}
