//! The steps of a trace: each line that decides something, and what it decides.

use super::exit::{Answer, Exit};
use super::follower::Follower;
use super::header;
use crate::config::Line;
use crate::variables::evaluate::decide;
use crate::variables::state::State;
use crate::variables::template;
use wslint_model::Known;
use wslint_model::length::shortened;

/// The headers whose making a trace tells of.
const TOLD_HEADERS: [&str; 3] = ["Host", "Upgrade", "Connection"];

impl Follower<'_, '_, '_> {
    /// Notes the line that ends the request, unless the last step did.
    pub(crate) fn note_exit(&mut self, exit: &Exit, line: Line) {
        if !self.oracle.tells_steps() {
            return;
        }
        let site = self.model().config().site(line);
        if self.steps.as_slice().last().is_some_and(|step| step.site == Some(site)) {
            return;
        }
        let note = match exit {
            Exit::Answered(Answer { status: Known::Known(status), target: Some(target), .. }) => {
                format!("answers {status}: `{}`", shortened(target))
            }
            Exit::Answered(Answer { status: Known::Known(status), .. }) => format!("answers {status}"),
            Exit::Answered(_) => "answers".to_owned(),
            _ => "closes the connection".to_owned(),
        };
        let redirects = matches!(exit, Exit::Answered(Answer { target: Some(_), .. }));
        let what = if redirects { "redirect" } else { line.name.map_or("answer", |name| name.spec().name) };
        self.step(what, Some(line), note);
    }

    /// Notes the entries of `map` and its like that give the variables of a text their values.
    pub(crate) fn note_tables(&mut self, text: &str, state: &State) {
        if !self.oracle.tells_steps() {
            return;
        }
        for name in template::variables(text) {
            let Some(table) =
                self.model().tables().of(&name).filter(|_| state.variables.get(&name).is_none())
            else {
                continue;
            };
            let decision = decide(self.model(), table, state);
            let Known::Known(value) = decision.value else { continue };
            let what = table.line.name.map_or("map", |name| name.spec().name);
            self.step(
                what,
                decision.entry.or(Some(table.line)),
                format_args!("`${}` is `{}`", shortened(&name), shortened(&value)),
            );
        }
    }

    /// Notes the tables behind the headers that make a handshake.
    pub(crate) fn note_header_tables(&mut self, state: &State) {
        if !self.oracle.tells_steps() {
            return;
        }
        let set = header::lines(self.model(), state.level);
        for header in TOLD_HEADERS {
            for line in set.of(header).0 {
                if let Some(value) = self.model().config().known_arg(line, 1) {
                    self.note_tables(&value, state);
                }
            }
        }
    }
}
