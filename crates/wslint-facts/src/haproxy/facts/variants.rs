//! The same handshake as other clients send it.

use super::Context;
use crate::haproxy::acl::pattern::Method;
use crate::haproxy::acl::test::Test;
use crate::haproxy::request::follow::Start;
use crate::haproxy::request::journey::{End, Journey};
use crate::haproxy::request::walk::Walk;
use crate::haproxy::routes::probe;
use crate::request::Request;

/// Whether a changed form of the handshake never comes to the backend of this way, though the probe itself does.
pub(super) fn is_missed(context: &Context<'_, '_>, change: impl Fn(&mut Request)) -> bool {
    context.arrived().next().is_some()
        && all_elsewhere(context, &follow_changed(context, true, false, change))
}

/// Whether a test fetches one of these parts of the request.
pub(super) fn is_fetch(test: &Test, names: &[&str]) -> bool {
    test.fetch().is_some_and(|call| {
        let name = call.name.strip_prefix("req.").or(call.name.strip_prefix("req_")).unwrap_or(&call.name);
        names.contains(&name)
    })
}

/// A changed form of the probe, followed from the same listener.
pub(super) fn follow_changed(
    context: &Context<'_, '_>,
    websocket: bool,
    bare: bool,
    change: impl Fn(&mut Request),
) -> Vec<Journey> {
    let attempt = context.attempt;
    let (mut request, bind) = probe::request_at(context.config, attempt.frontend, &attempt.wish, websocket);
    change(&mut request);
    let start = match bare {
        true => Start::Bare(attempt.frontend, bind),
        false => Start::Section(attempt.frontend, bind),
    };
    probe::explored(|oracle| Walk::run(context.config, context.root, oracle, &request, start))
}

/// Whether no run comes to the backend of this way, though each comes to some backend.
fn all_elsewhere(context: &Context<'_, '_>, journeys: &[Journey]) -> bool {
    let backends = context.backends();
    journeys.iter().all(|journey| {
        let sent_elsewhere = journey
            .hops
            .first()
            .and_then(|hop| hop.backend)
            .is_some_and(|backend| !backends.contains(&backend));
        sent_elsewhere || matches!(journey.end, End::Answered { keyword: "no backend", .. })
    })
}

/// Whether a test measures the length of the query or of what holds it.
pub(super) fn measures_query(test: &Test) -> bool {
    let of_target =
        is_fetch(test, &["url", "uri", "query", "pathq", "urlp", "url_param", "len", "capture.req.uri"]);
    let length = test.method == Method::Len
        || test.expression.as_ref().is_some_and(|expression| {
            expression.converters.iter().any(|call| matches!(call.name.as_str(), "length" | "strlen"))
        });
    of_target && (length || test.method == Method::Reg)
}
