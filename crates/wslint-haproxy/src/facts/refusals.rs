//! Rules that refuse handshakes for what they look like: some clients get through, others do not.

use super::variants::{follow_changed, is_fetch, measures_query};
use crate::acl::condition::Asked;
use crate::acl::test::Test;
use crate::config::action::{Action, Rule};
use crate::config::proxy::ProxyId;
use crate::facts::{Context, says};
use crate::questions as ask;
use crate::request::journey::{End, Journey};
use wslint_model::{Facts, Origin, Request, Site, Value, traffic::Framework};

/// Answers the questions about refusals.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    if !context.rules().any(|(rule, _)| refuses(rule)) {
        return;
    }
    variant(context, facts);
}

/// Whether a rule answers in the place of the server, or hangs up.
pub(super) fn refuses(rule: &Rule) -> bool {
    matches!(&rule.action, Action::Drop { .. } | Action::Answer { keyword: "deny" | "tarpit", .. })
}

/// The first usual form that a rule refuses while the others pass.
fn variant(context: &Context<'_, '_>, facts: &mut Facts) {
    let with_accept = |request: &mut Request| request.set_header("Accept", "*/*");
    if refused(context, &context.handshakes, |_, test| test.header().as_deref() == Some("accept")).is_some() {
        let others = follow_changed(context, true, false, with_accept);
        if let Some(site) = all_refused(context, &context.handshakes)
            && others.iter().any(|journey| is_sent(&journey.end))
        {
            let words = "Chrome's handshake carries no `Accept`";
            return told(facts, "handshake-without-accept", site, words);
        }
    }
    if !context.handshakes.iter().any(|journey| is_sent(&journey.end)) {
        return;
    }
    let bare = follow_changed(context, true, true, |request| {
        request.set_header("Accept", "*/*");
        request.headers.retain(|(name, _)| name != "Origin");
    });
    for (header, word, words) in [
        ("origin", "handshake-without-origin", "clients outside browsers send no `Origin`"),
        ("user-agent", "handshake-without-user-agent", "clients outside browsers may send no `User-Agent`"),
    ] {
        let by_header = |_: &Asked, test: &Test| test.header().as_deref() == Some(header);
        if let Some(site) = refused(context, &bare, by_header) {
            return told(facts, word, site, words);
        }
    }
    let long = follow_changed(context, true, false, |request| {
        let link = if request.target.contains('?') { '&' } else { '?' };
        request.target = format!("{}{link}token={}", request.target, "a".repeat(TOKEN));
    });
    if let Some(site) = refused(context, &long, |_, test| measures_query(test)) {
        return told(
            facts,
            "handshake-with-token",
            site,
            "a token in the query, where handshakes carry it, is too long",
        );
    }
    if !context.attempt.evidence.framework.is_some_and(Framework::polls) {
        return;
    }
    let by_method = |asked: &Asked, test: &Test| match asked {
        Asked::Named(name) if name.starts_with("METH_") => true,
        _ => is_fetch(test, &["method"]),
    };
    for (method, word, words) in [
        ("POST", "post-of-a-poll", "clients that poll send their messages by POST"),
        ("OPTIONS", "preflight", "browsers send OPTIONS before polls of another origin"),
    ] {
        let journeys =
            follow_changed(context, false, false, |request| method.clone_into(&mut request.method));
        if let Some(site) = refused(context, &journeys, by_method) {
            return told(facts, word, site, words);
        }
    }
}

/// Bytes of a signed token with a few claims; those of identity providers are often longer.
const TOKEN: usize = 800;

fn told(facts: &mut Facts, word: &'static str, site: Site, words: &str) {
    facts.answer(&ask::REFUSED_VARIANT, Value::Choice(word), says(Origin::Set, site, words));
}

fn is_sent(end: &End) -> bool {
    matches!(end, End::Sent { .. } | End::Answered { keyword: "forced upgrade", .. })
}

/// The rule that refuses all runs.
fn all_refused(context: &Context<'_, '_>, journeys: &[Journey]) -> Option<Site> {
    let mut site = None;
    for journey in journeys {
        let (section, rule) = context.ended_by(journey).filter(|(_, rule)| refuses(rule))?;
        let here = context.config.proxy(section).statements[rule.statement].site();
        if site.is_some_and(|site| site != here) {
            return None;
        }
        site = Some(here);
    }
    site
}

/// The rule that refuses all runs, if a test of that kind is among those that it asks.
fn refused(
    context: &Context<'_, '_>,
    journeys: &[Journey],
    of: impl Fn(&Asked, &Test) -> bool,
) -> Option<Site> {
    let site = all_refused(context, journeys)?;
    let (section, rule) = context.ended_by(journeys.first()?)?;
    asks(context, section, rule, of).then_some(site)
}

fn asks(
    context: &Context<'_, '_>,
    section: ProxyId,
    rule: &Rule,
    of: impl Fn(&Asked, &Test) -> bool,
) -> bool {
    let proxy = context.config.proxy(section);
    rule.condition.iter().flat_map(|condition| condition.terms()).any(|term| match &term.asked {
        Asked::Anonymous(test) => of(&term.asked, test),
        Asked::Named(name) => match proxy.acl_names.get(name) {
            Some(indices) => indices.iter().any(|&index| of(&term.asked, &proxy.acls[index].test)),
            None => Test::predefined(name).is_some_and(|test| of(&term.asked, &test)),
        },
    })
}
