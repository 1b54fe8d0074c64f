//! The route that questions are asked of: one run of its handshake, and the answers so far.

use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::request::cause;
use crate::request::exit::Passage;
use crate::routes::candidate::Candidate;
use crate::routes::tried::Tried;
use wslint_model::way::{End, Run};
use wslint_model::{Answer, Cause, Facts, Known, Origin, Question, Request, Role};

/// The answers of one route as far as one run tells them.
pub(super) struct RouteFacts<'a, 'p> {
    pub(super) model: &'a Model<'p>,
    pub(super) tried: &'a Tried<'a, 'p>,
    /// The number of the run.
    pub(super) number: usize,
    pub(super) passage: &'a Passage,
    /// Whether those questions are answered too that no rule asks.
    pub(super) details: bool,
    pub(super) facts: Facts,
}

impl<'a, 'p> RouteFacts<'a, 'p> {
    pub(super) fn tell<T: Answer>(
        &mut self,
        question: &'static Question<T>,
        answer: impl Into<Known<T>>,
        cause: Cause,
    ) {
        self.facts.answer(question, answer, cause);
    }

    /// Tells an answer whose cause is one line.
    pub(super) fn tell_line<T: Answer>(&mut self, question: &'static Question<T>, answer: T, line: Line) {
        let cause = self.set_by(line);
        self.tell(question, answer, cause);
    }

    /// Tells an answer that no line decides.
    pub(super) fn tell_default<T: Answer>(&mut self, question: &'static Question<T>, answer: T) {
        let cause = self.default();
        self.tell(question, answer, cause);
    }

    /// The cause of a value that a line sets at or above the route's own level.
    pub(super) fn set_by(&self, line: Line) -> Cause {
        cause::set_by(self.model, self.level(), line)
    }

    /// The cause of a value that several lines of one list set.
    pub(super) fn of_lines(&self, lines: &[Line]) -> Cause {
        cause::set_by_all(self.model, self.level(), lines)
    }

    /// The cause of a value that no line sets, in the words of the line that would, and of what nginx takes instead.
    pub(super) fn unset(&self, setting: &str, instead: &str) -> Cause {
        let config = self.model.config();
        let words = format!("no `{setting}` is in force here, so nginx sends {instead}");
        let site = config.opener_site(self.level());
        Cause::at(Origin::Default(self.model.version()), site, Role::Says(words))
    }

    pub(super) fn default(&self) -> Cause {
        cause::by_default(self.model)
    }

    /// A cause at a line, in words.
    pub(super) fn says(&self, line: Line, words: &str) -> Cause {
        cause::says(self.model, line, words)
    }

    pub(super) fn candidate(&self) -> &'a Candidate<'p> {
        self.tried.candidate
    }

    /// The run.
    pub(super) fn run(&self) -> &'a Run {
        &self.tried.runs.results[self.number]
    }

    /// The location, or the server, in force at the end.
    pub(super) fn level(&self) -> ContextId {
        self.model.config().proper_level(self.passage.level)
    }

    /// Whether the handshake comes to an upstream in the end.
    pub(super) fn is_sent(&self) -> bool {
        matches!(self.run().last().end, End::Sent(_))
    }

    /// The way of another request of the same client, where it is certain.
    pub(super) fn beside(&self, request: Request) -> Option<Passage> {
        self.tried.beside(self.model, self.number, request)
    }

    /// The same for one that goes to the location which its path selects.
    pub(super) fn by_path(&self, request: Request) -> Option<Passage> {
        self.tried.by_path(self.model, self.number, request)
    }
}
