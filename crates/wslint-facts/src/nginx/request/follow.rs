//! Following one request through the phases: server, location, rewrite, access, `try_files`, content, `error_page`.
//!
//! The lines that decide are noted as steps. Where it cannot be told what happens, the way that most requests take is
//! followed and the doubt is noted; what the files of the machine decide is answered as for a path without a file.

use super::end::{Answer, AnswerKind, AuthDoubt, Doubt, End, Passed};
use super::rewrite::Script;
use super::select::Selected;
use super::state::State;
use crate::length::{concat, shortened};
use crate::nginx::config::inherit::Scalar;
use crate::nginx::config::location::LocationKind;
use crate::nginx::config::names::Directive;
use crate::nginx::config::pattern::{self, Match};
use crate::nginx::config::{ContextId, ContextKind, Line};
use crate::nginx::model::Model;
use crate::trace::{Known, Steps};

/// Internal redirects that nginx follows for one request (`NGX_HTTP_MAX_URI_CHANGES`).
const MAX_REDIRECTS: usize = 10;

/// Follows one request and notes the way.
#[derive(Debug)]
pub(in crate::nginx) struct Follower<'m, 'p> {
    model: &'m Model<'p>,
    pub(in crate::nginx) steps: Steps,
    /// The `rewrite` that changed the path last.
    pub(in crate::nginx) rewritten: Option<Line>,
    pub(in crate::nginx) doubts: Vec<Doubt>,
    pub(in crate::nginx) auth: Option<AuthDoubt>,
    /// The servers that were passed through on the way to the last one.
    pub(in crate::nginx) hops: Vec<Passed>,
}

/// Where the phases begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nginx) enum Start {
    Server,
    Location,
    /// In the level that has been set: a named location.
    Here,
}

/// What a run of the phases leads to.
pub(in crate::nginx) enum Turn {
    End(End),
    Again(Start),
}

impl<'m, 'p> Follower<'m, 'p> {
    pub(in crate::nginx) fn new(model: &'m Model<'p>) -> Self {
        Self {
            model,
            steps: Steps::default(),
            rewritten: None,
            doubts: Vec::new(),
            auth: None,
            hops: Vec::new(),
        }
    }

    pub(in crate::nginx) fn model(&self) -> &'m Model<'p> {
        self.model
    }

    /// A follower whose steps are not those of the request.
    pub(in crate::nginx) fn aside(&self) -> Follower<'m, 'p> {
        Follower::new(self.model)
    }

    /// Follows a request from the server on.
    pub(in crate::nginx) fn find_and_run(&mut self, state: &mut State) -> End {
        self.run(state, Start::Server)
    }

    /// What becomes of a request that was handed to an upstream of which no server is in use: 502, or what
    /// `error_page` makes of that.
    pub(in crate::nginx) fn without_server(&mut self, passed: Passed) -> End {
        let mut state = passed.state;
        let answer = Answer::error(502, passed.pass);
        match self.error_page(&mut state, &answer) {
            None => End::Answered(answer),
            Some(Turn::End(end)) => end,
            Some(Turn::Again(start)) => self.run_on(&mut state, start, true),
        }
    }

    /// Follows a request from inside a location on, as if its path had selected that: what the server rewrites first
    /// is taken into account unless it moves the path.
    pub(in crate::nginx) fn run_in(&mut self, state: &mut State, location: ContextId) -> End {
        state.level = state.server;
        let uri = (state.uri.clone(), state.original_target, state.internal);
        if let Script::Answered(end) = self.run_script(state, state.server) {
            return end;
        }
        (state.uri, state.original_target, state.internal) = uri;
        if let Some(LocationKind::Pattern { expression, ignore_case }) =
            self.model.config().location_kind(location)
            && let Match::Yes(captures) = pattern::matches(&expression, ignore_case, &state.uri)
        {
            state.take(captures);
        }
        state.level = location;
        self.run(state, Start::Here)
    }

    /// Runs the phases until something answers. One `error_page` is followed for a request, and no second.
    fn run(&mut self, state: &mut State, start: Start) -> End {
        self.run_on(state, start, false)
    }

    /// The same for a request that an `error_page` may have redirected already.
    pub(in crate::nginx) fn run_on(
        &mut self,
        state: &mut State,
        start: Start,
        error_redirected: bool,
    ) -> End {
        let mut start = start;
        let mut error_redirected = error_redirected;
        for _ in 0..=MAX_REDIRECTS {
            let end = match self.phases(state, start) {
                Turn::Again(next) => {
                    start = next;
                    continue;
                }
                Turn::End(end) => end,
            };
            if let End::Answered(Answer { line: Some(line), .. }) | End::Closed(Some(line)) = end {
                self.note_end(&end, line);
            }
            let End::Answered(mut answer) = end else { return end };
            let success = matches!(answer.status, Known::Known(status) if status < 300);
            if answer.kind == AnswerKind::ReturnText || (answer.kind == AnswerKind::Return && success) {
                answer.status = state.forced_status.map_or(answer.status, Known::Known);
                return End::Answered(answer);
            }
            let redirected = if error_redirected { None } else { self.error_page(state, &answer) };
            let end = End::Answered(answer);
            match redirected {
                None => return end,
                Some(Turn::End(end)) => return end,
                Some(Turn::Again(next)) => {
                    error_redirected = true;
                    start = next;
                }
            }
        }
        End::Answered(Answer { status: Known::Known(500), kind: AnswerKind::Error, line: None, target: None })
    }

    fn phases(&mut self, state: &mut State, start: Start) -> Turn {
        if start == Start::Server {
            state.level = state.server;
            if let Script::Answered(end) = self.run_script(state, state.server) {
                return Turn::End(end);
            }
        }
        if start != Start::Here
            && let Some(end) = self.find_location(state)
        {
            return Turn::End(end);
        }
        let level = state.level;
        let is_location = self.model.config().context(level).kind == ContextKind::Location;
        if is_location {
            match self.run_script(state, level) {
                Script::Answered(end) => return Turn::End(end),
                Script::Done { moved: true } => {
                    state.prefix_counts = true;
                    return Turn::Again(Start::Location);
                }
                Script::Done { moved: false } => {}
            }
        }
        self.forget_what_lua_sets(state);
        if let Some(end) = self.check_access(state) {
            return Turn::End(end);
        }
        if let Some(turn) = self.try_files(state) {
            return turn;
        }
        Turn::End(self.content(state))
    }

    /// Lua may assign any variable that the config does.
    fn forget_what_lua_sets(&self, state: &mut State) {
        if self.model.config().outwards(state.level).any(|(_, context)| context.runs_lua) {
            for name in self.model.assigned() {
                state.variables.insert(name, Known::Unknown);
            }
        }
    }

    /// Chooses the location. `Some` is an answer.
    fn find_location(&mut self, state: &mut State) -> Option<End> {
        let config = self.model.config();
        match self.model.select_location(state) {
            Selected::Location { level, unsure } => {
                let line = config.context(level).opener;
                let why = match config.location_kind(level) {
                    Some(LocationKind::Exact(_)) => "equals the path",
                    Some(LocationKind::Pattern { .. }) => "the first regular expression that matches",
                    _ => "the longest match for",
                };
                self.step("location", line, &format!("{why} `{}`", shortened(&state.uri)));
                if let (true, Some(line)) = (unsure, line) {
                    self.doubt(Doubt { line, only_answers: false });
                }
                state.level = level;
            }
            Selected::SlashRedirect(level) => {
                state.level = level;
                if let Some(end) = self.hidden_from_clients(state) {
                    return Some(end);
                }
                let line = config.context(level).opener?;
                let target = match state.args.as_str() {
                    "" => concat([&state.uri, "/"]),
                    args => concat([&state.uri, "/?", args]),
                };
                return Some(End::Answered(Answer {
                    status: Known::Known(301),
                    kind: AnswerKind::SlashRedirect,
                    line: Some(line),
                    target,
                }));
            }
            Selected::None { unsure } => {
                let line = config.context(state.server).opener;
                self.step("location", line, &format!("no location matches `{}`", shortened(&state.uri)));
                if let (true, Some(line)) = (unsure, line) {
                    self.doubt(Doubt { line, only_answers: false });
                }
                state.level = state.server;
            }
            Selected::Unknown => return Some(End::Unknown),
        }
        if let Some(end) = self.hidden_from_clients(state) {
            return Some(end);
        }
        let limit = config.own_last(state.level, Directive::LimitExcept);
        if let Some((line, block)) = limit.and_then(|line| Some((line, line.block?))) {
            let allowed = config.args(line).into_iter().any(|method| match method {
                Known::Known(method) => {
                    method.eq_ignore_ascii_case(&state.method)
                        || (method.eq_ignore_ascii_case("GET") && state.method == "HEAD")
                }
                Known::Unknown => true,
            });
            if !allowed {
                self.step("limit_except", Some(line), &format!("holds for `{}`", shortened(&state.method)));
                state.level = block;
            }
        }
        None
    }

    /// An `internal` location is no location for a client's own request.
    fn hidden_from_clients(&self, state: &State) -> Option<End> {
        let Scalar::Set(line, _) = self.model.config().scalar(state.level, Directive::Internal) else {
            return None;
        };
        (!state.internal).then(|| End::Answered(Answer::new(404, AnswerKind::Internal, line)))
    }
}
