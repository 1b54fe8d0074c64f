//! Tests that look right and miss: paths, hosts, queries and what HTTP/2 looks like inside HAProxy.

use super::super::condition::{Acl, Asked, Condition, Test};
use super::super::pattern::Method;
use super::super::probe;
use super::super::proxy::Proxy;
use super::super::questions as ask;
use super::super::sample::Value as SampleValue;
use super::{Context, says, set_at};
use crate::fact::{Facts, Origin, Value};
use crate::project::Site;
use crate::traffic;
use crate::version::Version;

/// Answers the questions about tests.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let frontend = context.attempt.frontend;
    let section = config.proxy(frontend);
    let h2 = section.binds.iter().any(|bind| bind.offers_h2(config.version >= Version(2, 8, 0)));
    let way = way_tests(context, section);
    for (test, site) in &way {
        path_test(test, *site, facts);
        host_test(context, test, *site, facts);
        if h2 && config.is_http(frontend) {
            h2_test(test, *site, facts);
        }
        if !config.is_http(frontend) {
            whole_connection(test, *site, facts);
        }
    }
    alternatives_of_one_name(context, section, facts);
    if h2 && config.is_http(frontend) {
        uri_rules(context, section, facts);
    }
    late_rules(section, facts);
    forwarded_scheme(section, facts);
}

/// The tests that lead to this way, with the places of their patterns.
fn way_tests<'c>(context: &'c Context<'_, '_>, section: &'c Proxy<'_>) -> Vec<(&'c Test, Site)> {
    let Some(switch) = context.attempt.switch else { return Vec::new() };
    let switch = &section.switches[switch];
    let mut tests = Vec::new();
    for term in
        probe::alternatives(switch.condition.as_ref()).into_iter().flatten().filter(|term| !term.negated)
    {
        match &term.asked {
            Asked::Anonymous(test) => {
                let statement = &section.statements[switch.statement];
                tests.push((test, statement.word_site(test.first_pattern.min(statement.words.len() - 1))));
            }
            Asked::Named(name) => {
                for &index in section.acl_names.get(name).into_iter().flatten() {
                    let Acl { test, statement, .. } = &section.acls[index];
                    tests.push((test, section.statements[*statement].word_site(test.first_pattern)));
                }
            }
        }
    }
    tests
}

/// `path /socket.io` misses the `/socket.io/` that clients ask for; `url_end` is defeated by a query.
fn path_test(test: &Test, site: Site, facts: &mut Facts) {
    let Some(call) = test.fetch() else { return };
    let telling = test.patterns.iter().any(|pattern| traffic::sign_of_path(&pattern.text).is_some());
    if test.unknown || !telling {
        return;
    }
    let hits = |path: &str| {
        let value = SampleValue::Text(path.to_owned());
        test.patterns
            .iter()
            .any(|pattern| pattern.matches(test.method, test.ignore_case, &value) == Some(true))
    };
    let exact = test.method == Method::Str
        && call.name == "path"
        && test.patterns.iter().any(|pattern| pattern.text.ends_with("socket.io"))
        && !hits("/socket.io/");
    let by_url =
        matches!(call.name.as_str(), "url" | "uri") && matches!(test.method, Method::Str | Method::End);
    if exact {
        let words = "clients ask for `/socket.io/`, with a slash";
        facts.answer(&ask::PATH_TEST, Value::Choice("exact"), says(Origin::Set, site, words));
    } else if by_url {
        let words = "a query, such as a token, defeats this";
        facts.answer(&ask::PATH_TEST, Value::Choice("defeated-by-query"), says(Origin::Set, site, words));
    }
}

/// `Host` carries the port unless it is the scheme's own; a prefix of one word matches more than was meant.
fn host_test(context: &Context<'_, '_>, test: &Test, site: Site, facts: &mut Facts) {
    let Some(expression) = &test.expression else { return };
    let of_host = test.header().as_deref() == Some("host");
    if !of_host || test.unknown {
        return;
    }
    let section = context.config.proxy(context.attempt.frontend);
    let odd_port =
        section.binds.iter().flat_map(|bind| bind.addresses.iter().flatten()).find_map(|address| {
            let (low, high) = address.ports?;
            (low..=high).find(|port| !matches!(port, 80 | 443))
        });
    let only_odd =
        section.binds.iter().all(|bind| [80, 443].iter().all(|&port| bind.takes(None, port) == Some(false)));
    let cuts_port = expression
        .converters
        .iter()
        .any(|call| matches!(call.name.as_str(), "host_only" | "field" | "word" | "regsub"));
    let has_port = test.patterns.iter().any(|pattern| pattern.text.contains(':'));
    if let Some(port) = odd_port
        && only_odd
        && matches!(test.method, Method::Str | Method::End)
        && !cuts_port
        && !has_port
        && !test.patterns.is_empty()
    {
        let words = format!("a client on port {port} sends `Host: …:{port}`");
        facts.answer(&ask::HOST_TEST, Value::Choice("port"), says(Origin::Set, site, words));
    } else if test.method == Method::Beg && test.patterns.iter().any(|pattern| !pattern.text.contains('.')) {
        let words = "this matches every name that begins so";
        facts.answer(&ask::HOST_TEST, Value::Choice("broad"), says(Origin::Set, site, words));
    }
}

/// An HTTP/2 WebSocket looks like a GET with `Upgrade`, without a key, inside HAProxy.
fn h2_test(test: &Test, site: Site, facts: &mut Facts) {
    let Some(call) = test.fetch() else { return };
    let header = test.header().unwrap_or_default();
    if header == "sec-websocket-key" {
        let words = "a WebSocket over HTTP/2 has no key";
        facts.answer(&ask::H2_TEST, Value::Choice("key"), says(Origin::Set, site, words));
    } else if header == ":method"
        || header == ":protocol"
        || call.name == "method"
            && test.patterns.iter().any(|pattern| pattern.text.eq_ignore_ascii_case("connect"))
    {
        let words = "HAProxy shows a WebSocket over HTTP/2 as a GET with `Upgrade`";
        facts.answer(&ask::H2_TEST, Value::Choice("never"), says(Origin::Set, site, words));
    }
}

/// In `mode tcp` the raw `Connection` of Firefox is `keep-alive, Upgrade`, which `fhdr` compares as a whole.
fn whole_connection(test: &Test, site: Site, facts: &mut Facts) {
    let whole = test.fetch().is_some_and(|call| call.name.ends_with("fhdr"));
    if whole && test.header().as_deref() == Some("connection") && test.method == Method::Str {
        facts.answer(&ask::WHOLE_CONNECTION, Value::Flag(true), set_at(site));
    }
}

/// Tests of one name are alternatives: two lines about the handshake and something else match either.
fn alternatives_of_one_name(context: &Context<'_, '_>, section: &Proxy<'_>, facts: &mut Facts) {
    let Some(switch) = context.attempt.switch else { return };
    for term in probe::alternatives(section.switches[switch].condition.as_ref()).into_iter().flatten() {
        let Asked::Named(name) = &term.asked else { continue };
        let Some(lines) = section.acl_names.get(name).filter(|lines| lines.len() > 1) else { continue };
        let header = |index: usize| section.acls[index].test.header();
        let of_handshake = |index: usize| matches!(header(index).as_deref(), Some("upgrade" | "connection"));
        let first = lines.iter().copied().find(|&index| of_handshake(index));
        let other =
            lines.iter().copied().find(|&index| first.is_some_and(|first| header(first) != header(index)));
        if let (Some(first), Some(other)) = (first, other) {
            let site = |index: usize| section.statements[section.acls[index].statement].site();
            let cause = says(
                Origin::Set,
                site(other),
                format!("a second `acl {name}` is an alternative, not one more condition"),
            );
            facts.answer(
                &ask::SAME_NAME,
                Value::Flag(true),
                cause.and(site(first), super::limits::role("the first")),
            );
            return;
        }
    }
}

/// `replace-uri` anchored at `/` misses HTTP/2 requests, which carry an absolute URI inside HAProxy.
fn uri_rules(context: &Context<'_, '_>, section: &Proxy<'_>, facts: &mut Facts) {
    use super::super::action::{Action, Part};
    let rule = section.rules.iter().find(|rule| {
        matches!(&rule.action, Action::ReplaceUri(Part::Uri, regex, _) if regex.starts_with("^/") || regex.starts_with('/'))
    });
    let of_rule = rule.map(|rule| section.statements[rule.statement].site());
    let of_test = way_tests(context, section).into_iter().find_map(|(test, site)| {
        let by_url = test.fetch().is_some_and(|call| call.name == "url") && test.method == Method::Beg;
        (by_url && test.patterns.iter().any(|pattern| pattern.text.starts_with('/'))).then_some(site)
    });
    if let Some(site) = of_rule.or(of_test) {
        let words = "over HTTP/2 the URI begins with `https://`";
        facts.answer(&ask::URI_MISSES_H2, Value::Flag(true), says(Origin::Set, site, words));
    }
}

/// `http-request` rules run before all `use_backend` rules, wherever they stand.
fn late_rules(section: &Proxy<'_>, facts: &mut Facts) {
    let Some(first) = section.switches.iter().map(|switch| switch.statement).min() else { return };
    let late =
        section.rules.iter().find(|rule| super::limits::is_request_rule(rule) && rule.statement > first);
    if let Some(rule) = late {
        let words = "this runs before the `use_backend` rules above it";
        facts.answer(
            &ask::LATE_RULE,
            Value::Flag(true),
            says(Origin::Set, section.statements[rule.statement].site(), words),
        );
    }
}

/// Some proxies send `X-Forwarded-Proto: wss` for WebSockets, which is not `https`.
fn forwarded_scheme(section: &Proxy<'_>, facts: &mut Facts) {
    use super::super::action::Action;
    let asks = |condition: &Condition| {
        condition.terms().flat_map(|term| probe::tests_of(section, term)).any(|test| {
            let words: Vec<&str> = test.patterns.iter().map(|pattern| pattern.text.as_str()).collect();
            test.header().as_deref() == Some("x-forwarded-proto")
                && words.contains(&"https")
                && !words.contains(&"wss")
        })
    };
    let rule = section.rules.iter().find(|rule| {
        matches!(rule.action, Action::Redirect { .. }) && rule.condition.as_ref().is_some_and(asks)
    });
    if let Some(rule) = rule {
        let site = section.statements[rule.statement].site();
        facts.answer(&ask::FORWARDED_SCHEME, Value::Flag(true), set_at(site));
    }
}
