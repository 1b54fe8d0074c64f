//! What the server is told of the request, and of whom it comes from: the host, the scheme, a password.

use super::cause::{answer_agreed, set_at};
use super::changed::follow_changed;
use super::tried::Tried;
use crate::choices::Host;
use crate::questions as ask;
use crate::routes::probe;
use crate::routes::ways::{Leaves, Way};
use wslint_model::choices::ForwardedProto;
use wslint_model::{Cause, Facts, Known, Origin, Role};

/// Answers the questions about identity.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    host(tried, facts);
    scheme(tried, facts);
    password(tried, facts);
}

fn sent<'t>(tried: &'t Tried<'_, '_>) -> impl Iterator<Item = Way<'t>> + Clone {
    tried.arrived().filter(|way| way.first().http && way.leaves() == Leaves::Sent)
}

fn nowhere(tried: &Tried<'_, '_>) -> Cause {
    Cause::nowhere(Origin::Default(tried.config.version))
}

/// Servers that compare `Origin` with `Host` refuse browsers where a rule has changed the latter alone.
fn host(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let (request, _) =
        probe::request_at(&tried.surroundings, tried.candidate.frontend, &tried.candidate.wish, true);
    let asked = request.host;
    let answers = sent(tried).map(|way| {
        let sent = way.sent()?;
        let Some(cause) = way.cause("host") else { return Some((Known::Known(Host::Kept), nowhere(tried))) };
        let of_origin = way.cause("origin").is_some();
        let fate = match sent.value("host") {
            _ if of_origin => Known::Unknown,
            Known::Known(Some(host)) if host.eq_ignore_ascii_case(&asked) => Known::Known(Host::Kept),
            Known::Known(Some(_)) => Known::Known(Host::Replaced),
            Known::Known(None) | Known::Unknown => Known::Unknown,
        };
        Some((fate, cause.clone()))
    });
    answer_agreed(facts, &tried.handshakes, &ask::SENT_HOST, answers);
}

/// What the server learns about the scheme of a client whose TLS ends here.
fn scheme(tried: &Tried<'_, '_>, facts: &mut Facts) {
    const FIELD: &str = "x-forwarded-proto";
    let listeners = &tried.config.proxy(tried.candidate.frontend).binds;
    if listeners.is_empty() || !listeners.iter().all(|bind| bind.tls) {
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
    if !tried.handshakes.iter().any(|way| way.leaves() == Leaves::Sent) {
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
