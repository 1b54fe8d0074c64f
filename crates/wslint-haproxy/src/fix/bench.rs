//! What recipes work with.

use crate::config::Config;
use crate::statement::Statement;
use wslint_model::{Answer, Project, Question, Route, Site};

/// What a recipe works with.
pub(crate) struct Bench<'b, 'p> {
    /// The configuration.
    pub(crate) config: &'b Config<'p>,
    /// The files.
    pub(crate) project: &'p Project,
}

impl<'b, 'p> Bench<'b, 'p> {
    /// The line that decides the answer to a question.
    pub(super) fn cause<T: Answer>(
        &self,
        route: &Route,
        question: &'static Question<T>,
    ) -> Option<&'b Statement<'p>> {
        self.at(route.facts.fact(question)?.cause.marks.first()?.site).filter(|line| !line.undecided)
    }

    /// The statement at a place. Only the statements of the section that holds the place are looked at: a finding asks
    /// for each of its causes, and a configuration may have thousands of both.
    pub(super) fn at(&self, site: Site) -> Option<&'b Statement<'p>> {
        let config = self.config;
        let holds = |statement: &Statement<'_>| {
            statement.file == site.file
                && statement.span.start <= site.span.start
                && site.span.end <= statement.span.end
        };
        let section = config.section_at(site);
        let header = section.map(|id| &config.proxy(id).header).filter(|header| holds(header));
        let line = || config.line_at(section?, site);
        header.or_else(line).or_else(|| config.global.iter().find(|statement| holds(statement)))
    }
}
