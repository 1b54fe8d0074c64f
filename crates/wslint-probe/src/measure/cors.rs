//! What browsers ask before a page of another origin may poll (WHATWG Fetch, sections 4.8 and 4.10).

use super::ask::{Request, ask};
use super::door::Door;
use crate::plan::Plan;
use crate::seen::Cors;

/// Asks as a browser does before a request with a header of its own, and once more with the request itself.
pub(super) async fn cors(door: &Door, plan: &Plan, target: &str) -> Cors {
    let preflight = Request::of_script(plan, "OPTIONS", target, "")
        .with("Access-Control-Request-Method", "POST")
        .with("Access-Control-Request-Headers", "content-type");
    // A pre-flight carries no credentials, whoever asks.
    let preflight = Request {
        headers: preflight
            .headers
            .into_iter()
            .filter(|(name, _)| !["Cookie", "Authorization"].iter().any(|one| name.eq_ignore_ascii_case(one)))
            .collect(),
        ..preflight
    };
    let preflight = ask(door, &preflight).await;
    let poll = ask(door, &Request::of_script(plan, "GET", target, "")).await;
    Cors { preflight, poll }
}
