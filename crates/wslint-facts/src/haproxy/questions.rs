//! The questions that only HAProxy routes answer.

use crate::question::{Kind, Question};

macro_rules! questions {
    ($($constant:ident $name:literal $kind:expr, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub(crate) static $constant: Question = Question { name: $name, kind: $kind, about: $about };
        )*
        /// All of them.
        pub(crate) static ALL: &[&Question] = &[$(&$constant),*];
    };
}

questions! {
    TUNNEL "tunnel"
        Kind::Choice(&["set", "by-rule", "unset", "zero", "in-frontend", "lost-by-defaults", "other-backend"]),
        "Where does `timeout tunnel` stand, and does it reach the backend that the handshake comes to?";
    TUNNEL_TIMEOUT "tunnel-timeout" Kind::Duration,
        "How long is the `timeout tunnel` that applies?";
    HOPS "hops" Kind::Number,
        "How many frontends of this configuration does the handshake pass?";
    LONG_POLL "long-poll" Kind::Choice(&["fine", "close", "cut"]),
        "Does `timeout server` outlast a poll that waits for the next ping (close: by 5 s or less)?";
    SERVER_TIMEOUT "server-timeout" Kind::Duration,
        "How long is the `timeout server` of the backend?";
    UNITLESS_TUNNEL "unitless-tunnel" Kind::Duration,
        "How many milliseconds is a `timeout tunnel` without a unit?";
    UNITLESS_TIMEOUT "unitless-timeout" Kind::Duration,
        "How many milliseconds is the shortest other timeout without a unit on the way?";
    TIMEOUT_SUFFIX "timeout-suffix" Kind::Choice(&["ignored", "meaning-changed"]),
        "Does something follow the unit of a timeout, which HAProxy ignores, and does that change what was meant?";
    MISPLACED_TIMEOUT "misplaced-timeout" Kind::Text,
        "Which timeout stands in a section that ignores it (`timeout tunnel` apart)?";
    MISSING_TIMEOUT "missing-timeout" Kind::Text,
        "Which of the timeouts client, connect and server are not set?";
    INDEPENDENT_STREAMS "independent-streams" Kind::Flag,
        "Does `option independent-streams` let traffic in one direction not count for the other?";
    FIN_TIMEOUT "fin-timeout" Kind::Flag,
        "Is `timeout client-fin` or `timeout server-fin` set on a way in `mode http`?";
    UPGRADE "upgrade" Kind::Choice(&["passed", "changed", "dropped"]),
        "Does the server get the client's `Upgrade: websocket`?";
    CONNECTION "connection" Kind::Choice(&["passed", "changed", "dropped"]),
        "Does the server get a `Connection` that names `upgrade`?";
    KEY_REMOVED "key-removed" Kind::Flag,
        "Is the client's `Sec-WebSocket-Key` removed?";
    SUBPROTOCOL_REMOVED "subprotocol-removed" Kind::Flag,
        "Is the client's `Sec-WebSocket-Protocol` removed?";
    FORCED_UPGRADE "forced-upgrade" Kind::Flag,
        "Is a plain request on the same way sent as a handshake?";
    UPGRADE_COPIED "upgrade-copied" Kind::Flag,
        "Does a rule set `Upgrade` or `Connection` to what the client sent anyway?";
    RESPONSE_ALTERED "response-altered" Kind::Flag,
        "Does a rule take `Upgrade` or `Connection` from the 101?";
    TARGET "target" Kind::Choice(&["kept", "path-changed", "socketio-lost", "query-lost"]),
        "What becomes of path and query on the way to the server?";
    SENT_PATH "sent-path" Kind::Text,
        "Which path does the server get?";
    CONNECTION_MODE "connection-mode" Kind::Choice(&["keep-alive", "http-server-close", "httpclose"]),
        "Which connection mode applies to plain requests?";
    CORS_ADDED "cors-added" Kind::Flag,
        "Are CORS fields added beside those of the server?";
    ANSWER "answer" Kind::Choice(ANSWERS),
        "Who answers the handshake, and how, if not the server?";
    PLAIN_ANSWER "plain-answer" Kind::Choice(ANSWERS),
        "Who answers a plain request on the same path?";
    SHADOWED "shadowed" Kind::Flag,
        "Does an earlier `use_backend` rule take every handshake?";
    TCP_TESTS_HTTP "tcp-tests-http" Kind::Choice(&["no", "waits", "races"]),
        "Does a frontend in `mode tcp` test parts of the request, and does it wait for the request?";
    HANDSHAKE_TEST "handshake-test" Kind::Choice(&["matches", "case-sensitive", "never"]),
        "Does the test of `Upgrade` or `Connection` that leads here match what browsers send?";
    AFFINITY "affinity" Kind::Choice(AFFINITIES),
        "What keeps all polls of one client on one server?";
    SERVERS "servers" Kind::Number,
        "Over how many servers are requests spread?";
    PLAIN_TRAFFIC "plain-traffic" Kind::Flag,
        "Do plain requests come to the same backend, polls included?";
    REFUSED_VARIANT "refused-variant"
        Kind::Choice(&["accept", "origin", "user-agent", "long-query", "preflight", "poll-post"]),
        "Which usual form of the handshake, or of the requests around it, does a rule refuse while others pass: \
         without `Accept`, without `Origin` or `User-Agent`, with a token in the query, a CORS preflight, the POST of a poll?";
    GUARDED_BY_AGENT "guarded-by-agent" Kind::Flag,
        "Does the answer of an SPOE agent, or its absence, refuse the handshake?";
    BANDWIDTH_LIMIT "bandwidth-limit" Kind::Flag,
        "Does a `bwlim` filter slow the frames down?";
    SPLIT_TRANSPORTS "split-transports" Kind::Choice(&["no", "other-servers", "other-memory"]),
        "Do handshakes and polls of one client come to the same servers, and by the same affinity?";
    H2_MISROUTED "h2-misrouted" Kind::Flag,
        "Do handshakes over HTTP/2 miss the rule that leads here?";
    H2_TARGET "h2-target" Kind::Choice(&["same", "other"]),
        "Does a handshake over HTTP/2 reach the server with the same path as one over HTTP/1.1?";
    FIREFOX_MISROUTED "firefox-misrouted" Kind::Flag,
        "Do handshakes of Firefox miss the rule that leads here?";
    QUERY_MISROUTED "query-misrouted" Kind::Flag,
        "Do handshakes with a query miss the rule that leads here?";
    PORT_MISROUTED "port-misrouted" Kind::Flag,
        "Do handshakes whose `Host` carries the listener's port miss the rule that leads here?";
    SOCKETIO_MISROUTED "socketio-misrouted" Kind::Flag,
        "Does the rule that leads here ask for a path of Socket.IO that no client sends?";
    HOST_PREFIX "host-prefix" Kind::Flag,
        "Does a test of the beginning of the host match more than the label that it names?";
    OVERLOADED_TEST "overloaded-test" Kind::Text,
        "Which ACL that leads here has lines about different parts of the handshake, of which one suffices?";
    COMPUTED_BACKEND "computed-backend" Kind::Choice(&["known", "unknown-name", "no-default"]),
        "Does a computed `use_backend` yield the name of a backend for every entry of its map, and for none?";
    HTTP_RULE_IN_TCP "http-rule-in-tcp" Kind::Text,
        "Which setting on the way only works in `mode http`, while its section works in `mode tcp`?";
    SERVER_SLOTS "server-slots" Kind::Number,
        "How many connections at once does the narrowest server take before others wait?";
    FRONTEND_SLOTS "frontend-slots" Kind::Number,
        "How many connections at once does the frontend accept?";
    RATE_LIMIT "rate-limit" Kind::Number,
        "After how many requests or connections of one address are further ones refused?";
    STICKY_MEMORY "sticky-memory" Kind::Choice(&["fits", "expires-early", "small"]),
        "Does the stick table that keeps the polls together remember a client long enough, and enough of them?";
    BEHIND_PROXY "behind-proxy" Kind::Flag,
        "Does the configuration read `X-Forwarded-For`, so that another proxy's address is the client's?";
    BALANCE "balance" Kind::Choice(BALANCES),
        "How are new connections spread over the servers?";
    HEAD_ROOM "head-room" Kind::Number,
        "How many bytes may the head of a request have, where the configuration lowers it?";
    HARD_STOP "hard-stop" Kind::Duration,
        "How long does an old process keep its connections after a reload?";
    CHECK "check" Kind::Choice(CHECKS),
        "How are the servers checked?";
    SHUTDOWN_WHEN_DOWN "shutdown-when-down" Kind::Flag,
        "Does a failed check close the connections of a server?";
    SERVER_PROTOCOL "server-protocol"
        Kind::Choice(&["http/1.1", "websocket-over-h2", "may-reuse-h2", "alternates"]),
        "Which HTTP does HAProxy speak to the server when it sends a handshake?";
    SERVER_TLS "server-tls" Kind::Choice(&["fits", "missing", "unexpected"]),
        "Does the server line speak TLS where its port suggests it?";
    LISTENER_PROTOCOL "listener-protocol"
        Kind::Choice(&["http/1.1", "h2", "h2-broken", "h2-without-websockets", "h2-passed-through"]),
        "Which HTTP may clients speak to the listener, and do WebSockets over HTTP/2 work there?";
}

const ANSWERS: &[&str] = &[
    "upstream",
    "denied",
    "returned",
    "authentication",
    "redirected",
    "redirected-to-tls",
    "monitored",
    "statistics",
    "no-backend",
    "disabled-backend",
    "no-server",
    "dropped",
    "h2-only",
    "proxy-header",
    "forced-upgrade",
    "refused",
];

const AFFINITIES: &[&str] = &[
    "one-server",
    "kept",
    "kept-by-address",
    "kept-by-cookie",
    "all-on-one",
    "none",
    "varying-key",
    "table-without-stick",
    "cookie-undeclared",
    "cookie-in-frontend",
    "cookie-in-tcp",
    "cookie-without-key",
    "cookie-not-inserted",
    "cookie-without-values",
    "cookie-duplicate",
    "cookie-secure",
];

const BALANCES: &[&str] = &[
    "roundrobin",
    "static-rr",
    "leastconn",
    "first",
    "random",
    "source",
    "uri",
    "url_param",
    "hdr",
    "hash",
    "rdp-cookie",
];

const CHECKS: &[&str] = &[
    "none",
    "unused",
    "tcp",
    "http",
    "plain-on-websocket",
    "fails-on-socketio",
    "opens-sessions",
    "legacy",
    "legacy-refused",
];
