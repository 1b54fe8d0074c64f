//! Following one request through the phases: server, location, rewrite, access, `try_files`, content, `error_page`.
//!
//! The lines that decide are noted as steps. Where the config does not tell what happens, the oracle is asked; what the
//! files of the machine decide is answered as for a path without a file.

use super::access::{Access, Subrequest};
use super::exit::{Answer, AnswerKind, Exit, Pass};
use super::follower::{Follower, Start, Turn};
use super::mirror::Mirror;
use super::rewrite::Script;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::pattern::{self, Match};
use crate::config::{ContextId, ContextKind};
use crate::variables::state::State;
use wslint_model::Known;

/// Internal redirects that nginx follows for one request (`NGX_HTTP_MAX_URI_CHANGES`).
const MAX_REDIRECTS: usize = 10;

impl Follower<'_, '_, '_> {
    /// Follows a request from the server on.
    pub(crate) fn find_and_run(&mut self, state: &mut State) -> Exit {
        self.run(state, Start::Server)
    }

    /// What becomes of a request that was handed to an upstream of which no server is in use: 502, or what
    /// `error_page` makes of that.
    pub(crate) fn without_server(&mut self, pass: Pass) -> Exit {
        let mut state = pass.state;
        let answer = Answer::error(502, pass.line);
        match self.taken_over(&mut state, &answer) {
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
        if let Script::Answered(exit) = self.run_server_script(state) {
            return exit;
        }
        (state.uri, state.original_target, state.internal) = uri;
        if let Some(LocationKind::Pattern { expression, ignore_case }) =
            self.model().config().location_kind(location)
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
    fn run_on(&mut self, state: &mut State, start: Start, error_redirected: bool) -> Exit {
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
            let redirected = if error_redirected { None } else { self.taken_over(state, &answer) };
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
        let (status, line) = (Known::Known(500), self.redirected.or(self.rewritten));
        if let Some(line) = line {
            self.step("redirect", Some(line), "leads in a circle, which nginx gives up");
        }
        Exit::Answered(Answer { status, kind: AnswerKind::Error, line, target: None })
    }

    /// The end of a request that is refused before its phases begin, by a status that `error_page` may look for.
    pub(crate) fn refuse_early(&mut self, state: &mut State, status: u16, answer: Answer) -> Exit {
        match self.error_page(state, status) {
            None => Exit::Answered(answer),
            Some(Turn::Exit(exit)) => exit,
            Some(Turn::Again(start)) => self.run_on(state, start, true),
        }
    }

    fn phases(&mut self, state: &mut State, start: Start) -> Turn {
        if start == Start::Server {
            state.level = state.server;
            if let Script::Answered(exit) = self.run_server_script(state) {
                return Turn::Exit(exit);
            }
        }
        if start != Start::Here
            && let Some(exit) = self.find_location(state)
        {
            return Turn::Exit(exit);
        }
        let level = state.level;
        let is_location = self.model().config().context(level).kind == ContextKind::Location;
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
        let refused = match self.check_access(state) {
            Access::Open => None,
            Access::Refused(exit) => Some(exit),
            Access::Asks(subrequest) => self.follow_subrequest(state, *subrequest),
        };
        if let Some(exit) = refused {
            return Turn::Exit(exit);
        }
        if let Some(turn) = self.try_files(state) {
            return turn;
        }
        for Mirror { line, state: mut copy } in self.mirrors(state) {
            let exit = self.aside(|aside| aside.find_and_run(&mut copy));
            self.note_mirror(line, exit);
        }
        Turn::Exit(match self.content(state) {
            Some(exit) => exit,
            None if self.index_is_passed_on(state) => Exit::Unknown,
            None => self.file(state),
        })
    }

    /// Follows the subrequest of `auth_request` as far as the config answers it itself.
    fn follow_subrequest(&mut self, state: &mut State, mut subrequest: Subrequest) -> Option<Exit> {
        // Its steps and locations would only confuse.
        let (steps, chosen) = (self.steps.clone(), self.chosen.clone());
        let (rewritten, redirected) = (self.rewritten, self.redirected);
        let exit = self.find_and_run(&mut subrequest.state);
        (self.steps, self.chosen) = (steps, chosen);
        (self.rewritten, self.redirected) = (rewritten, redirected);
        self.take_answer(state, subrequest, &exit)
    }

    /// Whether a folder is asked for and an index file of it, if there is one, would be passed on: nginx redirects to it.
    fn index_is_passed_on(&self, state: &State) -> bool {
        let config = self.model().config();
        let Some(folder) = state.path().filter(|path| path.ends_with('/') && !state.internal) else {
            return false;
        };
        let lines = config.list(state.level, Directive::Index).lines;
        let written: Vec<_> =
            lines.iter().flat_map(|&line| config.args(line)).filter_map(Known::known).collect();
        let default = || vec!["index.html".into()];
        let names = if written.is_empty() { default() } else { written };
        names.iter().filter(|name| !name.contains('$')).any(|name| {
            let mut index = state.clone();
            let path = if name.starts_with('/') { name.to_string() } else { format!("{folder}{name}") };
            index.redirect(path, state.args.clone());
            self.aside(|aside| matches!(aside.find_and_run(&mut index), Exit::Passed(_)))
        })
    }

    /// What takes an answer over, where the config says of its status what does.
    fn taken_over(&mut self, state: &mut State, answer: &Answer) -> Option<Turn> {
        match answer.status {
            Known::Unknown if answer.kind == AnswerKind::Static && self.missing_file_is_passed_on(state) => {
                Some(Turn::Exit(Exit::Unknown))
            }
            Known::Unknown => None,
            Known::Known(status) => self.error_page(state, status),
        }
    }

    /// Whether `error_page` hands the request on where a file that may be there is not.
    fn missing_file_is_passed_on(&self, state: &State) -> bool {
        let mut state = state.clone();
        self.aside(|aside| match aside.error_page(&mut state, 404) {
            Some(Turn::Again(start)) => matches!(aside.run_on(&mut state, start, true), Exit::Passed(_)),
            _ => false,
        })
    }

    /// Lua may assign any variable that the config does.
    fn forget_what_lua_sets(&self, state: &mut State) {
        if self.model().config().outwards(state.level).any(|(_, context)| context.runs_lua) {
            for name in self.model().assigned() {
                state.assign(name, Known::Unknown);
            }
        }
    }
}
