//! The phase that finds the location: what it means for a request which one its path selects.

use super::exit::{Answer, AnswerKind, Exit};
use super::follower::Follower;
use super::select::Selected;
use crate::config::ContextId;
use crate::config::inherit::Scalar;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::variables::state::State;
use wslint_model::Known;
use wslint_model::length::shortened;

impl Follower<'_, '_, '_> {
    /// Notes that the request went through a location.
    pub(super) fn note_location(&mut self, level: ContextId) {
        if !self.chosen.contains(&level) {
            self.chosen.push(level);
        }
    }

    /// Chooses the location. `Some` is an answer.
    pub(super) fn find_location(&mut self, state: &mut State) -> Option<Exit> {
        let config = self.model().config();
        match self.select_location(state) {
            Selected::Location { level, unsure } => {
                let line = config.context(level).opener;
                let why = match config.location_kind(level) {
                    Some(LocationKind::Exact(_)) => "equals the path",
                    Some(LocationKind::Pattern { .. }) => "the first regular expression that matches",
                    _ => "the longest match for",
                };
                self.step("location", line, format_args!("{why} `{}`", shortened(state.told_path())));
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
                    format_args!("no location matches `{}`", shortened(state.told_path())),
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
                self.step("limit_except", Some(line), format_args!("holds for `{}`", shortened(asked)));
                self.note_location(state.level);
                state.level = block;
            }
        }
        None
    }

    /// Whether a location that is not at hand takes the request away from one that is.
    fn unseen_takes(&mut self, unsure: Option<ContextId>) -> bool {
        let Some(level) = unsure else { return false };
        let line = self.model().locations(level).unseen;
        let words = line.map_or_else(|| "location …".to_owned(), |line| self.model().config().quoted(line));
        let taken = self.oracle.guess(&words);
        if taken {
            self.step("unknown", line, "a location that is not at hand takes the request");
        }
        taken
    }

    /// An `internal` location is no location for a client's own request.
    fn hidden_from_clients(&self, state: &State) -> Option<Exit> {
        let Scalar::Set(line, _) = self.model().config().scalar(state.level, Directive::Internal) else {
            return None;
        };
        (!state.internal).then(|| Exit::Answered(Answer::new(404, AnswerKind::Internal, line)))
    }
}
