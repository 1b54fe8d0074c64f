//! Who follows one request: what it looks things up in, whom it asks, and what it notes on the way.

use std::fmt::Display;

use super::exit::{Auth, Exit, Pass};
use super::scripts::Scripts;
use crate::config::{ContextId, Line};
use crate::model::Model;
use wslint_model::way::{Oracle, Step, Steps};

/// Follows one request and notes the way.
#[derive(Debug)]
pub(crate) struct Follower<'m, 'p, 'o> {
    model: &'m Model<'p>,
    pub(crate) oracle: &'o mut Oracle,
    pub(crate) steps: Steps,
    /// The `rewrite` that changed the path last.
    pub(crate) rewritten: Option<Line>,
    /// The `try_files` or `error_page` that sent it on inside nginx last.
    pub(crate) redirected: Option<Line>,
    /// The locations that were chosen on the way, each once.
    pub(crate) chosen: Vec<ContextId>,
    pub(crate) auth: Option<Auth>,
    /// What `mirror` passes the client's upgrade to, with its line.
    pub(super) copies: Vec<(Line, Box<Pass>)>,
    /// What the scripts of servers come to, where somebody follows many requests.
    pub(super) scripts: Option<&'m Scripts>,
}

/// Where the phases begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Server,
    Location,
    /// In the level that has been set: a named location.
    Here,
}

/// What a run of the phases leads to.
pub(crate) enum Turn {
    Exit(Exit),
    Again(Start),
}

impl<'m, 'p, 'o> Follower<'m, 'p, 'o> {
    pub(crate) fn new(model: &'m Model<'p>, oracle: &'o mut Oracle) -> Self {
        Self {
            model,
            oracle,
            steps: Steps::default(),
            rewritten: None,
            redirected: None,
            chosen: Vec::new(),
            auth: None,
            copies: Vec::new(),
            scripts: None,
        }
    }

    /// The same where it may be known already what the scripts of servers come to.
    pub(crate) fn knowing(self, scripts: Option<&'m Scripts>) -> Self {
        Self { scripts, ..self }
    }

    pub(crate) fn model(&self) -> &'m Model<'p> {
        self.model
    }

    /// Follows something beside the request: its steps are not those of the request, and what it cannot decide starts
    /// no run.
    pub(crate) fn aside<T>(&self, follow: impl FnOnce(&mut Follower<'_, '_, '_>) -> T) -> T {
        let mut oracle = self.oracle.aside();
        follow(&mut Follower::new(self.model, &mut oracle))
    }
    /// Notes a step.
    pub(crate) fn step(&mut self, what: &'static str, line: Option<Line>, note: impl Display) {
        if self.oracle.tells_steps() {
            let site = line.map(|line| self.model().config().site(line));
            self.steps.push(Step { what, site, note: note.to_string() });
        }
    }

    /// Takes something for granted that the config does not say.
    pub(crate) fn assume(&mut self, words: &str, line: Line) {
        let site = self.model().config().site(line);
        self.oracle.assume(words, Some(site));
    }
}
