//! What browsers say to a page of another origin.

use super::who::{came, said};
use crate::plan::Plan;
use crate::report::Step;
use crate::seen::{Answer, Cors, Reply};

const BOTH: &str = "proxy and server both add the header: leave it to one of them, nginx `proxy_hide_header \
                    Access-Control-Allow-Origin;` beside `add_header`, HAProxy `http-response set-header` in place of `add-header`";
const MISSING: &str = "Socket.IO `cors: { origin: … }` in the server, or nginx `add_header Access-Control-Allow-Origin … always;` (one \
                       `add_header` in a location hides all inherited ones), HAProxy `http-response set-header`";

/// The steps of CORS.
pub(super) fn steps(plan: &Plan, cors: &Cors) -> Vec<Step> {
    vec![preflight(plan, &cors.preflight), poll(plan, &cors.poll)]
}

fn preflight(plan: &Plan, reply: &Reply) -> Step {
    let what = "pre-flight";
    match reply {
        Ok(answer) if (200..300).contains(&answer.status) => match refusal(plan, answer) {
            None => Step::ok(what, format!("{} allows {}", answer.status, said(&plan.page()))),
            Some((why, cause)) => Step::warning(what, format!("{why}: {WITH_HEADERS}"), cause),
        },
        _ => Step::warning(
            what,
            format!("{}: {WITH_HEADERS}", came(reply)),
            "OPTIONS is refused or answered by somebody who knows no CORS: nginx `limit_except`, `auth_basic` or `auth_request` in \
             this location, HAProxy `http-request deny` or `auth`; pre-flights carry no credentials",
        ),
    }
}

/// Whom it concerns.
const WITH_HEADERS: &str = "clients that add a header (`extraHeaders`, `Authorization`) cannot poll";

fn poll(plan: &Plan, reply: &Reply) -> Step {
    let what = "CORS";
    let Ok(answer) = reply else {
        return Step::ok(what, format!("not judged: {}", came(reply)));
    };
    match refusal(plan, answer) {
        None => Step::ok(what, format!("a page of {} may read the polls", said(&plan.page()))),
        Some((why, cause)) => Step::failed(
            what,
            format!(
                "{why}: browsers keep the polls from the page, and Socket.IO does not connect by polling"
            ),
            cause,
        ),
    }
}

/// Why a browser keeps the answer from the page (WHATWG Fetch, section 4.10).
fn refusal(plan: &Plan, answer: &Answer) -> Option<(String, &'static str)> {
    let lines: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Access-Control-Allow-Origin"))
        .map(|(_, value)| value.as_str())
        .collect();
    let page = plan.page();
    match lines[..] {
        [] => Some(("there is no `Access-Control-Allow-Origin`".into(), MISSING)),
        ["*"] if wants_credentials(answer) => Some((
            "`Access-Control-Allow-Origin: *` together with credentials".into(),
            "with cookies the header must name the page's origin: nginx `add_header Access-Control-Allow-Origin $http_origin always;` \
             for origins that a `map` lists, Socket.IO `cors: { origin: [\"https://…\"], credentials: true }`",
        )),
        ["*"] => None,
        [one] if one.contains(',') => {
            Some((format!("`Access-Control-Allow-Origin` is {}, a list", said(one)), BOTH))
        }
        [one] if one == page => None,
        [one] => Some((
            format!("`Access-Control-Allow-Origin` is {}, not {}", said(one), said(&page)),
            "the page's origin is missing in the list of the server (`cors: { origin: … }`) or of the proxy's `map`",
        )),
        _ => Some((format!("`Access-Control-Allow-Origin` is there {} times", lines.len()), BOTH)),
    }
}

/// Whether the server expects credentials.
fn wants_credentials(answer: &Answer) -> bool {
    answer.header("Access-Control-Allow-Credentials").is_some_and(|value| value.trim() == "true")
}
