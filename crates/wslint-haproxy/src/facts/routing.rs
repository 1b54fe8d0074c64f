//! Where the handshake goes: who answers it, which rule takes it, and whether the tests can see it at all.

use crate::acl::pattern::Method;
use crate::acl::test::Test;
use crate::facts::{Context, answer_agreed, says, set_at};
use crate::questions as ask;
use crate::request::journey::{End, Journey};
use crate::request::listeners::waits_for_request;
use crate::routes::probe;
use wslint_model::{Cause, Facts, Origin, Role, Value};

/// Answers the questions about routing.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    answered(context, facts);
    let modes = context.arrived().map(|journey| {
        let (hop, _) = context.way(journey)?;
        let setting = context.config.setting(context.attempt.frontend, "mode");
        let cause = setting.map_or(Cause::nowhere(Origin::Default(context.config.version)), |found| {
            set_at(found.statement.site())
        });
        Some((Value::Choice(if hop.http { "http" } else { "tcp" }), cause))
    });
    let modes: Vec<_> = modes.collect();
    answer_agreed(facts, &ask::MODE, modes);
    shadowed(context, facts);
    in_tcp(context, facts);
    test_of_handshake(context, facts);
}

/// Who answers the handshake. The runs that take another way say nothing about this one.
fn answered(context: &Context<'_, '_>, facts: &mut Facts) {
    let of_way = |journeys: &[Journey]| -> Vec<Option<(Value, Cause)>> {
        let ended_early = |journey: &Journey| journey.hops.len() == 1 && journey.hops[0].backend.is_none();
        journeys
            .iter()
            .filter(|journey| context.way(journey).is_some() || ended_early(journey))
            .map(|journey| Some(who(context, journey)))
            .collect()
    };
    answer_agreed(facts, &ask::ANSWER, of_way(&context.handshakes));
    answer_agreed(facts, &ask::PLAIN_ANSWER, of_way(&context.plain));
}

pub(super) fn who(context: &Context<'_, '_>, journey: &Journey) -> (Value, Cause) {
    let nowhere = || Cause::nowhere(Origin::Default(context.config.version));
    match &journey.end {
        End::Sent { .. } => (Value::Choice("upstream"), nowhere()),
        End::Foreign => (Value::Unknown, Cause::nowhere(Origin::Unknown)),
        End::Answered { keyword, site, status, to_tls, .. } => {
            let word = match *keyword {
                "deny" | "tarpit" => "denied",
                "return" | "set-status" => "returned",
                "auth" => "authentication",
                "redirect" if *to_tls => "redirected-to-tls",
                "redirect" => "redirected",
                "monitor-uri" => "monitored",
                "stats" => "statistics",
                "no backend" => "no-backend",
                "disabled backend" => "disabled-backend",
                "no server" => "no-server",
                "forced upgrade" => "forced-upgrade",
                "PROXY header" => "proxy-header",
                _ => "refused",
            };
            let role = match (status, word) {
                (Some(status), "denied" | "returned" | "monitored" | "statistics") => {
                    format!("HAProxy itself answers {status} here")
                }
                (_, "redirected" | "redirected-to-tls") => "the handshake is redirected here".to_owned(),
                _ => "the handshake ends here".to_owned(),
            };
            (Value::Choice(word), site.map_or_else(nowhere, |site| says(Origin::Set, site, role)))
        }
        End::Dropped { keyword, site } => {
            let word = match *keyword {
                "reject" | "silent-drop" => "dropped",
                "deny" | "tarpit" => "denied",
                "disabled backend" => "disabled-backend",
                "no backend" => "no-backend",
                "no server" => "no-server",
                "proto h2" => "h2-only",
                "PROXY header" => "proxy-header",
                _ => "refused",
            };
            let cause = site.map_or_else(nowhere, |site| says(Origin::Set, site, "the handshake ends here"));
            (Value::Choice(word), cause)
        }
    }
}

/// Whether another rule takes every handshake before this one is asked.
fn shadowed(context: &Context<'_, '_>, facts: &mut Facts) {
    let Some(own) = context.attempt.switch else { return };
    let section = context.config.proxy(context.attempt.frontend);
    if !is_meant_for_handshakes(context, section.statements[section.switches[own].statement].site()) {
        return;
    }
    // A rule that takes the polls is alive; that the handshake goes elsewhere is a question of its own.
    if context.polled().next().is_some() {
        return;
    }
    let mut by: Option<usize> = None;
    for journey in &context.handshakes {
        let Some(hop) = journey.hops.first() else { return };
        match hop.switch {
            Some(other) if other < own && hop.backend.is_some() => {
                if by.is_some_and(|by| by != other) {
                    return;
                }
                // A rule that leads to the same place does no harm.
                if hop.backend == context.attempt.backend {
                    return;
                }
                by = Some(other);
            }
            _ => return,
        }
    }
    let Some(by) = by else { return };
    let site = |index: usize| section.statements[section.switches[index].statement].site();
    let cause = says(Origin::Dropped, site(own), "no handshake comes this far");
    let cause = cause.and(site(by), Role::Says("this rule takes every handshake before".to_owned()));
    facts.answer(&ask::SHADOWED, Value::Flag(true), cause);
}

/// Whether the rule itself, or the backend that it names, speaks of handshakes: what is inherited, such as a
/// tunnel timeout in `defaults`, does not say that this very rule should get them.
fn is_meant_for_handshakes(context: &Context<'_, '_>, rule: wslint_model::Site) -> bool {
    let Some(mark) = context.attempt.evidence.cause.marks.first() else { return true };
    let of_backend = context.attempt.backend.is_some_and(|backend| {
        let backend = context.config.proxy(backend);
        backend.header.site() == mark.site || backend.statements.iter().any(|line| line.site() == mark.site)
    });
    mark.site == rule || of_backend
}

/// Whether a tcp frontend asks for parts of the request without waiting for it.
fn in_tcp(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let frontend = context.attempt.frontend;
    let section = config.proxy(frontend);
    if config.mode(frontend) != Some("tcp") {
        return;
    }
    let switches_mode =
        section.rules.iter().any(|rule| matches!(rule.action, crate::config::action::Action::SwitchToHttp));
    let asking = section.switches.iter().find_map(|switch| {
        let terms: Vec<_> = switch.condition.as_ref()?.terms().collect();
        let tests = terms.iter().flat_map(|term| probe::tests_of(section, term));
        tests.into_iter().any(reads_request).then_some(switch)
    });
    let Some(switch) = asking else {
        facts.answer(&ask::TCP_TESTS_HTTP, Value::Choice("no"), Cause::nowhere(Origin::Derived));
        return;
    };
    let statement = &section.statements[switch.statement];
    let waits = switches_mode || waits_for_request(section);
    let word = if waits { "waits" } else { "races" };
    let mut cause = says(Origin::Set, statement.site(), "this asks for a request that may not have arrived");
    if let Some(mode) = config.setting(frontend, "mode") {
        cause = cause
            .and(mode.statement.site(), Role::Says("in this mode HAProxy does not wait for it".to_owned()));
    } else {
        let words = "without `mode` the section works in `mode tcp`";
        cause = cause.and(section.header.site(), Role::Says(words.to_owned()));
    }
    facts.answer(&ask::TCP_TESTS_HTTP, Value::Choice(word), cause);
}

/// Whether a test needs a parsed request.
fn reads_request(test: &Test) -> bool {
    let Some(call) = test.fetch() else { return false };
    let name = call.name.strip_prefix("req.").unwrap_or(&call.name);
    matches!(
        name,
        "hdr"
            | "fhdr"
            | "hdr_cnt"
            | "fhdr_cnt"
            | "path"
            | "pathq"
            | "url"
            | "method"
            | "base"
            | "cook"
            | "urlp"
            | "url_param"
            | "query"
    )
}

/// Whether the tests of `Upgrade` and `Connection` that lead here match what browsers send.
fn test_of_handshake(context: &Context<'_, '_>, facts: &mut Facts) {
    let Some(switch) = context.attempt.switch else { return };
    let section = context.config.proxy(context.attempt.frontend);
    let switch = &section.switches[switch];
    let mut worst: Option<(&'static str, Cause)> = None;
    for term in
        probe::alternatives(switch.condition.as_ref()).into_iter().flatten().filter(|term| !term.negated)
    {
        for test in probe::tests_of(section, term) {
            let Some(word) = case_of(test) else { continue };
            let statement = section
                .acls
                .iter()
                .find(|acl| std::ptr::eq(&acl.test, test))
                .map_or(&section.statements[switch.statement], |acl| &section.statements[acl.statement]);
            let cause = set_at(statement.word_site(test.first_pattern));
            if worst.as_ref().is_none_or(|(before, _)| *before != "never") {
                worst = Some((word, cause));
            }
        }
    }
    if let Some((word, cause)) = worst {
        facts.answer(&ask::HANDSHAKE_TEST, Value::Choice(word), cause);
    }
}

/// `matches` for a test that every browser's handshake satisfies, `case-sensitive` for one that only today's
/// spelling satisfies, `never` for one that no browser's does.
fn case_of(test: &Test) -> Option<&'static str> {
    let sent = match test.header()?.as_str() {
        "upgrade" => "websocket",
        "connection" => "Upgrade",
        _ => return None,
    };
    if test.patterns.is_empty() || test.method == Method::Found || test.unknown {
        return None;
    }
    let value = crate::acl::sample::Value::Text(sent.to_owned());
    let hits = |ignore_case| {
        test.patterns.iter().any(|pattern| {
            let pattern = crate::acl::pattern::Pattern::new(pattern.text.clone());
            pattern.matches(test.method, ignore_case, &value) == Some(true)
        })
    };
    match (test.ignore_case, hits(false), hits(true)) {
        (true, _, true) => Some("matches"),
        (false, true, _) => Some("case-sensitive"),
        (false, false, true) => Some("never"),
        // The pattern is about something else, such as h2c.
        _ => None,
    }
}
