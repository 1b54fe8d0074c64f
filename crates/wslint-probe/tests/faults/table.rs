//! Which examples of the rules the wire shows, and what must be said of each.

/// A broken example.
pub(crate) struct Fault {
    /// The rule that it belongs to.
    pub(crate) rule: &'static str,
    /// Its number among the rule's examples, from one.
    pub(crate) example: usize,
    /// What the step that names the cause must tell of what happened.
    pub(crate) detail: &'static str,
    /// What must stand in the cause.
    pub(crate) cause: &'static str,
}

const fn fault(rule: &'static str, example: usize, detail: &'static str, cause: &'static str) -> Fault {
    Fault { rule, example, detail, cause }
}

const UPGRADE: &str = "proxy_set_header Upgrade $http_upgrade";
const STRANGER: &str = "met another server";
const STICKY: &str = "HAProxy `cookie SERVERID insert";
const TUNNEL: &str = "HAProxy `timeout tunnel`";
const READ: &str = "nginx `proxy_read_timeout`";
const ELSEWHERE: &str = "the ACL of its `use_backend` does not match";

/// The faults.
pub(crate) const FAULTS: &[Fault] = &[
    // The handshake does not arrive as one.
    fault("nginx/upgrade-missing", 1, "426", UPGRADE),
    fault("nginx/connection-missing", 1, "426", UPGRADE),
    fault("nginx/connection-wrong-value", 1, "426", UPGRADE),
    fault("nginx/headers-lost-by-inheritance", 1, "426", "inherits none"),
    fault("nginx/map-wrong", 1, "426", UPGRADE),
    fault("nginx/upgrade-wrong-value", 1, "426", UPGRADE),
    fault("nginx/http10", 1, "HTTP/1.0", "proxy_http_version 1.1"),
    fault("nginx/request-headers-off", 1, "400", "`Sec-WebSocket-*` header is lost or changed"),
    fault("nginx/sec-header-overridden", 1, "400", "`Sec-WebSocket-*` header is lost or changed"),
    fault("nginx/method-overridden", 1, "405", "`proxy_method`"),
    fault("haproxy/upgrade-header-stripped", 1, "426", "HAProxy no `http-request del-header`"),
    fault("haproxy/connection-header-overwritten", 1, "426", "`set-header`"),
    // One browser only.
    fault("nginx/map-wrong-source", 1, "while Chrome gets 101", "map $http_connection"),
    fault("haproxy/connection-fhdr-tcp", 1, "while Chrome gets 101", "req.fhdr(Connection)"),
    // What comes back is spoiled.
    fault("nginx/response-header-hidden", 1, "no Upgrade: websocket", "`proxy_hide_header`"),
    fault("haproxy/response-upgrade-altered", 1, "no Upgrade: websocket", "`http-response del-header`"),
    fault("haproxy/ws-key-removed", 1, "Sec-WebSocket-Accept", "Sec-WebSocket-Key"),
    // Somebody else answers.
    fault("nginx/location-never-matches", 1, "404 from nginx itself", "no `location` with `proxy_pass`"),
    fault("nginx/path-not-routed", 1, "404 from nginx itself", "no `location` with `proxy_pass`"),
    fault("nginx/regex-location-shadows", 1, "404 from nginx itself", "regular expressions"),
    fault("nginx/referer-check", 1, "403 from nginx itself", "`valid_referers`"),
    fault("nginx/redirected", 1, "redirected with 301", "nginx `return 301`"),
    fault("nginx/redirected", 3, "redirected with 301", "use wss://"),
    fault("nginx/trailing-slash-redirect", 1, "redirected with 301", "lacks its slash at the end"),
    fault("nginx/read-timeout-zero", 1, "504 from nginx itself", "`proxy_read_timeout` ran out"),
    fault(
        "nginx/proxy-pass-scheme-mismatch",
        1,
        "502 from nginx itself",
        "speaks TLS where `proxy_pass` says http://",
    ),
    fault("nginx/proxy-pass-variable-no-resolver", 1, "502 from nginx itself", "needs a `resolver`"),
    fault("nginx/origin-host-mismatch", 1, "refuses the page's `Origin`", "proxy_set_header Host $http_host"),
    fault("haproxy/host-replaced", 1, "refuses the page's `Origin`", "no `http-request set-header Host`"),
    fault("haproxy/ws-denied", 1, "403 from HAProxy itself", "`http-request deny`"),
    fault("haproxy/waf-rule-hits-ws", 1, "403 from HAProxy itself", "`http-request deny`"),
    fault("haproxy/no-server", 1, "503 from HAProxy itself", "there is no `default_backend`"),
    fault("haproxy/disabled-backend", 1, "503 from HAProxy itself", "`disabled`"),
    fault("haproxy/redirect-hits-ws", 1, "redirected with 301", "HAProxy `http-request redirect`"),
    fault("haproxy/monitor-or-stats-shadows-ws", 1, "200", "`monitor-uri`"),
    fault("haproxy/upgrade-acl-case", 1, "200", ELSEWHERE),
    fault("haproxy/ws-rule-shadowed", 1, "200", "an earlier one takes it"),
    fault("haproxy/url-end-query", 1, "200", "the query is no part of `path`"),
    fault("haproxy/password-asked", 1, "401", "HAProxy `http-request auth"),
    // The connection itself.
    fault("nginx/plain-http2-listen", 1, "HTTP/2 alone", "nginx `listen … http2` without TLS"),
    fault("haproxy/proxy-protocol-mismatch", 1, "closed without an answer", "HAProxy `accept-proxy`"),
    fault("haproxy/server-h2-no-8441", 1, "no answer within", "`server … proto h2`"),
    // Socket.IO.
    fault("nginx/socketio-no-sticky", 1, STRANGER, "nginx `ip_hash;`"),
    fault("nginx/socketio-bad-sticky-key", 1, STRANGER, "nginx `ip_hash;`"),
    fault("haproxy/socketio-no-affinity", 1, STRANGER, STICKY),
    fault("haproxy/cookie-never-set", 1, STRANGER, STICKY),
    fault("haproxy/cookie-not-inserted", 1, STRANGER, STICKY),
    fault("haproxy/stick-key-not-constant", 3, STRANGER, STICKY),
    fault("nginx/socketio-path-mangled", 1, "404", "`proxy_pass http://app/;`"),
    fault("haproxy/socketio-path-rewritten", 1, "404", "`replace-path`"),
    fault("haproxy/set-uri-drops-query", 1, "400", "HAProxy `http-request set-uri`"),
    fault("nginx/proxy-cache", 1, "400", "`proxy_cache_key`"),
    fault("nginx/socketio-limit-req", 1, "503", "nginx `limit_req`"),
    fault("haproxy/rate-limit-reconnect-storm", 1, "429", "HAProxy `http-request deny` by a stick table"),
    fault("nginx/socketio-method-blocked", 1, "403 from nginx itself", "`limit_except GET`"),
    fault("nginx/unconditional-upgrade-header", 1, "takes the poll for something else", "map $http_upgrade"),
    fault(
        "haproxy/unconditional-upgrade-header",
        1,
        "takes the poll for something else",
        "without a condition",
    ),
    fault("haproxy/split-transports", 1, "stay on polling", STICKY),
    fault(
        "haproxy/longpoll-server-timeout",
        1,
        "waits for the server's heartbeat",
        "HAProxy `timeout server`",
    ),
    // Other origins.
    fault("nginx/cors-duplicate-header", 1, "2 times", "`proxy_hide_header"),
    fault("haproxy/cors-duplicate", 1, "2 times", "`http-response set-header` in place of `add-header`"),
    fault("nginx/cors-star-with-credentials", 1, "together with credentials", "$http_origin"),
    fault("nginx/add-header-lost-by-inheritance", 1, "there is no", "hides all inherited ones"),
    // Silence.
    fault("nginx/read-timeout-short", 1, "with pings it lives", READ),
    fault("nginx/read-timeout-below-heartbeat", 1, "of silence", READ),
    fault("haproxy/tunnel-timeout-missing", 1, "with pings it lives", TUNNEL),
    fault("haproxy/tunnel-timeout-too-short", 1, "of silence", TUNNEL),
    fault("haproxy/tunnel-timeout-in-frontend", 1, "with pings it lives", TUNNEL),
    fault("haproxy/timeout-no-unit", 1, "of silence", TUNNEL),
    fault("haproxy/chained-proxy-tunnel", 1, "of silence", TUNNEL),
];
