//! The tables behind the handshake's headers: which entry gives a value, and which of several tables counts.

use super::route::RouteFacts;
use crate::config::Line;
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header::{self, Sent};
use crate::variables::decision::Decision;
use crate::variables::evaluate::decide;
use crate::variables::template;
use wslint_model::length::shortened;
use wslint_model::{Browser, Cause, Known, Origin, Role};

impl RouteFacts<'_, '_> {
    /// Whether the value depends on the client's own `Connection`, in which browsers differ.
    pub(super) fn looks_at_connection(&self, sent: &Sent) -> bool {
        let config = self.model.config();
        sent.lines.iter().any(|&line| {
            let text = config.known_arg(line, 1).unwrap_or_default();
            template::variables(&text).iter().any(|name| {
                let table = self.model.tables().of(name);
                let source = table.and_then(|table| config.known_arg(table.line, 0));
                name == "http_connection" || source.is_some_and(|source| source != "$http_upgrade")
            })
        })
    }

    /// The cause of a value that comes from a map: the entry that gives it, the map, and the line that uses it.
    pub(super) fn table_cause(&self, sent: &Sent, pass: &Pass, browser: Option<Browser>) -> Option<Cause> {
        let &[line] = sent.lines.as_slice() else { return None };
        let config = self.model.config();
        let variable = template::sole_variable(&config.known_arg(line, 1)?)?;
        let table = self.model.tables().of(&variable)?;
        let other = browser.and_then(|browser| self.beside(self.candidate().handshake(browser)));
        let state = other.as_ref().and_then(|passage| passage.pass()).map_or(&pass.state, |pass| &pass.state);
        let Decision { entry, value } = decide(self.model, table, state);
        let Known::Known(value) = value else { return None };
        let value = shortened(&value);
        let said = match browser {
            Some(_) => format!("gives `{value}` for Firefox's handshake"),
            None => format!("gives `{value}` for a handshake"),
        };
        let site = config.site(entry.unwrap_or(table.line));
        let cause = Cause::at(Origin::Derived, site, Role::Says(said));
        Some(cause.and(config.site(line), Role::Says("used here".to_owned())))
    }

    /// Several maps that feed the variable of a handshake header: the last one wins.
    pub(super) fn tell_rivals(&mut self, pass: &Pass) {
        let config = self.model.config();
        let set = header::lines(self.model, pass.state.level);
        let variable = |&line: &Line| template::sole_variable(&config.known_arg(line, 1)?);
        let variables: Vec<String> = set.asking.iter().filter_map(variable).collect();
        if variables.is_empty() {
            return;
        }
        let rivals = self.model.tables().losers.iter().find(|(loser, variable)| {
            let winner = self.model.tables().of(variable).map(|table| table.line);
            variables.contains(variable) && winner.is_some_and(|winner| !self.same_entries(*loser, winner))
        });
        let Some((loser, variable)) = rivals else { return };
        let Some(winner) = self.model.tables().of(variable) else { return };
        let cause =
            Cause::at(Origin::Derived, config.site(winner.line), Role::Says("this one wins".to_owned()))
                .and(config.site(*loser), Role::Says("this one has no effect".to_owned()));
        self.tell(&questions::MAP_RIVALS, true, cause);
    }

    fn same_entries(&self, one: Line, other: Line) -> bool {
        let config = self.model.config();
        let entries = |table: Line| -> Vec<String> {
            let block = table.block.map(|block| &config.context(block).lines);
            block.into_iter().flatten().map(|&line| config.quoted(line)).collect()
        };
        entries(one) == entries(other) && config.quoted(one) == config.quoted(other)
    }
}
