//! What no rule asks and people compare: headers of the configuration's own, and the shares and checks of servers.

use super::route::RouteFacts;
use crate::config::Line;
use crate::config::names::Directive;
use crate::config::upstream::{Member, Pool};
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header;
use wslint_model::{Cause, Origin, Role, answer};

/// How long a list is told. Longer ones are written by programs.
const MOST_TOLD: usize = 32;

impl RouteFacts<'_, '_> {
    /// The headers that the configuration sets besides, as it writes them.
    pub(super) fn tell_own_headers(&mut self, pass: &Pass) {
        if !self.details {
            return;
        }
        let config = self.model.config();
        let list = &header::lines(self.model, pass.state.level).list;
        if pass.directive != Directive::ProxyPass || list.open || list.lines.len() > MOST_TOLD {
            return;
        }
        let mut own: Vec<(String, Line)> = Vec::new();
        for &line in &list.lines {
            let (Some(name), Some(value)) = (config.known_arg(line, 0), config.known_arg(line, 1)) else {
                return;
            };
            if !answer::is_asked_for(&name) {
                own.push((format!("{name}: {value}").trim_end().to_owned(), line));
            }
        }
        own.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (texts, lines): (Vec<String>, Vec<Line>) = own.into_iter().unzip();
        if !lines.is_empty() {
            self.tell(&questions::OWN_HEADERS, texts.join("; "), self.of_lines(&lines));
        }
    }

    /// The shares of servers that are not alike, and after which failures they are passed over.
    pub(super) fn tell_details(&mut self, pool: &Pool) {
        if !self.details {
            return;
        }
        let config = self.model.config();
        let members = pool.members.iter().filter(|member| member.is_active());
        let mut known = Vec::new();
        for member in members.take(MOST_TOLD + 1) {
            let Some(address) = member.address.clone().known() else { return };
            known.push((address, member));
        }
        if known.len() > MOST_TOLD {
            return;
        }
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut tell = |question, texts: Vec<(String, Line)>| {
            let (texts, lines): (Vec<String>, Vec<Line>) = texts.into_iter().unzip();
            let Some((first, rest)) = lines.split_first() else { return };
            let cause = Cause::at(Origin::Set, config.site(*first), Role::SetHere);
            let cause = rest.iter().fold(cause, |cause, line| cause.and(config.site(*line), Role::SetHere));
            self.tell(question, texts.join(", "), cause);
        };
        if known.iter().any(|(_, member)| member.weight != known[0].1.weight) {
            let share = |(address, member): &(String, &Member)| {
                (format!("{address} weight={}", member.weight), member.line)
            };
            tell(&questions::SHARES, known.iter().map(share).collect());
        }
        let checked = known.iter().filter_map(|(address, member)| {
            let words = config.args(member.line).into_iter().skip(1).filter_map(|word| word.known());
            let limits: Vec<_> = words
                .filter(|word| word.starts_with("max_fails=") || word.starts_with("fail_timeout="))
                .collect();
            (!limits.is_empty()).then(|| (format!("{address} {}", limits.join(" ")), member.line))
        });
        tell(&questions::CHECKS, checked.collect());
    }
}
