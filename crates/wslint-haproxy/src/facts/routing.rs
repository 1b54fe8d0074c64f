//! Where the handshake goes: who answers it, which rule takes it, and whether the tests can see it at all.

use super::cause::{answer_agreed, says, set_at};
use super::shared::Sought;
use super::tried::Tried;
use crate::acl::pattern::Method;
use crate::acl::test::Test;
use crate::choices::{self, Handler, HandshakeTest};
use crate::config::Config;
use crate::config::action::Action;
use crate::config::proxy::{ProxyId, Target};
use crate::questions as ask;
use crate::request::listeners::waits_for_request;
use crate::routes::probe;
use crate::routes::ways::{Leaves, Way};
use wslint_model::way::PROXY_HEADER;
use wslint_model::{Cause, Facts, Known, Origin, Role, Site};

/// Answers the questions about routing.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    answered(tried, facts);
    let modes = tried.arrived().map(|way| {
        let setting = tried.config.setting(tried.candidate.frontend, "mode");
        let cause = setting.map_or(Cause::nowhere(Origin::Default(tried.config.version)), |found| {
            set_at(found.statement.site())
        });
        Some((if way.first().http { choices::Mode::Http } else { choices::Mode::Tcp }, cause))
    });
    answer_agreed(facts, &tried.handshakes, &ask::MODE, modes);
    shadowed(tried, facts);
    in_tcp(tried, facts);
    test_of_handshake(tried, facts);
}

/// Who answers the handshake. The runs that take another way say nothing about this one.
fn answered(tried: &Tried<'_, '_>, facts: &mut Facts) {
    for (question, ways) in [(&ask::HANDLER, &tried.handshakes), (&ask::PLAIN_HANDLER, &tried.plain)] {
        let told = ways.iter().filter(|way| tried.is_told_by(way));
        answer_agreed(facts, ways, question, told.map(|way| Some(who(tried, &way))));
    }
}

fn who(tried: &Tried<'_, '_>, way: &Way<'_>) -> (Known<Handler>, Cause) {
    let nowhere = || Cause::nowhere(Origin::Default(tried.config.version));
    let at =
        |site: Option<Site>, words: String| site.map_or_else(nowhere, |site| says(Origin::Set, site, words));
    let ends_here = "the handshake ends here".to_owned();
    match way.leaves() {
        Leaves::Sent => (Known::Known(Handler::Proxy), nowhere()),
        Leaves::Unknown => (Known::Unknown, Cause::nowhere(Origin::Unknown)),
        Leaves::Answered { by, site, status } => {
            let handler = match by {
                "deny" | "tarpit" => Handler::Denied,
                "return" | "set-status" => Handler::Return,
                "auth" => Handler::Authentication,
                "redirect" if is_to_tls(tried, way, site) => Handler::RedirectToTls,
                "redirect" => Handler::Redirect,
                "monitor-uri" => Handler::Monitored,
                "stats" => Handler::Statistics,
                "no backend" => Handler::NoBackend,
                "disabled backend" => Handler::DisabledBackend,
                "no server" => Handler::NoServer,
                "forced upgrade" => Handler::ForcedUpgrade,
                _ => Handler::Refused,
            };
            let words = match (status, handler) {
                (
                    Some(status),
                    Handler::Denied | Handler::Return | Handler::Monitored | Handler::Statistics,
                ) => {
                    format!("HAProxy itself answers {status} here")
                }
                (_, Handler::Redirect | Handler::RedirectToTls) => {
                    "the handshake is redirected here".to_owned()
                }
                _ => ends_here,
            };
            (Known::Known(handler), at(site, words))
        }
        Leaves::Dropped { by, site } => {
            let handler = match by {
                "reject" | "silent-drop" => Handler::Closed,
                "deny" | "tarpit" => Handler::Denied,
                "disabled backend" => Handler::DisabledBackend,
                "no backend" => Handler::NoBackend,
                "no server" => Handler::NoServer,
                "proto h2" => Handler::H2Only,
                PROXY_HEADER => Handler::ProxyHeader,
                _ => Handler::Refused,
            };
            (Known::Known(handler), at(site, ends_here))
        }
    }
}

/// Whether the rule at a place redirects a client that comes without TLS to `https`.
fn is_to_tls(tried: &Tried<'_, '_>, way: &Way<'_>, site: Option<Site>) -> bool {
    if way.first().arrival.tls {
        return false;
    }
    let rule = site.and_then(|site| tried.rule_at(way, site));
    rule.is_some_and(|(_, rule)| matches!(&rule.action, Action::Redirect(redirect) if redirect.is_to_tls()))
}

/// Whether another rule takes every handshake before this one is asked.
fn shadowed(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let Some(own) = tried.candidate.switch else { return };
    let section = tried.config.proxy(tried.candidate.frontend);
    if !is_meant_for_handshakes(tried, section.statements[section.switches[own].statement].site()) {
        return;
    }
    // A rule that takes polls or pages is alive; that the handshake goes elsewhere is a question of its own.
    if tried.plain.iter().any(|way| tried.way(&way).is_some()) {
        return;
    }
    let mut by: Option<usize> = None;
    if !tried.handshakes.runs.complete {
        return;
    }
    for way in tried.handshakes.iter() {
        match way.taken.switch {
            Some(other) if other < own && way.taken.backend.is_some() => {
                if by.is_some_and(|by| by != other) {
                    return;
                }
                // A rule that leads to the same place does no harm.
                if way.taken.backend == tried.candidate.backend {
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
    facts.answer(&ask::SHADOWED, true, cause);
}

/// Whether the rule itself, or the backend that it names, speaks of handshakes: what is inherited, such as a
/// tunnel timeout in `defaults`, does not say that this very rule should get them.
fn is_meant_for_handshakes(tried: &Tried<'_, '_>, rule: Site) -> bool {
    let Some(mark) = tried.candidate.evidence.cause.marks.first() else { return true };
    let of_backend = tried.candidate.backend.is_some_and(|backend| {
        let backend = tried.config.proxy(backend);
        let after = backend.statements.partition_point(|line| line.span.start <= mark.site.span.start);
        let line = backend.statements[..after].last();
        backend.header.site() == mark.site || line.is_some_and(|line| line.site() == mark.site)
    });
    mark.site == rule || of_backend
}

/// Whether a tcp frontend asks for parts of the request without waiting for it.
fn in_tcp(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let frontend = tried.candidate.frontend;
    let section = config.proxy(frontend);
    if config.mode(frontend) != Some("tcp") {
        return;
    }
    let switches_mode = section.rules.iter().any(|rule| matches!(rule.action, Action::SwitchToHttp));
    let asking = || {
        section.switches.iter().position(|switch| {
            let mut terms = switch.condition.iter().flat_map(|condition| condition.terms());
            terms.any(|term| probe::tests_of(section, term).into_iter().any(reads_request))
        })
    };
    let asking = tried.shared.place(Sought::RequestTest, frontend, asking);
    let switch = asking.map(|switch| &section.switches[switch]);
    let Some(switch) = switch.filter(|_| !leads_to_one_backend(config, frontend)) else {
        facts.answer(&ask::TCP_TESTS_HTTP, choices::TcpTestsHttp::No, Cause::nowhere(Origin::Derived));
        return;
    };
    let statement = &section.statements[switch.statement];
    let waits = switches_mode || waits_for_request(section);
    let word = if waits { choices::TcpTestsHttp::Waits } else { choices::TcpTestsHttp::Races };
    let mut cause = says(Origin::Set, statement.site(), "this asks for a request that may not have arrived");
    if let Some(mode) = config.setting(frontend, "mode") {
        cause = cause
            .and(mode.statement.site(), Role::Says("in this mode HAProxy does not wait for it".to_owned()));
    } else {
        let words = "without `mode` the section works in `mode tcp`";
        cause = cause.and(section.header.site(), Role::Says(words.to_owned()));
    }
    facts.answer(&ask::TCP_TESTS_HTTP, word, cause);
}

/// Whether all rules of a frontend, and what is left, name the same backend, so that it does not matter which one holds.
fn leads_to_one_backend(config: &Config<'_>, frontend: ProxyId) -> bool {
    let named = config.proxy(frontend).switches.iter().map(|switch| match &switch.target {
        Target::Named(name) => Some(name.as_str()),
        Target::Dynamic(_) | Target::Unknown => None,
    });
    let Some((default, _)) = config.value(frontend, "default_backend") else { return false };
    default.is_some() && named.into_iter().all(|name| name == default)
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
fn test_of_handshake(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let Some(switch) = tried.candidate.switch else { return };
    // A rule that gets handshakes by another of its tests, or leads to where they go without it, does no harm.
    let backend = |way: &Way<'_>| way.taken.backend.is_some() && way.taken.backend == tried.candidate.backend;
    if tried.handshakes.iter().any(|way| backend(&way)) {
        return;
    }
    let section = tried.config.proxy(tried.candidate.frontend);
    let switch = &section.switches[switch];
    let mut worst: Option<(HandshakeTest, Cause)> = None;
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
            if worst.as_ref().is_none_or(|(before, _)| *before != HandshakeTest::Never) {
                worst = Some((word, cause));
            }
        }
    }
    if let Some((word, cause)) = worst {
        facts.answer(&ask::HANDSHAKE_TEST, word, cause);
    }
}

/// What becomes of the handshakes of browsers in a test; `None` if it is about something else.
fn case_of(test: &Test) -> Option<HandshakeTest> {
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
        test.patterns.iter().any(|pattern| pattern.matches(test.method, ignore_case, &value) == Some(true))
    };
    match (test.ignore_case, hits(false), hits(true)) {
        (true, _, true) => Some(HandshakeTest::Matches),
        (false, true, _) => Some(HandshakeTest::CaseSensitive),
        (false, false, true) => Some(HandshakeTest::Never),
        // The pattern is about something else, such as h2c.
        _ => None,
    }
}
