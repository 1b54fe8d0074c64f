//! The same handshake as other clients send it.

use std::rc::Rc;

use super::tried::Tried;
use crate::acl::pattern::Method;
use crate::acl::test::Test;
use crate::routes::probe;
use crate::routes::ways::{Leaves, Ways};
use crate::routes::wish::Open;
use wslint_model::Request;

/// Whether a changed form of the handshake never comes to the backend of this way, though the probe itself does.
pub(super) fn is_missed(tried: &Tried<'_, '_>, change: impl Fn(&mut Request)) -> bool {
    tried.arrived().next().is_some() && all_elsewhere(tried, &follow_changed(tried, true, false, change))
}

/// Whether a test fetches one of these parts of the request.
pub(super) fn is_fetch(test: &Test, names: &[&str]) -> bool {
    test.subject().is_some_and(|call| {
        let name = call.name.strip_prefix("req.").or(call.name.strip_prefix("req_")).unwrap_or(&call.name);
        names.contains(&name)
    })
}

/// A changed form of the probe, followed from the same listener. A bare one carries no header fields but those given.
pub(super) fn follow_changed(
    tried: &Tried<'_, '_>,
    websocket: bool,
    bare: bool,
    change: impl Fn(&mut Request),
) -> Rc<Ways> {
    let candidate = tried.candidate;
    let (mut request, bind) =
        probe::request_at(&tried.surroundings, candidate.frontend, &candidate.wish, websocket);
    change(&mut request);
    let open = Open { fields: !bare, ..candidate.wish.open() };
    tried.surroundings.follow(&request, (candidate.frontend, bind), open)
}

/// Whether no run comes to the backend of this way, though each comes to some backend.
fn all_elsewhere(tried: &Tried<'_, '_>, ways: &Ways) -> bool {
    let backends = tried.backends();
    ways.runs.complete
        && ways.iter().all(|way| {
            let sent_elsewhere = way.taken.backend.is_some_and(|backend| !backends.contains(&backend));
            sent_elsewhere || matches!(way.leaves(), Leaves::Answered { by: "no backend", .. })
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
