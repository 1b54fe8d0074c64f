//! Filters, and rules that ask them: what treats the handshake or the frames from outside.

use super::cause::set_at;
use super::shared::Sought;
use super::tried::Tried;
use crate::config::action::Action;
use crate::questions as ask;
use crate::routes::probe;
use wslint_model::{Facts, Role};

/// Answers the questions about filters.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let mut sections = vec![tried.candidate.frontend];
    sections.extend(tried.backend().filter(|&backend| backend != tried.candidate.frontend));
    for id in sections {
        let section = config.proxy(id);
        let spoe = section.own("filter spoe").next();
        let denies = || {
            section.rules.iter().position(|rule| {
                let by_variable = rule.condition.iter().flat_map(|condition| condition.terms()).any(|term| {
                    probe::tests_of(section, term)
                        .into_iter()
                        .any(|test| test.fetch().is_some_and(|call| call.name == "var"))
                });
                by_variable && matches!(&rule.action, Action::Answer { keyword: "deny", .. })
            })
        };
        let denies = spoe.and_then(|_| tried.shared.place(Sought::DenialByVariable, id, denies));
        if let (Some(filter), Some(rule)) = (spoe, denies.map(|rule| &section.rules[rule])) {
            let cause = set_at(section.statements[rule.statement].site());
            let cause = cause.and(filter.site(), Role::Says("the agent that must answer".to_owned()));
            facts.answer(&ask::SPOE, true, cause);
        }
        let limits = || {
            if !tried.shared.may_limit_bandwidth() {
                return None;
            }
            section.statements.iter().position(|statement| {
                statement.word(0) == "filter"
                    && statement.word(1).starts_with("bwlim-")
                    && statement.words.iter().any(|word| word.text == "default-limit")
                    || statement.words.iter().any(|word| word.text == "set-bandwidth-limit")
            })
        };
        if let Some(statement) = tried.shared.place(Sought::BandwidthLimit, id, limits) {
            facts.answer(&ask::BANDWIDTH, true, set_at(section.statements[statement].site()));
        }
    }
}
