//! Following one request through the phases: server, location, rewrite, access, `try_files`, content, `error_page`.
//!
//! The lines that decide are noted as steps. Where the config does not tell what happens, the oracle is asked; what the
//! files of the machine decide is answered as for a path without a file.

use super::exit::{Answer, AnswerKind, Auth, Exit, Pass};
use super::rewrite::Script;
use super::select::Selected;
use super::state::State;
use crate::config::inherit::Scalar;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::pattern::{self, Match};
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use wslint_model::Known;
use wslint_model::length::shortened;
use wslint_model::way::{Oracle, Steps};

/// Internal redirects that nginx follows for one request (`NGX_HTTP_MAX_URI_CHANGES`).
const MAX_REDIRECTS: usize = 10;

/// Follows one request and notes the way.
#[derive(Debug)]
pub(crate) struct Follower<'m, 'p, 'o> {
    model: &'m Model<'p>,
    pub(crate) oracle: &'o mut Oracle,
    pub(crate) steps: Steps,
    /// The `rewrite` that changed the path last.
    pub(crate) rewritten: Option<Line>,
    /// The locations that were chosen on the way, each once.
    pub(crate) chosen: Vec<ContextId>,
    pub(crate) auth: Option<Auth>,
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
        Self { model, oracle, steps: Steps::default(), rewritten: None, chosen: Vec::new(), auth: None }
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

    /// Follows a request from the server on.
    pub(crate) fn find_and_run(&mut self, state: &mut State) -> Exit {
        self.run(state, Start::Server)
    }

    /// What becomes of a request that was handed to an upstream of which no server is in use: 502, or what
    /// `error_page` makes of that.
    pub(crate) fn without_server(&mut self, pass: Pass) -> Exit {
        let mut state = pass.state;
        let answer = Answer::error(502, pass.line);
        match self.error_page(&mut state, &answer) {
            None => Exit::Answered(answer),
            Some(Turn::Exit(exit)) => exit,
            Some(Turn::Again(start)) => self.run_on(&mut state, start, true),
        }
    }

    /// Follows a request from inside a location on, as if its path had selected that: what the server rewrites first
    /// is taken into account unless it moves the path.
    pub(crate) fn run_in(&mut self, state: &mut State, location: ContextId) -> Exit {
        state.level = state.server;
        let uri = (state.uri.clone(), state.original_target, state.internal);
        if let Script::Answered(exit) = self.run_script(state, state.server) {
            return exit;
        }
        (state.uri, state.original_target, state.internal) = uri;
        if let Some(LocationKind::Pattern { expression, ignore_case }) =
            self.model.config().location_kind(location)
            && let Some(path) = state.path()
            && let Match::Yes(captures) = pattern::matches(&expression, ignore_case, path)
        {
            state.take(captures);
        }
        state.level = location;
        self.run(state, Start::Here)
    }

    /// Runs the phases until something answers. One `error_page` is followed for a request, and no second.
    fn run(&mut self, state: &mut State, start: Start) -> Exit {
        self.run_on(state, start, false)
    }

    /// The same for a request that an `error_page` may have redirected already.
    pub(crate) fn run_on(&mut self, state: &mut State, start: Start, error_redirected: bool) -> Exit {
        let mut start = start;
        let mut error_redirected = error_redirected;
        for _ in 0..=MAX_REDIRECTS {
            let exit = match self.phases(state, start) {
                Turn::Again(next) => {
                    start = next;
                    continue;
                }
                Turn::Exit(exit) => exit,
            };
            if let Exit::Answered(Answer { line: Some(line), .. }) | Exit::Closed { line: Some(line), .. } =
                exit
            {
                self.note_exit(&exit, line);
            }
            let Exit::Answered(mut answer) = exit else { return exit };
            let success = matches!(answer.status, Known::Known(status) if status < 300);
            if answer.kind == AnswerKind::ReturnText || (answer.kind == AnswerKind::Return && success) {
                answer.status = state.forced_status.map_or(answer.status, Known::Known);
                return Exit::Answered(answer);
            }
            let redirected = if error_redirected { None } else { self.error_page(state, &answer) };
            let exit = Exit::Answered(answer);
            match redirected {
                None => return exit,
                Some(Turn::Exit(exit)) => return exit,
                Some(Turn::Again(next)) => {
                    error_redirected = true;
                    start = next;
                }
            }
        }
        let status = Known::Known(500);
        Exit::Answered(Answer { status, kind: AnswerKind::Error, line: None, target: None })
    }

    fn phases(&mut self, state: &mut State, start: Start) -> Turn {
        if start == Start::Server {
            state.level = state.server;
            if let Script::Answered(exit) = self.run_script(state, state.server) {
                return Turn::Exit(exit);
            }
        }
        if start != Start::Here
            && let Some(exit) = self.find_location(state)
        {
            return Turn::Exit(exit);
        }
        let level = state.level;
        let is_location = self.model.config().context(level).kind == ContextKind::Location;
        if is_location {
            self.note_location(level);
            match self.run_script(state, level) {
                Script::Answered(exit) => return Turn::Exit(exit),
                Script::Done { moved: true } => {
                    state.prefix_counts = true;
                    return Turn::Again(Start::Location);
                }
                Script::Done { moved: false } => {}
            }
        }
        self.forget_what_lua_sets(state);
        if let Some(exit) = self.check_access(state) {
            return Turn::Exit(exit);
        }
        if let Some(turn) = self.try_files(state) {
            return turn;
        }
        Turn::Exit(self.content(state))
    }

    fn note_location(&mut self, level: ContextId) {
        if !self.chosen.contains(&level) {
            self.chosen.push(level);
        }
    }

    /// Lua may assign any variable that the config does.
    fn forget_what_lua_sets(&self, state: &mut State) {
        if self.model.config().outwards(state.level).any(|(_, context)| context.runs_lua) {
            for name in self.model.assigned() {
                state.assign(name, Known::Unknown);
            }
        }
    }

    /// Chooses the location. `Some` is an answer.
    fn find_location(&mut self, state: &mut State) -> Option<Exit> {
        let config = self.model.config();
        match self.select_location(state) {
            Selected::Location { level, unsure } => {
                let line = config.context(level).opener;
                let why = match config.location_kind(level) {
                    Some(LocationKind::Exact(_)) => "equals the path",
                    Some(LocationKind::Pattern { .. }) => "the first regular expression that matches",
                    _ => "the longest match for",
                };
                self.step("location", line, &format!("{why} `{}`", shortened(state.told_path())));
                if self.unseen_takes(unsure) {
                    return Some(Exit::Unknown);
                }
                state.level = level;
            }
            Selected::SlashRedirect(level) => {
                state.level = level;
                self.note_location(level);
                if let Some(exit) = self.hidden_from_clients(state) {
                    return Some(exit);
                }
                let line = config.context(level).opener?;
                return Some(Exit::Answered(Answer {
                    status: Known::Known(301),
                    kind: AnswerKind::SlashRedirect,
                    line: Some(line),
                    target: state.with_query(&format!("{}/", state.told_path())).known(),
                }));
            }
            Selected::None { unsure } => {
                let line = config.context(state.server).opener;
                self.step(
                    "location",
                    line,
                    &format!("no location matches `{}`", shortened(state.told_path())),
                );
                if self.unseen_takes(unsure) {
                    return Some(Exit::Unknown);
                }
                state.level = state.server;
            }
            Selected::Unknown => return Some(Exit::Unknown),
        }
        if let Some(exit) = self.hidden_from_clients(state) {
            self.note_location(state.level);
            return Some(exit);
        }
        let limit = config.own_last(state.level, Directive::LimitExcept);
        if let Some((line, block)) = limit.and_then(|line| Some((line, line.block?))) {
            let Known::Known(asked) = &state.method else { return None };
            let allowed = config.args(line).into_iter().any(|method| match method {
                Known::Known(method) => {
                    method.eq_ignore_ascii_case(asked)
                        || (method.eq_ignore_ascii_case("GET") && asked == "HEAD")
                }
                Known::Unknown => true,
            });
            if !allowed {
                self.step("limit_except", Some(line), &format!("holds for `{}`", shortened(asked)));
                self.note_location(state.level);
                state.level = block;
            }
        }
        None
    }

    /// Whether a location that is not at hand takes the request away from one that is.
    fn unseen_takes(&mut self, unsure: Option<ContextId>) -> bool {
        let Some(level) = unsure else { return false };
        let line = self.model.locations(level).unseen;
        let words = line.map_or_else(|| "location …".to_owned(), |line| self.model.config().quoted(line));
        let taken = self.oracle.guess(&words);
        if taken {
            self.step("unknown", line, "a location that is not at hand takes the request");
        }
        taken
    }

    /// An `internal` location is no location for a client's own request.
    fn hidden_from_clients(&self, state: &State) -> Option<Exit> {
        let Scalar::Set(line, _) = self.model.config().scalar(state.level, Directive::Internal) else {
            return None;
        };
        (!state.internal).then(|| Exit::Answered(Answer::new(404, AnswerKind::Internal, line)))
    }
}
