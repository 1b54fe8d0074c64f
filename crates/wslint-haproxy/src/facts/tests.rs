//! Tests that look right and miss: paths, hosts, queries and what HTTP/2 looks like inside HAProxy.

use super::cause::{says, set_at};
use super::changed::{follow_changed, is_fetch, is_missed};
use super::tried::Tried;
use crate::acl::condition::{Asked, Condition};
use crate::acl::pattern::Method;
use crate::acl::test::{Acl, Test};
use crate::choices;
use crate::config::proxy::Proxy;
use crate::questions as ask;
use crate::routes::probe;
use crate::routes::ways::Ways;
use wslint_model::{Facts, Origin, Request, Site, Version};

/// Answers the questions about tests.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let frontend = tried.candidate.frontend;
    let section = config.proxy(frontend);
    let h2 = config.is_http(frontend)
        && section.binds.iter().any(|bind| bind.offers_h2(config.version >= Version(2, 8, 0)));
    let way = way_tests(tried, section);
    let missed_over_h2 = h2 && !way.is_empty() && is_missed(tried, over_h2);
    for (test, site) in &way {
        path_test(tried, test, *site, facts);
        host_test(tried, test, *site, facts);
        if missed_over_h2 {
            h2_test(test, *site, facts);
        }
        if config.is_http(frontend) && asks_for_connect(test) && tried.arrived().next().is_none() {
            let words = "HAProxy shows a WebSocket over HTTP/2 as a GET with `Upgrade`";
            facts.answer(&ask::H2_TEST, choices::H2Test::Never, says(Origin::Set, *site, words));
        }
        if !config.is_http(frontend) {
            whole_connection(tried, test, *site, facts);
        }
    }
    wants_slash(tried, section, facts);
    alternatives_of_one_name(tried, section, facts);
    if h2 {
        uri_rules(tried, facts);
    }
    late_rules(section, facts);
    forwarded_scheme(section, facts);
}

/// The handshake as a browser sends it on a connection of HTTP/2 (RFC 8441).
fn over_h2(request: &mut Request) {
    "2".clone_into(&mut request.http);
}

/// The tests that lead to this way, with the places of their patterns.
fn way_tests<'c>(tried: &'c Tried<'_, '_>, section: &'c Proxy<'_>) -> Vec<(&'c Test, Site)> {
    let Some(switch) = tried.candidate.switch else { return Vec::new() };
    let switch = &section.switches[switch];
    let mut tests = Vec::new();
    for term in
        probe::alternatives(switch.condition.as_ref()).into_iter().flatten().filter(|term| !term.negated)
    {
        match &term.asked {
            Asked::Anonymous(braces) => {
                let (test, statement) = (&braces.test, &section.statements[switch.statement]);
                tests.push((test, statement.word_site(test.first_pattern.min(statement.words.len() - 1))));
            }
            Asked::Named(name) => {
                for &index in section.acls_named(name).into_iter().flatten() {
                    let Acl { test, statement, .. } = &section.acls[index];
                    tests.push((test, section.statements[*statement].word_site(test.first_pattern)));
                }
            }
        }
    }
    tests
}

/// `path /socket.io` misses the `/socket.io/` that clients ask for; `url_end` is defeated by a query.
fn path_test(tried: &Tried<'_, '_>, test: &Test, site: Site, facts: &mut Facts) {
    let path = tried.candidate.wish.path.as_deref().unwrap_or_default();
    let with_slash = |request: &mut Request| request.target = format!("{path}/?EIO=4&transport=websocket");
    let with_query = |request: &mut Request| {
        let link = if request.target.contains('?') { '&' } else { '?' };
        request.target = format!("{}{link}token=1", request.target);
    };
    let of_socketio = path.ends_with("/socket.io") || path.ends_with("/engine.io");
    if of_socketio && is_fetch(test, &["path", "url", "uri", "pathq"]) && is_missed(tried, with_slash) {
        let words = "clients ask for this path with a slash at its end";
        facts.answer(&ask::PATH_TEST, choices::PathTest::Exact, says(Origin::Set, site, words));
    } else if is_fetch(test, &["url", "uri", "pathq"]) && is_missed(tried, with_query) {
        let words = "a query, such as a token, defeats this";
        facts.answer(&ask::PATH_TEST, choices::PathTest::DefeatedByQuery, says(Origin::Set, site, words));
    }
}

/// `path_beg /ws/` misses the endpoint `/ws`, which then goes elsewhere.
fn wants_slash(tried: &Tried<'_, '_>, section: &Proxy<'_>, facts: &mut Facts) {
    let Some(endpoint) = tried.candidate.endpoint.filter(|endpoint| !endpoint.path.ends_with('/')) else {
        return;
    };
    let wanted = format!("{}/", endpoint.path);
    let elsewhere = |index: usize| tried.handshakes.iter().all(|way| way.taken.switch != Some(index));
    for (index, switch) in section.switches.iter().enumerate().filter(|&(index, _)| elsewhere(index)) {
        let terms = probe::alternatives(switch.condition.as_ref()).into_iter().flatten();
        let mut tests = terms.filter(|term| !term.negated).flat_map(|term| probe::tests_of(section, term));
        let wants = |test: &&Test| {
            is_fetch(test, &["path", "url", "uri", "pathq"])
                && test.patterns.iter().any(|pattern| *pattern.text == *wanted)
        };
        let Some(test) = tests.find(wants) else { continue };
        let ways = follow_changed(tried, true, false, |request| wanted.clone_into(&mut request.target));
        if ways.iter().any(|way| way.taken.switch == Some(index)) {
            let of_acl = section.acls.iter().find(|acl| std::ptr::eq(&acl.test, test));
            let line = &section.statements[of_acl.map_or(switch.statement, |acl| acl.statement)];
            let words = format!("this wants `{wanted}`, and the endpoint is `{}`", endpoint.path);
            let cause = says(Origin::Set, line.site(), words);
            return facts.answer(&ask::PATH_TEST, choices::PathTest::WantsSlash, cause);
        }
    }
}

/// `Host` carries the port unless it is the scheme's own; a prefix of one word matches more than was meant.
fn host_test(tried: &Tried<'_, '_>, test: &Test, site: Site, facts: &mut Facts) {
    let of_host = test.header().as_deref() == Some("host");
    if !of_host || test.unknown {
        return;
    }
    let section = tried.config.proxy(tried.candidate.frontend);
    let ports: Option<Vec<u16>> = section
        .binds
        .iter()
        .map(|bind| bind.few_ports())
        .collect::<Option<Vec<_>>>()
        .map(|ports| ports.into_iter().flatten().collect());
    let odd_port = ports
        .filter(|ports| !ports.iter().any(|port| matches!(port, 80 | 443)))
        .and_then(|ports| ports.first().copied());
    let with_port = |port: u16| {
        move |request: &mut Request| {
            let host = format!("{}:{port}", request.host);
            request.set_header("Host", &host);
        }
    };
    if let Some(port) = odd_port
        && is_missed(tried, with_port(port))
    {
        let words = format!("a client on port {port} sends `Host: …:{port}`");
        facts.answer(&ask::HOST_TEST, choices::HostTest::Port, says(Origin::Set, site, words));
    } else if test.method == Method::Beg
        && test.patterns.iter().any(|pattern| !pattern.text.contains(['.', '-']))
    {
        let words = "this matches every name that begins so";
        facts.answer(&ask::HOST_TEST, choices::HostTest::Broad, says(Origin::Set, site, words));
    }
}

/// An HTTP/2 WebSocket looks like a GET with `Upgrade`, without a key, inside HAProxy.
fn h2_test(test: &Test, site: Site, facts: &mut Facts) {
    if test.header().as_deref() == Some("sec-websocket-key") {
        let words = "a WebSocket over HTTP/2 has no key";
        facts.answer(&ask::H2_TEST, choices::H2Test::Key, says(Origin::Set, site, words));
    } else if is_fetch(test, &["url", "uri"]) {
        let words = "over HTTP/2 the URI begins with `https://`";
        facts.answer(&ask::H2_TEST, choices::H2Test::Url, says(Origin::Set, site, words));
    }
}

/// Whether a test asks for the extended CONNECT of RFC 8441 as it stands on the wire, which no rule ever sees.
fn asks_for_connect(test: &Test) -> bool {
    let of_connect = |text: &str| text.eq_ignore_ascii_case("connect");
    matches!(test.header().as_deref(), Some(":method" | ":protocol"))
        || is_fetch(test, &["method"]) && test.patterns.iter().any(|pattern| of_connect(&pattern.text))
}

/// In `mode tcp` the raw `Connection` of Firefox is `keep-alive, Upgrade`, which `fhdr` compares as a whole.
fn whole_connection(tried: &Tried<'_, '_>, test: &Test, site: Site, facts: &mut Facts) {
    if test.header().as_deref() != Some("connection") {
        return;
    }
    let as_firefox = |request: &mut Request| request.set_header("Connection", "keep-alive, Upgrade");
    if is_missed(tried, as_firefox) {
        let words = "Firefox sends `Connection: keep-alive, Upgrade`";
        facts.answer(&ask::WHOLE_CONNECTION, true, says(Origin::Set, site, words));
    }
}

/// Tests of one name are alternatives: two lines about the handshake and something else match either.
fn alternatives_of_one_name(tried: &Tried<'_, '_>, section: &Proxy<'_>, facts: &mut Facts) {
    let Some(switch) = tried.candidate.switch else { return };
    for term in probe::alternatives(section.switches[switch].condition.as_ref()).into_iter().flatten() {
        let Asked::Named(name) = &term.asked else { continue };
        let Some(lines) = section.acls_named(name).filter(|lines| lines.len() > 1) else { continue };
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
            facts.answer(&ask::SAME_NAME, true, cause.and(site(first), super::limits::role("the first")));
            return;
        }
    }
}

/// Over HTTP/2 the URI is absolute inside HAProxy: a pattern that expects it to begin with `/` misses it (measured).
fn uri_rules(tried: &Tried<'_, '_>, facts: &mut Facts) {
    use crate::config::action::{Action, Part};
    let rule = tried.rules().find(|(rule, _)| matches!(rule.action, Action::ReplaceUri(Part::Uri, ..)));
    let Some((_, line)) = rule else { return };
    let paths = |ways: &Ways| -> Option<Vec<String>> {
        ways.iter().map(|way| Some(way.sent_target()?.0.to_owned())).collect()
    };
    let here = paths(&tried.handshakes);
    let there = paths(&follow_changed(tried, true, false, over_h2));
    if let (Some(here), Some(there)) = (here, there)
        && !here.iter().any(|path| there.contains(path))
    {
        let words = "over HTTP/2 the URI begins with `https://`";
        facts.answer(&ask::URI_MISSES_H2, true, says(Origin::Set, line.site(), words));
    }
}

/// `http-request` rules run before all `use_backend` rules, wherever they stand.
fn late_rules(section: &Proxy<'_>, facts: &mut Facts) {
    let Some(first) = section.switches.first().map(|switch| switch.statement) else { return };
    let late =
        section.rules.iter().find(|rule| super::limits::is_request_rule(rule) && rule.statement > first);
    if let Some(rule) = late {
        let words = "this runs before the `use_backend` rules above it";
        facts.answer(
            &ask::LATE_RULE,
            true,
            says(Origin::Set, section.statements[rule.statement].site(), words),
        );
    }
}

/// Some proxies send `X-Forwarded-Proto: wss` for WebSockets, which is not `https`.
fn forwarded_scheme(section: &Proxy<'_>, facts: &mut Facts) {
    use crate::config::action::Action;
    let asks = |condition: &Condition| {
        condition.terms().flat_map(|term| probe::tests_of(section, term)).any(|test| {
            let words: Vec<&str> = test.patterns.iter().map(|pattern| &*pattern.text).collect();
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
        facts.answer(&ask::FORWARDED_SCHEME, true, set_at(site));
    }
}
