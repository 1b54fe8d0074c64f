//! The access phase: `allow` and `deny`, `auth_basic`, `auth_request`.

use super::exit::{Answer, AnswerKind, Auth, Exit};
use super::follower::Follower;
use crate::config::Line;
use crate::config::admission::{self, Admission};
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::variables::state::State;
use wslint_model::Known;
use wslint_model::length::shortened;

/// What the access phase comes to.
pub(super) enum Access {
    /// The request goes on.
    Open,
    /// It is refused.
    Refused(Exit),
    /// The answer to a subrequest decides.
    Asks(Box<Subrequest>),
}

/// The subrequest of an `auth_request`.
pub(super) struct Subrequest {
    pub(super) line: Line,
    /// The request as it is when it begins.
    pub(super) state: State,
}

impl Follower<'_, '_, '_> {
    /// Runs the access phase, which subrequests skip.
    pub(super) fn check_access(&mut self, state: &State) -> Access {
        if state.subrequest {
            return Access::Open;
        }
        let config = self.model().config();
        let any = match config.scalar(state.level, Directive::Satisfy) {
            Scalar::Set(line, _) => config.known_arg(line, 0).is_some_and(|value| value == "any"),
            _ => false,
        };
        let denied =
            |status, line| Access::Refused(Exit::Answered(Answer::new(status, AnswerKind::Denied, line)));
        let by_address = self.check_address(state);
        if any && matches!(by_address, Verdict::Allowed(true)) {
            return Access::Open;
        }
        let by_password = self.check_password(state);
        if any {
            // One permission is enough; where the config alone grants none, it depends on who asks.
            return match (by_address, by_password) {
                (Verdict::Denied(_, line), Verdict::Denied(status, _)) => denied(status, line),
                (Verdict::Denied(status, line), Verdict::Allowed(false)) if self.asks_nobody(state) => {
                    denied(status, line)
                }
                (Verdict::Open(line) | Verdict::Denied(_, line), _) => {
                    self.assume_admitted(line);
                    Access::Open
                }
                _ => Access::Open,
            };
        }
        for verdict in [by_address, by_password] {
            match verdict {
                Verdict::Allowed(_) => {}
                Verdict::Open(line) => self.assume_admitted(line),
                Verdict::Denied(status, line) => return denied(status, line),
            }
        }
        self.subrequest(state).map_or(Access::Open, |subrequest| Access::Asks(Box::new(subrequest)))
    }

    /// Whom a line refuses is not what the others meet.
    fn assume_admitted(&mut self, line: Line) {
        let words = format!("`{}` does not refuse the client", self.model().config().headline(line));
        self.assume(&words, line);
    }

    /// What `allow` and `deny` say.
    fn check_address(&self, state: &State) -> Verdict {
        let model = self.model();
        let config = model.config();
        let admission = match state.client {
            Some(_) => Admission::of(config, &config.lists(state.level, &admission::LIST), state.client),
            None => model.admission_of_unknown(state.level),
        };
        match admission {
            Admission::Allowed(said) => Verdict::Allowed(said),
            Admission::Denied(line) => Verdict::Denied(403, line),
            Admission::Open(line) => Verdict::Open(line),
        }
    }

    fn check_password(&self, state: &State) -> Verdict {
        let config = self.model().config();
        match config.scalar(state.level, Directive::AuthBasic) {
            Scalar::Set(line, _) => match config.known_arg(line, 0).as_deref() {
                Some("off") => Verdict::Allowed(false),
                Some(_) if state.header("Authorization") == Known::Known(String::new()) => {
                    Verdict::Denied(401, line)
                }
                // Credentials that were given on purpose are taken for good ones.
                Some(_) => Verdict::Allowed(true),
                None => Verdict::Open(line),
            },
            _ => Verdict::Allowed(false),
        }
    }

    /// Whether no `auth_request` is in force.
    fn asks_nobody(&self, state: &State) -> bool {
        let config = self.model().config();
        match config.scalar(state.level, Directive::AuthRequest) {
            Scalar::Set(line, _) => config.known_arg(line, 0).is_some_and(|uri| uri == "off"),
            Scalar::Default => true,
            Scalar::Unknown => false,
        }
    }

    /// The subrequest that `auth_request` starts.
    fn subrequest(&mut self, state: &State) -> Option<Subrequest> {
        let config = self.model().config();
        let Scalar::Set(line, _) = config.scalar(state.level, Directive::AuthRequest) else { return None };
        let uri = config.known_arg(line, 0)?;
        if uri == "off" {
            return None;
        }
        self.step("auth_request", Some(line), format_args!("`{}` is asked first", shortened(&uri)));
        let mut subrequest = state.clone();
        subrequest.redirect(uri.to_string(), Known::Known(String::new()));
        subrequest.subrequest = true;
        subrequest.level = state.server;
        Some(Subrequest { line, state: subrequest })
    }

    /// What the end of a subrequest means for its request. A program that is asked is taken to let the client in.
    pub(super) fn take_answer(
        &mut self,
        state: &mut State,
        Subrequest { line, state: subrequest }: Subrequest,
        exit: &Exit,
    ) -> Option<Exit> {
        // Captures belong to the subrequest alone. Variables are shared: what the server sets is set again for the
        // subrequest, over what the location had set.
        state.variables = subrequest.variables;
        state.pending = subrequest.pending;
        let leaks = matches!(exit, Exit::Passed(pass) if pass.upgrade_reaches(self.model()) == Some(true));
        match exit {
            Exit::Answered(Answer { status: Known::Known(200..=299), .. }) => {}
            Exit::Answered(Answer { status: Known::Known(status), line: decides, .. }) => {
                let status = if matches!(status, 401 | 403) { *status } else { 500 };
                let decides = decides.unwrap_or(line);
                return Some(Exit::Answered(Answer::new(status, AnswerKind::Denied, decides)));
            }
            Exit::Unknown => {}
            _ => {
                let uri = self.model().config().known_arg(line, 0).unwrap_or_default();
                self.assume(&format!("`auth_request {}` lets the client in", shortened(&uri)), line);
            }
        }
        self.auth = Some(Auth { line, leaks, unseen: matches!(exit, Exit::Unknown) });
        None
    }
}

enum Verdict {
    /// The request passes; `true` where a line says so.
    Allowed(bool),
    /// This line refuses it with this status.
    Denied(u16, Line),
    /// It depends on who asks.
    Open(Line),
}
