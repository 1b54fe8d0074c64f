//! Rules that refuse handshakes for what they look like: some clients get through, others do not.

use super::cause::says;
use super::changed::{follow_changed, is_fetch, measures_query};
use super::tried::Tried;
use crate::acl::condition::Asked;
use crate::acl::test::Test;
use crate::choices::RefusedVariant;
use crate::config::action::{Action, Rule};
use crate::config::proxy::ProxyId;
use crate::questions as ask;
use crate::routes::ways::{Leaves, Way, Ways};
use wslint_model::{Facts, Origin, Request, Site};

/// Answers the questions about refusals.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    if !tried.rules().any(|(rule, _)| refuses(rule)) {
        return;
    }
    variant(tried, facts);
}

/// Whether a rule answers in the place of the server, or hangs up.
pub(super) fn refuses(rule: &Rule) -> bool {
    matches!(&rule.action, Action::Drop { .. } | Action::Answer { keyword: "deny" | "tarpit", .. })
}

/// The first usual form that a rule refuses while the others pass.
fn variant(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let with_accept = |request: &mut Request| request.set_header("Accept", "*/*");
    if refused(tried, &tried.handshakes, |_, test| test.header().as_deref() == Some("accept")).is_some() {
        let others = follow_changed(tried, true, false, with_accept);
        if let Some((.., site)) = all_refused(tried, &tried.handshakes)
            && others.iter().any(|way| is_sent(&way))
        {
            let words = "Chrome's handshake carries no `Accept`";
            return told(facts, RefusedVariant::HandshakeWithoutAccept, site, words);
        }
    }
    if !tried.handshakes.iter().any(|way| is_sent(&way)) {
        return;
    }
    let bare = follow_changed(tried, true, true, |request| {
        request.set_header("Accept", "*/*");
        request.headers.retain(|(name, _)| name != "Origin");
    });
    for (header, variant, words) in [
        ("origin", RefusedVariant::HandshakeWithoutOrigin, "clients outside browsers send no `Origin`"),
        (
            "user-agent",
            RefusedVariant::HandshakeWithoutUserAgent,
            "clients outside browsers may send no `User-Agent`",
        ),
    ] {
        let by_header = |_: &Asked, test: &Test| test.header().as_deref() == Some(header);
        if let Some(site) = refused(tried, &bare, by_header) {
            return told(facts, variant, site, words);
        }
    }
    let long = follow_changed(tried, true, false, |request| {
        let link = if request.target.contains('?') { '&' } else { '?' };
        request.target = format!("{}{link}token={}", request.target, "a".repeat(TOKEN));
    });
    if let Some(site) = refused(tried, &long, |_, test| measures_query(test)) {
        return told(
            facts,
            RefusedVariant::HandshakeWithToken,
            site,
            "a token in the query, where handshakes carry it, is too long",
        );
    }
    if !tried.polls() {
        return;
    }
    let by_method = |asked: &Asked, test: &Test| match asked {
        Asked::Named(name) if name.starts_with("METH_") => true,
        _ => is_fetch(test, &["method"]),
    };
    for (method, variant, words) in [
        ("POST", RefusedVariant::PostOfAPoll, "clients that poll send their messages by POST"),
        ("OPTIONS", RefusedVariant::Preflight, "browsers send OPTIONS before polls of another origin"),
    ] {
        let ways = follow_changed(tried, false, false, |request| method.clone_into(&mut request.method));
        if let Some(site) = refused(tried, &ways, by_method) {
            return told(facts, variant, site, words);
        }
    }
}

/// Bytes of a signed token with a few claims; those of identity providers are often longer.
const TOKEN: usize = 800;

fn told(facts: &mut Facts, variant: RefusedVariant, site: Site, words: &str) {
    let cause = says(Origin::Set, site, words);
    facts.answer(&ask::REFUSED_VARIANT, variant, cause.clone());
    facts.answer(&ask::REFUSED_REQUEST, in_words(variant).to_owned(), cause);
}

/// What is refused, as people call it.
fn in_words(variant: RefusedVariant) -> &'static str {
    match variant {
        RefusedVariant::HandshakeWithoutAccept => "handshakes without `Accept`, as Chrome sends them",
        RefusedVariant::HandshakeWithoutOrigin => {
            "handshakes without `Origin`, as clients outside browsers send them"
        }
        RefusedVariant::HandshakeWithoutUserAgent => {
            "handshakes without `User-Agent`, as clients outside browsers may send them"
        }
        RefusedVariant::HandshakeWithToken => "handshakes with a token in their query",
        RefusedVariant::Preflight => "the OPTIONS that browsers send before polls of another origin",
        RefusedVariant::PostOfAPoll => "the POST by which clients that poll send messages",
    }
}

fn is_sent(way: &Way<'_>) -> bool {
    matches!(way.leaves(), Leaves::Sent | Leaves::Answered { by: "forced upgrade", .. })
}

/// The rule that refuses all runs, with its section.
fn all_refused<'t>(tried: &'t Tried<'_, '_>, ways: &Ways) -> Option<(ProxyId, &'t Rule, Site)> {
    let mut found: Option<(ProxyId, &Rule, Site)> = None;
    for way in ways.iter() {
        let (Leaves::Answered { site, .. } | Leaves::Dropped { site, .. }) = way.leaves() else {
            return None;
        };
        let site = site?;
        let (section, rule) = tried.rule_at(&way, site).filter(|(_, rule)| refuses(rule))?;
        if found.is_some_and(|(.., before)| before != site) {
            return None;
        }
        found = Some((section, rule, site));
    }
    found.filter(|_| ways.runs.complete)
}

/// The rule that refuses all runs, if a test of that kind is among those that it asks.
fn refused(tried: &Tried<'_, '_>, ways: &Ways, of: impl Fn(&Asked, &Test) -> bool) -> Option<Site> {
    let (section, rule, site) = all_refused(tried, ways)?;
    asks(tried, section, rule, of).then_some(site)
}

fn asks(tried: &Tried<'_, '_>, section: ProxyId, rule: &Rule, of: impl Fn(&Asked, &Test) -> bool) -> bool {
    let proxy = tried.config.proxy(section);
    rule.condition.iter().flat_map(|condition| condition.terms()).any(|term| match &term.asked {
        Asked::Anonymous(braces) => of(&term.asked, &braces.test),
        Asked::Named(name) => match proxy.acls_named(name) {
            Some(indices) => indices.iter().any(|&index| of(&term.asked, &proxy.acls[index].test)),
            None => Test::predefined(name).is_some_and(|test| of(&term.asked, &test)),
        },
    })
}
