//! Long polling beside the WebSocket: polls, their preflights and their POSTs, and whether they meet the handshake.

use std::collections::BTreeMap;

use super::super::dispatch::usable;
use super::super::journey::Journey;
use super::super::proxy::ProxyId;
use super::super::questions as ask;
use super::routing::who;
use super::{Context, answer_agreed, set_at};
use crate::fact::{Cause, Facts, Origin, Role, Value};

/// Answers the questions about polling.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    together(context, facts);
    let answers = |journeys: &[Journey]| -> Vec<Option<(Value, Cause)>> {
        journeys.iter().map(|journey| Some(who(context, journey))).collect()
    };
    answer_agreed(facts, &ask::PREFLIGHT, answers(&context.preflights));
    answer_agreed(facts, &ask::POLL_POST, answers(&context.posts));
}

/// Whether the handshake that follows the polls of a client finds the server that knows its session.
fn together(context: &Context<'_, '_>, facts: &mut Facts) {
    let backend_of = |journeys: &[Journey]| -> Option<ProxyId> {
        let mut backends = journeys.iter().map(|journey| journey.hops.first().and_then(|hop| hop.backend));
        let first = backends.next()??;
        backends.all(|backend| backend == Some(first)).then_some(first)
    };
    let (Some(handshakes), Some(polls)) = (backend_of(&context.handshakes), backend_of(&context.polls))
    else {
        return;
    };
    if context.arrived().next().is_none() {
        return;
    }
    let config = context.config;
    if handshakes == polls {
        facts.answer(&ask::TRANSPORTS, Value::Choice("together"), Cause::nowhere(Origin::Derived));
        return;
    }
    let section = config.proxy(context.attempt.frontend);
    let site = match context.attempt.switch {
        Some(switch) => section.statements[section.switches[switch].statement].site(),
        None => section.header.site(),
    };
    let cause = Cause::at(Origin::Derived, site, Role::Says("handshakes take this way".to_owned()));
    let cause = cause.and(config.proxy(polls).header.site(), Role::Says("polls come here".to_owned()));
    let word = match (servers(context, handshakes), servers(context, polls)) {
        (Some(one), Some(other)) if one.keys().eq(other.keys()) => {
            if one.len() == 1 || one == other && shared_key(context, handshakes, polls) {
                "together"
            } else {
                "split"
            }
        }
        (Some(one), Some(other)) if one.keys().all(|address| !other.contains_key(address)) => "apart",
        (Some(_), Some(_)) => "split",
        _ => return,
    };
    facts.answer(&ask::TRANSPORTS, Value::Choice(word), cause);
}

/// The servers of a backend: what each address is known by in the cookie. `None` where an address is hidden.
fn servers(context: &Context<'_, '_>, backend: ProxyId) -> Option<BTreeMap<String, Option<String>>> {
    let section = context.config.proxy(backend);
    usable(&section.servers)
        .into_iter()
        .map(|server| Some((server.address(Some(0))?, server.settings.cookie.clone())))
        .collect()
}

/// Whether both backends find a client's server by the same cookie, table or address.
fn shared_key(context: &Context<'_, '_>, one: ProxyId, other: ProxyId) -> bool {
    let config = context.config;
    let words = |backend: ProxyId, key: &str| {
        config
            .setting(backend, key)
            .map(|found| found.statement.words.iter().map(|word| word.text.to_string()).collect::<Vec<_>>())
    };
    let cookie = |backend| words(backend, "cookie").and_then(|words| words.get(1).cloned());
    let by_cookie = cookie(one).is_some() && cookie(one) == cookie(other);
    let balance = |backend| words(backend, "balance").and_then(|words| words.get(1).cloned());
    let by_source = balance(one).as_deref() == Some("source") && balance(one) == balance(other);
    let table = |backend: ProxyId| {
        let words = words(backend, "stick on")?;
        let at = words.iter().position(|word| word == "table");
        Some(
            at.and_then(|at| words.get(at + 1).cloned())
                .unwrap_or_else(|| config.proxy(backend).name.clone()),
        )
    };
    let by_table = table(one).is_some() && table(one) == table(other);
    by_cookie || by_source || by_table
}

/// Filters and rules that treat the frames or the handshake from outside.
pub(super) fn filters(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let mut sections = vec![context.attempt.frontend];
    sections.extend(context.backend().filter(|&backend| backend != context.attempt.frontend));
    for id in sections {
        let section = config.proxy(id);
        let spoe = section.own("filter spoe").next();
        let denies = section.rules.iter().find(|rule| {
            let by_variable = rule.condition.iter().flat_map(|condition| condition.terms()).any(|term| {
                super::super::probe::tests_of(section, term)
                    .into_iter()
                    .any(|test| test.fetch().is_some_and(|call| call.name == "var"))
            });
            by_variable
                && matches!(&rule.action, super::super::action::Action::Answer { keyword: "deny", .. })
        });
        if let (Some(filter), Some(rule)) = (spoe, denies) {
            let cause = set_at(section.statements[rule.statement].site());
            let cause = cause.and(filter.site(), Role::Says("the agent that must answer".to_owned()));
            facts.answer(&ask::SPOE, Value::Flag(true), cause);
        }
        let limits = section.statements.iter().find(|statement| {
            statement.word(0) == "filter"
                && statement.word(1).starts_with("bwlim-")
                && statement.words.iter().any(|word| word.text == "default-limit")
                || statement.words.iter().any(|word| word.text == "set-bandwidth-limit")
        });
        if let Some(statement) = limits {
            facts.answer(&ask::BANDWIDTH, Value::Flag(true), set_at(statement.site()));
        }
    }
}
