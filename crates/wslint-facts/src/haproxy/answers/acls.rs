//! Tests that say something else than they seem to, and names of backends that are computed.

use super::super::condition::{Asked, Test};
use super::super::format::Piece;
use super::super::pattern::Method;
use super::super::probe;
use super::super::proxy::{Proxy, Switch, Target};
use super::super::questions as ask;
use super::{Context, says};
use crate::fact::{Facts, Origin, Role, Value};

/// Answers the questions about tests.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    let section = context.config.proxy(context.attempt.frontend);
    if let Some(switch) = context.attempt.switch {
        host_prefix(section, &section.switches[switch], facts);
        overloaded(section, &section.switches[switch], facts);
    }
    computed(context, section, facts);
}

/// `hdr_beg(host) -i ws` takes `wsgi.example.com` too (measured): a label ends with a dot.
fn host_prefix(section: &Proxy<'_>, switch: &Switch, facts: &mut Facts) {
    let too_broad = |test: &Test| {
        let of_host = test.header().as_deref() == Some("host")
            || test.fetch().is_some_and(|call| matches!(call.name.as_str(), "ssl_fc_sni" | "req.ssl_sni"));
        of_host
            && test.method == Method::Beg
            && test.patterns.iter().any(|pattern| !pattern.text.contains(['.', '-']) && !pattern.text.is_empty())
    };
    let terms = probe::alternatives(switch.condition.as_ref()).into_iter().flatten();
    if terms.filter(|term| !term.negated).any(|term| probe::tests_of(section, term).into_iter().any(too_broad)) {
        let site = section.statements[switch.statement].site();
        let words = "a prefix without the dot that ends a label";
        facts.answer(&ask::HOST_PREFIX, Value::Flag(true), says(Origin::Set, site, words));
    }
}

/// Lines of one name are alternatives: `acl ws hdr(Connection) -i upgrade` and `acl ws hdr(Upgrade) -i websocket`
/// hold when either does (measured: h2c upgrades and every request of the host match as well).
fn overloaded(section: &Proxy<'_>, switch: &Switch, facts: &mut Facts) {
    for term in probe::alternatives(switch.condition.as_ref()).into_iter().flatten() {
        let Asked::Named(name) = &term.asked else { continue };
        let lines = section.acl_names.get(name).into_iter().flatten().map(|&index| &section.acls[index]);
        let lines: Vec<_> = lines.collect();
        let part = |test: &Test| match test.header() {
            Some(header) => Some(header),
            None => test.fetch().map(|call| call.name.clone()),
        };
        let of_handshake = |part: &Option<String>| {
            part.as_deref().is_some_and(|part| {
                matches!(part, "upgrade" | "connection") || part.starts_with("sec-websocket-")
            })
        };
        let parts: Vec<_> = lines.iter().map(|acl| part(&acl.test)).collect();
        let Some(first) = parts.iter().position(of_handshake) else { continue };
        let Some(other) = parts.iter().position(|part| part != &parts[first]) else { continue };
        let site = |index: usize| section.statements[lines[index].statement].site();
        let cause = says(Origin::Set, site(first.min(other)), "one of several lines of this name")
            .and(site(first.max(other)), Role::Says("either of them is enough".to_owned()));
        facts.answer(&ask::OVERLOADED_TEST, Value::Text(name.clone()), cause);
        return;
    }
}

/// A computed name that no backend has ends the search: later rules are not asked, `default_backend` is used
/// (measured).
fn computed(context: &Context<'_, '_>, section: &Proxy<'_>, facts: &mut Facts) {
    let config = context.config;
    for switch in &section.switches {
        let Target::Dynamic(format) = &switch.target else { continue };
        let [Piece::Sample(expression)] = format.pieces.as_slice() else { continue };
        let map = expression.converters.iter().find(|call| call.name.starts_with("map"));
        let Some(map) = map else { continue };
        let site = section.statements[switch.statement].site();
        let unknown = context.root.pattern_files.get(map.arg(0)).and_then(|content| {
            let content = String::from_utf8_lossy(content).into_owned();
            content.lines().find_map(|line| {
                let mut words = line.split_whitespace();
                let key = words.next().filter(|key| !key.starts_with('#'))?;
                let value = words.next()?;
                config.backend(value).is_none().then(|| (key.to_owned(), value.to_owned()))
            })
        });
        let bad_default = (!map.arg(1).is_empty() && config.backend(map.arg(1)).is_none()).then(|| map.arg(1));
        let (word, words) = match (unknown, bad_default) {
            (Some((key, value)), _) => {
                ("unknown-name", format!("for `{key}` the map says `{value}`, which is no backend"))
            }
            (None, Some(name)) => ("unknown-name", format!("the default `{name}` is no backend")),
            (None, None) if map.arg(1).is_empty() => {
                ("no-default", "what the map does not list ends the search for a backend".to_owned())
            }
            (None, None) => ("known", "every entry names a backend".to_owned()),
        };
        facts.answer(&ask::COMPUTED_BACKEND, Value::Choice(word), says(Origin::Set, site, words));
        if word == "unknown-name" {
            return;
        }
    }
}
