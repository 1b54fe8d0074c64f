//! Handshakes that are redirected.

use super::known::Known;
use super::who::said;
use crate::seen::Answer;

/// What a redirect means, and who usually sends it.
pub(super) fn redirect(answer: &Answer, known: &Known<'_>) -> (String, String) {
    let location = answer.header("Location").unwrap_or_default();
    let status = answer.status;
    let meaning = format!(
        "it is redirected with {status} to {}, and browsers follow no redirect in a handshake",
        said(location.split(['?', '#']).next().unwrap_or_default())
    );
    let plan = known.plan;
    let (scheme, host, path) = cut(&location);
    let here = host.is_none_or(|host| host.eq_ignore_ascii_case(&plan.host));
    let same_scheme = scheme.is_none_or(|scheme| (scheme == "https") == plan.tls);
    let cause = if here && path.strip_suffix('/') == Some(plan.path()) {
        "the path lacks its slash at the end: nginx redirects to a `location /ws/` with `proxy_pass`, and frameworks do, too; give \
         the client the path with the slash, or add `location = /ws`"
    } else if here && same_scheme && path == plan.path() {
        "the redirect leads to where it came from: the server does not know that TLS was spoken: nginx `proxy_set_header \
         X-Forwarded-Proto $scheme;`, HAProxy `http-request set-header X-Forwarded-Proto https if { ssl_fc }`; and what tests it for \
         `https` must not be told `wss`"
    } else if here && scheme == Some("https") && !plan.tls {
        "plain requests are sent to https: nginx `return 301 https://…`, HAProxy `redirect scheme https`; use wss:// in the client, \
         or leave the path of the WebSocket out of the redirect"
    } else {
        "nginx `return 301`, `rewrite … redirect`, HAProxy `http-request redirect`, or the server (to a login, another name, a \
         language): leave the path of the WebSocket out of it, or give the client the address that it leads to"
    };
    (meaning, cause.to_owned())
}

/// The scheme, the host without its port and the path of where a redirect leads; a path alone has the first two from the
/// request.
fn cut(location: &str) -> (Option<&str>, Option<&str>, &str) {
    let bare = location.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = bare.split_once("://") else { return (None, None, bare) };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host =
        authority.rsplit_once(':').filter(|(_, digits)| port(digits)).map_or(authority, |(host, _)| host);
    (Some(scheme), Some(host), path)
}
