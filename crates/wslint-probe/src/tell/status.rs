//! Why a handshake was answered so: what each status usually means, by who gave it.

use super::known::Known;
use super::redirect::redirect;
use super::who::Who;
use crate::seen::Answer;

/// That the `Upgrade` is lost.
const LOST: &str = "`Upgrade` and `Connection` are lost on the way: nginx needs `proxy_http_version 1.1;`, \
                    `proxy_set_header Upgrade $http_upgrade;` and `proxy_set_header Connection \"upgrade\";` in the location that \
                    passes it on (a location with any `proxy_set_header` of its own inherits none); in HAProxy no `http-request \
                    del-header` or `set-header` may touch them";

/// The usual cause of a refused handshake: what it means, and what to look for.
pub(super) fn of_answer(answer: &Answer, known: &Known<'_>) -> (String, String) {
    let who = Who::gave(answer);
    let body = answer.body.as_str();
    let has = |words: &str| body.contains(words);
    let told = |meaning: &str, cause: &str| (meaning.to_owned(), cause.to_owned());
    match (answer.status, who) {
        (300..=399, _) => redirect(answer, known),
        (400, _) if has("The plain HTTP request was sent to HTTPS port") => told(
            "nginx speaks TLS on this port",
            "use wss:// (https://): the port is of nginx `listen … ssl`; a proxy in front needs `proxy_pass https://…` or \
             `server … ssl`",
        ),
        (400 | 431 | 494, _) if has("Request Header Or Cookie Too Large") || answer.status == 431 => told(
            "the headers are larger than the proxy takes",
            "nginx `large_client_header_buffers`, HAProxy `tune.bufsize`: cookies and tokens have grown beyond them",
        ),
        (400, Who::Haproxy) => told(
            "HAProxy takes this for no valid request",
            "HAProxy `accept-proxy` on a listener that gets no PROXY header, headers larger than `tune.bufsize`, or a handshake \
             whose `Sec-WebSocket-Key` was taken away before it",
        ),
        (400, Who::EngineIo) if has("Session ID unknown") => told(
            "the session is unknown to the server that got this: it is another one than the one that opened it",
            AFFINITY,
        ),
        (400, Who::EngineIo) if has("Transport unknown") => {
            told("the server got the path without its query", QUERY)
        }
        (400, Who::EngineIo) if has("Bad request") => {
            told("the server got a plain request in place of a handshake", LOST)
        }
        (401 | 407, _) => told(
            "the path wants credentials, which browsers cannot add to a WebSocket except by cookie",
            "give the probe credentials with --header 'Cookie: …' or --header 'Authorization: …'; if pages without login shall \
             connect: nginx `auth_basic off;` or no `auth_request` in this location, HAProxy `http-request auth unless …`",
        ),
        (403, Who::Nginx) => told(
            "nginx refuses it before any server sees it",
            "nginx `deny`, `return 403` behind an `if`, `valid_referers` (a handshake has no `Referer`), or a WAF module",
        ),
        (403, Who::Haproxy) => told(
            "HAProxy refuses it before any server sees it",
            "HAProxy `http-request deny` with an ACL that meets the handshake: its path, its `Upgrade`, its source",
        ),
        (403, _) if known.without_origin => told(
            "the server refuses the page's `Origin`: without that header the handshake works",
            "the server compares `Origin` with `Host`, and a proxy has changed `Host`: nginx `proxy_set_header Host $http_host;` \
             (not `$proxy_host`, the default, and not `$host` where the port counts), HAProxy no `http-request set-header Host`; \
             or the page's origin is missing in the server's own list of allowed origins",
        ),
        (403, _) => told(
            "the server refuses it, and not for its `Origin` alone",
            "an allow list of the server or a WAF; nginx `proxy_set_header Host $http_host;` if it checks the host",
        ),
        (404, Who::Nginx) => told(
            "nginx passes this path on to nobody and looks for a file",
            "no `location` with `proxy_pass` matches the path: look at prefixes, slashes and regular expressions, and whether \
             another `server` block takes this name and port",
        ),
        (404, _) if known.polls => told("the server does not know this path for a WebSocket", PATH),
        (404, _) => told("the server has nothing at the path that it was asked for", PATH),
        (405, Who::Unknown) => told(
            "the server got another method than GET",
            "the method is changed on the way: nginx `proxy_method`, HAProxy `http-request set-method`",
        ),
        (405 | 501, Who::Nginx | Who::Haproxy) => told(
            "the proxy itself refuses the method",
            "nginx `limit_except` or a location without `proxy_pass`; HAProxy `http-request deny` with `method`",
        ),
        (408, _) => told("the proxy waits for more of the request", "HAProxy `timeout http-request`"),
        (421, _) => told(
            "the server does not serve this name on this connection",
            "another name than the certificate's: SNI and `Host` differ, nginx `proxy_ssl_name`, HAProxy `sni`",
        ),
        (429, _) => told("too many requests", LIMITS),
        (502, who) if who.is_proxy() && known.nothing_there() => {
            told("the server closes the connection on the handshake and answers 404 to plain requests", PATH)
        }
        (502, Who::Nginx) if known.works() => {
            told("the server behind nginx broke the handshake off, and answers plain requests", LOST)
        }
        (502, Who::Nginx) => told(
            "nginx got no valid answer from the server behind it",
            "the server of `proxy_pass` is not running, listens on another port or address, or speaks TLS where `proxy_pass` \
             says http:// (or the other way round), or wants no PROXY header (`proxy_protocol on`); a name in a variable needs a \
             `resolver`; `fastcgi_pass`, `uwsgi_pass` and `grpc_pass` speak to no WebSocket server",
        ),
        (502, Who::Haproxy) => told(
            "HAProxy got no valid answer from the server behind it",
            "`server … ssl` towards a server that speaks none (or the other way round), `proto h2` or `alpn h2` towards one that \
             speaks HTTP/1.1 or knows no RFC 8441, or a server that closes in place of an answer because it got no `Upgrade`",
        ),
        (503, Who::Haproxy) if known.works() => told(
            "HAProxy has no server for the handshake, and one for plain requests",
            "the ACL for WebSockets leads to another `use_backend` whose servers are down, disabled, or not there",
        ),
        (503, Who::Haproxy) => told(
            "HAProxy has no server for this request",
            "all servers are DOWN for the health check (`option httpchk` that a WebSocket server answers with 426 or 404), \
             `disabled`, or full (`maxconn`); or no `use_backend` matches and there is no `default_backend`",
        ),
        (503, Who::Nginx) => told(
            "nginx itself refuses it",
            "`limit_conn` or `limit_req` (503 is what both answer), or a `return 503`",
        ),
        (504, Who::Haproxy) => told(
            "the server did not answer in time",
            "HAProxy `timeout server` ran out before the server answered the handshake",
        ),
        (502..=504, Who::Other(name)) => (
            format!("{name} got no valid answer from what stands behind it"),
            "the next proxy or server behind it is down, refuses it or takes too long: ask that one with --connect ADDRESS:PORT".to_owned(),
        ),
        (502 | 503, Who::Unknown | Who::EngineIo) => told(
            "somebody on the way has no server behind it, or gets no valid answer from it",
            "the server is down or not ready, or a proxy leads to another port or protocol than it has: ask each hop by itself with \
             --connect ADDRESS:PORT",
        ),
        (504, _) => told(
            "the server did not answer in time",
            "nginx `proxy_connect_timeout` or `proxy_read_timeout` ran out: the server of `proxy_pass` hangs, or a firewall \
             between them drops packets",
        ),
        (505, _) => told(
            "the server was spoken to in HTTP/1.0, in which there is no WebSocket",
            "nginx `proxy_http_version 1.1;` is missing in this location (before 1.29.7 the default is 1.0)",
        ),
        (426, _) => told("the server got a request without a usable `Upgrade`", LOST),
        (500, Who::Nginx) => told(
            "nginx itself could not carry the request out",
            "nginx's error log names it: a `proxy_pass` whose variable is empty or holds no `http://`, `ws://` (which is no scheme of \
             `proxy_pass`), a circle of `rewrite`",
        ),
        (500, Who::Haproxy) => told(
            "HAProxy itself failed",
            "a rule that could not be carried out, such as a rewriting that does not fit into `tune.maxrewrite`",
        ),
        (200..=299 | 400 | 501, Who::Unknown) if known.is_same(answer) => (
            "it is answered as a plain request is, so that whoever answered saw no handshake or knows none"
                .to_owned(),
            format!(
                "another server than the one for WebSockets: HAProxy, where the ACL of its `use_backend` does not match (`-i` for the \
                 case, the query is no part of `path`) or an earlier one takes it; nginx, where another `location` matches. Or {LOST}"
            ),
        ),
        (200..=299, who) if who.is_proxy() => told(
            "the proxy answers by itself",
            "a page or `return 200` in place of a `proxy_pass` for this path",
        ),
        (200..=299, _) => (
            "the answer is a page".to_owned(),
            format!("HAProxy `monitor-uri` or `stats uri` takes the path; or {PATH}"),
        ),
        (400, _) => told(
            "the server takes it for no valid handshake",
            "`Upgrade`, `Connection` or a `Sec-WebSocket-*` header is lost or changed on the way: nginx `proxy_set_header` in the \
             location that passes it on, HAProxy `http-request set-header` or `del-header`",
        ),
        (status, who) => (
            format!("{} answers with {status} in place of 101", who.subject()),
            "what the server logs for this request tells more".to_owned(),
        ),
    }
}

/// That requests of one client go to several servers.
pub(super) const AFFINITY: &str = "the balancer spreads the requests of one client over several servers: nginx `ip_hash;` or `hash \
                                   $remote_addr consistent;` (behind another proxy a key that tells clients apart), HAProxy `cookie \
                                   SERVERID insert indirect nocache` with `cookie` on each `server`, or `balance source`; several \
                                   processes on one machine need it as well";

/// That the query is lost.
const QUERY: &str = "the query is lost on the way: HAProxy `http-request set-uri` (use `set-path`), nginx `proxy_pass` with a variable \
                     and without `$is_args$args`, a `rewrite` that ends in `?`; or a cache whose key leaves the query out (`proxy_cache_key`)";

/// That the path is another one.
const PATH: &str = "the path is changed on the way or is not the server's: nginx `proxy_pass http://app/;` (a URI behind the name \
                    takes the location's prefix off), `rewrite`; HAProxy `http-request set-path`, `replace-path`; Socket.IO wants the \
                    same `path` in client and server, `/socket.io/` by default";

/// That there is a limit.
pub(super) const LIMITS: &str = "a rate limit that counts handshakes or polls: nginx `limit_req` with too small a `burst`, `limit_conn`; \
                                 HAProxy `http-request deny` by a stick table";

/// The usual cause of a 101 that browsers refuse.
pub(super) fn of_refusal(refusal: &str) -> String {
    let cause = if refusal.contains("Accept") {
        "the answer belongs to another handshake, or the header is lost: nginx `proxy_set_header Sec-WebSocket-Key`, \
         `proxy_hide_header Sec-WebSocket-Accept`, `proxy_cache` for this path; HAProxy `http-request set-header sec-websocket-key`, \
         `http-response del-header`"
    } else if refusal.contains("subprotocol") {
        "`Sec-WebSocket-Protocol` is lost on one of its ways: nginx `proxy_set_header Sec-WebSocket-Protocol`, `proxy_hide_header`; \
         HAProxy `del-header`; or the server takes none of those that the client offers"
    } else {
        "a proxy takes the header out of the answer or changes it: nginx `proxy_hide_header`, `more_clear_headers`, `add_header`; \
         HAProxy `http-response del-header`, `set-header`"
    };
    cause.to_owned()
}
