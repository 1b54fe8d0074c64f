//! The route that a recipe is to fix, and what recipes ask of it.

use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::refusal::Refusal;
use wslint_model::{Answer, Facts, Question};

/// A route that is to be fixed.
pub(super) struct Fixer<'a, 'p> {
    pub(super) model: &'a Model<'p>,
    /// Why nginx would not load the config, if it would not.
    pub(super) refusal: Option<&'a Refusal>,
    pub(super) facts: &'a Facts,
    /// The location, or the server, whose directives are in force.
    pub(super) level: ContextId,
    /// The `proxy_pass` that hands its requests on.
    pub(super) pass: Option<Line>,
}

impl Fixer<'_, '_> {
    /// The line that the first mark of an answer's cause stands at.
    pub(super) fn cause_line<T: Answer>(&self, question: &'static Question<T>) -> Option<Line> {
        self.model.config().line_at(self.facts.fact(question)?.cause.marks.first()?.site)
    }

    /// The `proxy_set_header` lines that an answer's cause names: those that set the header it is about.
    pub(super) fn header_lines<T: Answer>(&self, question: &'static Question<T>) -> Vec<Line> {
        let marks = self.facts.fact(question).map_or(&[][..], |fact| &fact.cause.marks);
        let lines = marks.iter().filter_map(|mark| self.model.config().line_at(mark.site));
        lines.filter(|line| line.name == Some(Directive::ProxySetHeader)).collect()
    }

    /// The line that the first mark stands at of the cause of this very answer.
    pub(super) fn line_of<T: Answer + PartialEq>(
        &self,
        question: &'static Question<T>,
        answer: T,
    ) -> Option<Line> {
        self.facts.value(question).filter(|given| *given == answer).and_then(|_| self.cause_line(question))
    }

    /// Whether a line stands at the route's own level and in the file of that level, so that editing it touches
    /// nothing else.
    pub(super) fn is_own(&self, line: Line) -> bool {
        let config = self.model.config();
        let context = config.context(self.level);
        let same_file = context.opener.is_none_or(|opener| opener.file == line.file);
        same_file && config.holds(self.level, line)
    }
}
