//! What the server learns of the request, and of whom it comes from: the host, the origin, the scheme, a password.

use super::cause::{answer_agreed, set_at};
use super::changed::follow_changed;
use super::tried::Tried;
use crate::choices::{Host, Origin as Sent};
use crate::questions as ask;
use crate::routes::probe;
use crate::routes::ways::{Leaves, Way};
use wslint_model::choices::ForwardedProto;
use wslint_model::traffic::Framework;
use wslint_model::{Cause, Facts, Known, Origin, Role};

/// Answers the questions about identity.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    host(tried, facts);
    origin(tried, facts);
    scheme(tried, facts);
    password(tried, facts);
}

fn sent<'t>(tried: &'t Tried<'_, '_>) -> impl Iterator<Item = Way<'t>> + Clone {
    tried.arrived().filter(|way| way.first().http && way.leaves() == Leaves::Sent)
}

fn nowhere(tried: &Tried<'_, '_>) -> Cause {
    Cause::nowhere(Origin::Default(tried.config.version))
}

/// The host that a candidate's handshake asks for.
fn asked(tried: &Tried<'_, '_>) -> String {
    probe::request_at(&tried.surroundings, tried.candidate.frontend, &tried.candidate.wish, true).0.host
}

fn host(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let asked = asked(tried);
    let answers = sent(tried).map(|way| {
        let sent = way.sent()?;
        let Some(cause) = way.cause("host") else {
            return Some((Known::Known(Host::Client), nowhere(tried)));
        };
        let fate = sent.values("host").map(|hosts| match hosts.as_slice() {
            [] => Host::Missing,
            [host] if host.eq_ignore_ascii_case(&asked) => Host::Client,
            [_] => Host::Fixed,
            _ => Host::Repeated,
        });
        Some((fate, cause.clone()))
    });
    answer_agreed(facts, &tried.handshakes, &ask::HOST, answers);
    if !tried.candidate.evidence.framework.is_some_and(Framework::takes_forwarded_host) {
        return;
    }
    let named = sent(tried).map(|way| {
        let (cause, other) = (way.cause("x-forwarded-host"), way.cause("forwarded"));
        let named = match way.sent()?.value("x-forwarded-host") {
            Known::Known(Some(host)) if host.eq_ignore_ascii_case(&asked) => Known::Known(true),
            // A rule that names another host may be for clients of that one.
            _ if cause.is_some() || other.is_some() => Known::Unknown,
            _ => Known::Known(false),
        };
        Some((named, cause.or(other).cloned().unwrap_or_else(|| nowhere(tried))))
    });
    answer_agreed(facts, &tried.handshakes, &ask::HOST_FORWARDED, named);
}

/// Servers that compare `Origin` with `Host` refuse browsers where a rule has changed one of the two alone.
fn origin(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let asked = asked(tried);
    let answers = sent(tried).map(|way| {
        let sent = way.sent()?;
        let Some(cause) = way.cause("origin") else {
            return Some((Known::Known(Sent::Kept), nowhere(tried)));
        };
        let client = way.first().arrival.message.value("origin");
        let fate = match sent.value("origin") {
            Known::Unknown => Known::Unknown,
            Known::Known(None) => Known::Known(Sent::Removed),
            sent if sent == client => Known::Known(Sent::Kept),
            Known::Known(Some(origin)) => Known::Known(match origin.split_once("://") {
                Some((_, host)) if host.eq_ignore_ascii_case(&asked) => Sent::OwnHost,
                _ => Sent::Rewritten,
            }),
        };
        Some((fate, cause.clone()))
    });
    answer_agreed(facts, &tried.handshakes, &ask::ORIGIN, answers);
}

/// What the server learns about the scheme of a client whose TLS ends here.
fn scheme(tried: &Tried<'_, '_>, facts: &mut Facts) {
    const FIELD: &str = "x-forwarded-proto";
    let listeners = &tried.config.proxy(tried.candidate.frontend).binds;
    let (_, taken) =
        probe::request_at(&tried.surroundings, tried.candidate.frontend, &tried.candidate.wish, true);
    if !taken.and_then(|bind| listeners.get(bind)).is_some_and(|bind| bind.tls) {
        return;
    }
    let answers = sent(tried).map(|way| {
        let told = way.cause(FIELD);
        let fate = match way.sent()?.value(FIELD) {
            Known::Known(Some(scheme)) if scheme.eq_ignore_ascii_case("http") => {
                Known::Known(ForwardedProto::Wrong)
            }
            Known::Known(Some(_)) => Known::Known(ForwardedProto::Sent),
            Known::Known(None) if told.is_none() => Known::Known(ForwardedProto::Missing),
            Known::Known(None) | Known::Unknown => Known::Unknown,
        };
        let listener = tried.config.proxy(tried.candidate.frontend);
        let here = || {
            let words = "TLS ends here, and no rule tells the server so".to_owned();
            Cause::at(Origin::Default(tried.config.version), listener.header.site(), Role::Says(words))
        };
        Some((fate, told.cloned().unwrap_or_else(here)))
    });
    answer_agreed(facts, &tried.handshakes, &ask::FORWARDED_PROTO, answers);
}

/// Whether a rule asks for a password, which the handshake of a script cannot bring along.
fn password(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let asked_for = tried.shared.asks_for_passwords();
    if !asked_for || !tried.handshakes.iter().any(|way| way.leaves() == Leaves::Sent) {
        return;
    }
    let without = follow_changed(tried, true, true, |_| {});
    let asks = without.iter().map(|way| match way.leaves() {
        Leaves::Answered { by: "auth", site, .. } => site,
        _ => None,
    });
    let mut sites = asks.collect::<Vec<_>>().into_iter();
    let Some(Some(site)) = sites.next() else { return };
    if without.runs.complete && sites.all(|other| other == Some(site)) {
        facts.answer(&ask::PASSWORD, true, set_at(site));
    }
}
